"""Dark corners: what a lens barrel keeps from the opening, it keeps from the picture.

Seen from off the axis, the barrel's end is a circle that has moved across the opening's
by v times the place in the picture. The light that is left is what two circles of the
radius 1 share, at the distance d between their middles:

    2 / pi (acos(d / 2) - d / 2 sqrt(1 - d^2 / 4)).
"""

from __future__ import annotations

import math

import cv2
import numpy as np

from darkroom.pixels import Array

_BAND = 64  # rows worked on at a time; they stay in the cache
_CELL = 8  # pixels over which the light changes in a straight line


def share(d: Array) -> Array:
    """Returns the share of a circle that another one covers, 0 to 2 radii away."""
    half = np.clip(d / 2, 0, 1)
    return 2 / math.pi * (np.arccos(half) - half * np.sqrt(1 - half * half))


def darkened(linear: Array, amount: float) -> Array:
    """Darkens a picture towards its corners.

    Args:
      linear: `[H, W, 3]` float32, linear light.
      amount: how far the barrel has moved into the opening at the corners, 0 to 1
        radius, as `Aperture.cats_eye`; 1 leaves 39 % of the light there.

    Returns:
      `[H, W, 3]` float32, a new array.
    """
    height, width = linear.shape[:2]
    # Middles of cells, which go on beyond the picture so that all of it is between.
    rows, columns = (-(-side // _CELL) for side in (height, width))
    y = (np.arange(rows) + 0.5) * _CELL - height / 2
    x = (np.arange(columns) + 0.5) * _CELL - width / 2
    field = np.hypot(x, y[:, None]) / (math.hypot(height, width) / 2)
    coarse = share(amount * field).astype(np.float32)
    light = cv2.resize(coarse, (columns * _CELL, rows * _CELL))[:height, :width]
    dark = np.empty_like(linear)
    for top in range(0, height, _BAND):
        rows = slice(top, top + _BAND)
        dark[rows] = cv2.multiply(linear[rows], cv2.merge([light[rows]] * 3))
    return dark
