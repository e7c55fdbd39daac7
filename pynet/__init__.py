"""PyNET-Bokeh: seven pyramid levels that turn a sharp photo into a bokeh photo.

Ignatov, Patel, Timofte, "Rendering Natural Camera Bokeh Effect with Deep
Learning", CVPR Workshops 2020, arXiv 2006.05698.

    import pynet
    picture = pynet.load("quarter")(photo, disparity)

A level is 7 (coarsest, trained first) to 1 (the photo's own size, trained last).
The network's input is half the photo's size: RGB and depth, `[B, H, W, 4]`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

import darkroom as darkroom  # Ctrl-C is quiet from here on
from darkroom.render import MARGIN

if TYPE_CHECKING:
    from darkroom.pixels import Array


def load(
    path: str | os.PathLike[str], level: int = 1, margin: int = MARGIN
) -> Callable[..., Array]:
    """Loads a trained network, of a `.weights.h5` or of an exported `.tflite`.

    Args:
      path: the file; a `.tflite` needs no TensorFlow. Or the name of a network in
        `checkpoints/`, "quarter" (of the paper's width): its Keras weights, or its
        `.tflite` where Keras is not installed. It draws larger photos in the size that
        it was trained on, and enlarges the picture along the photo.
      level: of a `.weights.h5`, 7 (coarsest) to 1 (full size).
      margin: pixels of the photo's mirror image around it, which the network looks
        into in place of black; 0 as it was published.

    Returns:
      A function `(photo, disparity, focus=None) -> picture`: a sharp photo `[H, W, 3]`
      of any size, uint8, uint16 or float in [0, 1]; its disparity in [0, 1], `[h, w]`
      of any size; the disparity that is to be sharp; the bokeh photo `[H, W, 3]`
      float32 in [0, 1]. Without a focus the network guesses it, or, if it has learned
      from disparities folded at the focus (`darkroom.lens.focus.folded`) as "quarter"
      has, takes `disparity` for one. It raises ValueError for arrays of another kind,
      and for a disparity of other proportions.

    Raises:
      FileNotFoundError, ValueError: the file is missing, broken or of another network,
        or not trained up to `level`.
    """
    import numpy as np

    from darkroom import pixels
    from pynet import weights

    network = weights.load_for_photos(os.fspath(path), level, margin=margin)

    def render(photo: Array, disparity: Array, focus: float | None = None) -> Array:
        photo, disparity = np.asarray(photo), np.asarray(disparity, np.float32)
        pixels.check_photo(photo)
        if disparity.ndim != 2 or not disparity.size:
            raise ValueError(
                f"the disparity has the shape {disparity.shape}; expected [H, W]"
            )
        low, high = disparity.min(), disparity.max()
        if not (low >= 0 and high <= 1):
            raise ValueError(
                f"the disparity reaches from {low:g} to {high:g}; expected [0, 1], "
                "larger is nearer"
            )
        return network(photo, disparity, focus)

    return render
