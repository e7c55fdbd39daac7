"""How deep a surface is: the disparities of what is connected without a step.

A band of sharpness that is as deep as its subject keeps all of it sharp and no more. A
surface that recedes without an end, such as a floor, is cut to `DEEPEST`.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from darkroom.pixels import Array

DEEPEST = 0.16  # in disparity, that a surface is taken to be
_SIDE = 320  # of the copy on which it is found
_STEP = 0.02  # between neighbours there, from which on they are of two surfaces
_BIN = 0.01  # of the disparities that are counted
_DENSE = 0.2  # of the fullest bin: what has fewer pixels is a rim, or the floor around


class Spread(NamedTuple):
    """The least and the most disparity of a surface."""

    low: float
    high: float

    @property
    def middle(self) -> float:
        """Where the focus has to be for all of it."""
        return (self.low + self.high) / 2


def under(disparity: Array, x: float, y: float, at: float) -> Spread:
    """Returns how deep the surface under a point is.

    Args:
      disparity: `[H, W]`.
      x: from the left edge, a fraction of the width.
      y: from the top edge, a fraction of the height.
      at: the disparity there.
    """
    small = _sample(disparity)
    row, column = (
        min(int(share * side), side - 1)
        for share, side in zip((y, x), small.shape, strict=True)
    )
    seeds = np.zeros(small.shape, bool)
    seeds[max(0, row - 1) : row + 2, max(0, column - 1) : column + 2] = True
    return _grown(small, seeds, at)


def around(disparity: Array, mask: Array, at: float) -> Spread:
    """Returns how deep the surface is of which a mask shows a part.

    Args:
      disparity: `[H, W]`.
      mask: `[H, W]` in [0, 1].
      at: the disparity of most of what it shows.
    """
    return _grown(_sample(disparity), _sample(mask) >= 0.5, at)


def inside(disparity: Array, mask: Array, at: float) -> Spread:
    """Returns how deep that is which a mask shows.

    Args:
      disparity: `[H, W]`.
      mask: `[H, W]` in [0, 1].
      at: the disparity of most of it.
    """
    return _dense(_sample(disparity)[_sample(mask) >= 0.5], at)


def _sample(array: Array) -> Array:
    """Picks pixels: a mean of two surfaces would join them."""
    step = max(1, max(array.shape) // _SIDE)
    top, left = (min(step // 2, side - 1) for side in array.shape)
    return np.ascontiguousarray(array[top::step, left::step], np.float32)


def _grown(disparity: Array, seeds: Array, at: float) -> Spread:
    """Fills from the seeds that have the disparity `at`, over no step."""
    height, width = disparity.shape
    barred = np.ones((height + 2, width + 2), np.uint8)
    barred[1:-1, 1:-1] = np.abs(disparity - at) > DEEPEST
    mode = 4 | cv2.FLOODFILL_MASK_ONLY | (2 << 8)
    for row, column in zip(*np.nonzero(seeds), strict=True):
        if barred[row + 1, column + 1] == 0 and abs(disparity[row, column] - at) <= (
            _STEP
        ):
            seed = int(column), int(row)
            cv2.floodFill(disparity, barred, seed, 0.0, _STEP, _STEP, mode)
    return _dense(disparity[barred[1:-1, 1:-1] == 2], at)


def _dense(values: Array, at: float) -> Spread:
    """Returns the range around `at` in which most of the values lie, cut to `DEEPEST`.

    What is too deep is cut with `at` in its middle, or as close to that as it reaches.
    """
    last = round(DEEPEST / _BIN)
    bins = np.rint((values - at) / _BIN).astype(int) + last
    counts = np.bincount(bins[(bins >= 0) & (bins <= 2 * last)], minlength=2 * last + 1)
    sparse = np.flatnonzero(counts < max(1.0, _DENSE * counts.max()))
    fullest = int(counts.argmax())
    first = max(sparse[sparse < fullest], default=-1) + 1
    end = min(sparse[sparse > fullest], default=2 * last + 1)
    kept = values[(bins >= first) & (bins < end)].astype(np.float64)
    if not kept.size:
        return Spread(at, at)
    low, high = min(float(kept.min()), at), max(float(kept.max()), at)
    if high - low > DEEPEST:
        low = min(max(at - DEEPEST / 2, low), high - DEEPEST)
        high = low + DEEPEST
    return Spread(low, high)
