"""Where the predictions that are scored come from: a network, or files.

A predictor takes a scene and its left picture, `[H, W, 3]` uint8, and gives the left
disparity, `[h, w]` of any size: a fraction of the width, or in any unit if it is
aligned to the truth.
"""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from darkroom import pixels
from darkroom.io import depth_maps, images
from monodepth import prediction, truth

Array = np.ndarray[Any, Any]
Predictor = Callable[[truth.Scene, Array], Array]


def of_network(network: prediction.Network) -> Predictor:
    """What a network sees in the picture, and in its mirror image.

    A predictor raises OSError or ValueError where a network that takes both pictures
    has only one.
    """

    def predict(scene: truth.Scene, picture: Array) -> Array:
        right = None
        if network.stereo:
            right = right_of(scene)
        return prediction.disparity(network.run, picture, network.size, right)

    return predict


def right_of(scene: truth.Scene) -> Array:
    """The right picture, `[H, W, 3]` uint8.

    Raises:
      OSError, ValueError: there is none, or it is damaged.
    """
    if scene.right is None:
        raise ValueError("there is no right picture beside it; expected a stereo pair")
    return pixels.to_uint8(images.read(scene.right).pixels)


def of_files(path: str, scenes: Sequence[truth.Scene]) -> Predictor:
    """Arrays that were predicted before.

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
        found = _array(file)
        if found.ndim != 2:
            raise ValueError(f"{file} has the shape {found.shape}; expected [h, w]")
        return found

    return predict


def _array(path: pathlib.Path) -> Array:
    found = depth_maps.array(path)
    if found.dtype.kind != "f" or not np.isfinite(found).all():
        raise ValueError(f"{path} holds {found.dtype} that is not finite or not float")
    return found.astype(np.float32)
