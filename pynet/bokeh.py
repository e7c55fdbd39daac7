"""A photo of any size and its depth map through the network: the bokeh photo.

The network wants sides in multiples of 32 at half the photo's size, an exported file
exactly one size. So the photo is continued by its mirror image at the bottom and
right, and what was added is cut off again; one too large for an exported file is made
smaller, and its picture carried back to its size.
"""

from __future__ import annotations

import pathlib
from typing import Any

import numpy as np

from darkroom import pixels
from darkroom.render import network
from pynet import data

Array = np.ndarray[Any, Any]
Run = network.Run

MULTIPLE = 2 * data.MULTIPLE  # of the photo's sides
_STRETCH = 1.1  # by how much a map's proportions may differ from its photo's


def bokeh(
    run: Run, photo: Array, depth: Array, size: tuple[int, int] | None = None
) -> Array:
    """The bokeh photo, `[H, W, 3]` float32 in [0, 1], of the photo's own size.

    Args:
      run: a network of any level; a coarser one's picture is brought up to the
        photo's size.
      photo: `[H, W, 3]` uint8, uint16 or float.
      depth: `[h, w]` of any size, brought to half the photo's.
      size: what the photo is brought to, HxW; the next multiples of 64 if None.

    Raises:
      ValueError: the map has other proportions.
    """
    height, width = photo.shape[:2]
    if size is None:
        size = height + -height % MULTIPLE, width + -width % MULTIPLE
    stretch = (width / height) / (depth.shape[1] / depth.shape[0])
    if not 1 / _STRETCH < stretch < _STRETCH:
        raise ValueError(
            f"the photo is {height}x{width}, its depth map {pixels.size(depth)}; "
            "expected the same proportions: is it of another photo, or not turned "
            "upright as this one is?"
        )
    return network.bokeh(run, photo, depth, size)


def load(
    weights: str | None, level: int, width: float | None = None
) -> tuple[Run, tuple[int, int] | None]:
    """The network of a `.weights.h5`, or of a `.tflite`, which needs no TensorFlow.

    Returns:
      The network, and the largest photo that it sees whole; None if it is any.

    Raises:
      FileNotFoundError, ValueError: the file is missing, broken or of another network.
    """
    if weights is None or pathlib.Path(weights).suffix != ".tflite":
        from darkroom import quiet

        with quiet.chatter():  # TensorFlow starts
            import pynet.weights
            from pynet import validation

        return validation.compiled(pynet.weights.load(weights, level, width)), None
    return network.load(weights)
