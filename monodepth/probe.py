"""What an encoder sees in measured scenes, and what was measured there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import cv2
import keras
import numpy as np

from darkroom import pixels
from darkroom.io import images
from monodepth import linear, truth

Array = np.ndarray[Any, Any]

KNOWN = 0.3  # the share of a cell that must have been measured


def measured(
    model: keras.Model, scenes: Iterable[truth.Scene], size: tuple[int, int]
) -> tuple[Array, Array, Array]:
    """The inputs of `linear.fit`.

    Args:
      model: as `linear.network` makes it.
      scenes: with their truths.
      size: height and width that the pictures are brought to.

    Returns:
      What the readout sees, `[N, h, w, C + 2]`, the disparities (fractions of the
      width) and where they count, `[N, h, w]`.

    Raises:
      OSError, ValueError: a picture or a truth cannot be read.
    """
    encoder = keras.Model(model.input, model.get_layer(linear.READOUT).input)
    cells = size[0] // linear.STRIDE, size[1] // linear.STRIDE
    rows = []
    for scene in scenes:
        known = scene.read()
        picture = pixels.to_float(images.read(scene.left).pixels)
        small = cv2.resize(picture, size[::-1], interpolation=cv2.INTER_AREA)
        seen = keras.ops.convert_to_numpy(encoder(small[None]))[0]
        rows.append((seen, *averaged(known, cells)))
    seen, disparity, counted = (np.stack(each) for each in zip(*rows, strict=True))
    return seen, disparity, counted


def averaged(known: truth.Truth, cells: tuple[int, int]) -> tuple[Array, Array]:
    """The mean disparity of each cell, a fraction of the width, and which count."""
    counted = known.counted.astype(np.float64)
    fraction = np.where(known.counted, known.shift, 0) / known.shift.shape[1]
    share, total = (
        cv2.resize(each, cells[::-1], interpolation=cv2.INTER_AREA)
        for each in (counted, fraction)
    )
    return total / np.maximum(share, 1e-6), share > KNOWN
