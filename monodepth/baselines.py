"""Guesses to hold beside a network: what the data set's average already tells.

All but stereo matching know the mean of the very truths that they are scored on. A
network that does not beat them has learned nothing that a photo does not need.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from darkroom import pixels
from darkroom.depth import scaling, stereo
from monodepth import predictions, truth

Array = np.ndarray[Any, Any]

ROWS = 64  # heights at which the best guess for a row is known
REACH = 0.3  # of the width: the largest shift that stereo matching looks for


def averages(scenes: Sequence[truth.Scene]) -> dict[str, predictions.Predictor]:
    """The best constant, the best slope from top to bottom, the best guess for a row.

    Disparities are taken as fractions of the width, rows as fractions of the height.
    The first and the last minimise the error's mean, the slope its square's.

    Raises:
      OSError, ValueError: a truth cannot be read.
    """
    heights, fractions = [], []
    for scene in scenes:
        known = scene.read()
        row = np.nonzero(known.counted)[0]
        heights.append((row + 0.5) / known.shift.shape[0])
        fractions.append(known.shift[known.counted] / known.shift.shape[1])
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


def _by_height(disparity: Callable[[Array], Array]) -> predictions.Predictor:
    def predict(scene: truth.Scene, picture: Array) -> Array:
        height, width = picture.shape[:2]
        column = disparity((np.arange(height) + 0.5) / height)
        return np.repeat(column[:, None], width, axis=1)

    return predict


def matching(scene: truth.Scene, picture: Array) -> Array:
    """OpenCV's semi-global matching, which sees the right picture, too.

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
    import cv2

    other = predictions.right_of(scene)
    if other.shape != picture.shape:
        raise ValueError(
            f"{scene.right} is {pixels.size(other)}, the left picture "
            f"{pixels.size(picture)}; expected a rectified pair of one size"
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
    # OpenCV gives no shifts to the columns that the largest shift can leave.
    wide = (0, 0, count, 0, cv2.BORDER_REPLICATE)
    pair = [cv2.copyMakeBorder(view, *wide) for view in (picture, other)]
    shift = matcher.compute(*pair)[:, count:] / 16
    return scaling.filled(shift, shift > 0) / picture.shape[1]
