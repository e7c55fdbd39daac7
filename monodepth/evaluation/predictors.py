"""Predicts what is scored: by a network, from files, or by a baseline.

A predictor takes a scene and its left picture, `[H, W, 3]` uint8, and gives the left
disparity, `[h, w]` of any size: a fraction of the width, or in any unit if it is
aligned to the truth.
"""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Sequence

import cv2
import numpy as np

from darkroom import pixels
from darkroom.depth import scaling, stereo
from darkroom.io import depth_maps, images
from darkroom.pixels import Array
from monodepth import prediction
from monodepth.evaluation import truth

Predictor = Callable[[truth.Scene, Array], Array]

ROWS = 64  # heights at which the best guess for a row is known
REACH = 0.3  # of the width: the largest disparity that stereo matching looks for


def by_network(network: prediction.Network) -> Predictor:
    """Predicts what a network sees in the picture, and in its mirror image.

    The predictor raises OSError or ValueError where a network that takes both pictures
    has only one.
    """

    def predict(scene: truth.Scene, picture: Array) -> Array:
        right = read_right(scene) if network.stereo else None
        return prediction.disparity(network.run, picture, network.size, right)

    return predict


def read_right(scene: truth.Scene) -> Array:
    """Reads the right picture, `[H, W, 3]` uint8.

    Raises:
      OSError, ValueError: there is none, or it is damaged.
    """
    if scene.right is None:
        raise ValueError("there is no right picture beside it; expected a stereo pair")
    return pixels.to_uint8(images.read(scene.right).pixels)


def from_files(path: str, scenes: Sequence[truth.Scene]) -> Predictor:
    """Predicts arrays that were written before.

    Args:
      path: a folder with NAME.npy, or NAME_disp.npy as predict calls it, for each
        scene, `[h, w]`; or one `.npy` of all, `[N, h, w]`, in the scenes' order.
      scenes: all that will be asked for.

    Raises:
      OSError, ValueError: a file is missing, or an array of another shape.
    """
    folder = pathlib.Path(path)
    if folder.suffix == ".npy":
        everything = _array(folder)
        if everything.ndim != 3 or len(everything) != len(scenes):
            raise ValueError(
                f"{path} has the shape {everything.shape}; expected [N, h, w] of the "
                f"{len(scenes)} pictures"
            )
        given = {scene.name: everything[n] for n, scene in enumerate(scenes)}
        return lambda scene, picture: given[scene.name]

    def predict(scene: truth.Scene, picture: Array) -> Array:
        plain, own = (folder / f"{scene.name}{end}.npy" for end in ("", "_disp"))
        file = own if own.exists() else plain
        array = _array(file)
        if array.ndim != 2:
            raise ValueError(f"{file} has the shape {array.shape}; expected [h, w]")
        return array

    return predict


def _array(path: pathlib.Path) -> Array:
    array = depth_maps.array(path)
    if array.dtype.kind != "f" or not np.isfinite(array).all():
        raise ValueError(f"{path} holds {array.dtype} that is not finite or not float")
    return array.astype(np.float32)


def averages(scenes: Sequence[truth.Scene]) -> dict[str, Predictor]:
    """Returns three baselines that know the mean of the very truths they are scored on.

    The best constant, the best slope from top to bottom, the best guess for a row: a
    network that does not beat them has learned nothing that a photo does not need.

    Disparities are taken as fractions of the width, rows as fractions of the height.
    The first and the last minimise the error's mean, the slope its square's.

    Raises:
      OSError, ValueError: a truth cannot be read.
    """
    heights, fractions = [], []
    for scene in scenes:
        known = scene.read()
        row = np.nonzero(known.valid)[0]
        heights.append((row + 0.5) / known.disparity_px.shape[0])
        fractions.append(known.disparity_px[known.valid] / known.disparity_px.shape[1])
    height, fraction = np.concatenate(heights), np.concatenate(fractions)
    middle = float(np.median(fraction))
    slope, start = np.polyfit(height, fraction, 1)
    band = np.minimum((height * ROWS).astype(int), ROWS - 1)
    rows = [band == each for each in np.unique(band)]
    middles = [height[row].mean() for row in rows]
    medians = [np.median(fraction[row]) for row in rows]
    return {
        "constant": _by_height(lambda at: np.full_like(at, middle)),
        "gradient": _by_height(lambda at: start + slope * at),
        "row": _by_height(lambda at: np.interp(at, middles, medians)),
    }


def _by_height(disparity: Callable[[Array], Array]) -> Predictor:
    def predict(scene: truth.Scene, picture: Array) -> Array:
        height, width = picture.shape[:2]
        column = disparity((np.arange(height) + 0.5) / height)
        return np.repeat(column[:, None], width, axis=1)

    return predict


def matching(scene: truth.Scene, picture: Array) -> Array:
    """Predicts by OpenCV's semi-global matching, which sees the right picture, too.

    Hirschmueller 2008, with the costs of `darkroom.depth.stereo`. That one is for
    photographs, and refuses pairs of poor depth; a score needs an answer for each.
    What finds no partner gets the farther of its neighbours.

    Args:
      scene: with its right picture.
      picture: the left one, `[H, W, 3]` uint8.

    Returns:
      `[H, W]`, a fraction of the width.

    Raises:
      OSError, ValueError: there is no right picture, or of another size.
    """
    other = read_right(scene)
    if other.shape != picture.shape:
        raise ValueError(
            f"{scene.right} is {pixels.hxw(other)}, the left picture "
            f"{pixels.hxw(picture)}; expected a rectified pair of one size"
        )
    count = 16 * -(-int(REACH * picture.shape[1]) // 16)
    small, large = (cost * 3 * stereo.BLOCK**2 for cost in stereo.SMOOTH)
    matcher = cv2.StereoSGBM.create(
        minDisparity=0,
        numDisparities=count,
        blockSize=stereo.BLOCK,
        P1=small,
        P2=large,
        preFilterCap=31,
        uniquenessRatio=5,
        speckleWindowSize=100,
        speckleRange=2,
        mode=cv2.STEREO_SGBM_MODE_SGBM_3WAY,
    )
    # OpenCV gives no disparity to the columns that the largest one can leave.
    wide = (0, 0, count, 0, cv2.BORDER_REPLICATE)
    pair = [cv2.copyMakeBorder(view, *wide) for view in (picture, other)]
    disparity_px = matcher.compute(*pair)[:, count:] / 16
    return scaling.filled(disparity_px, disparity_px > 0) / picture.shape[1]
