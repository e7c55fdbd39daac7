"""Composites blurred layers from near to far, a tile of the picture at a time.

Memory is a tile's, and once nothing shines through a tile any more, the layers behind
it cost nothing.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import cv2
import numpy as np

from darkroom.lens.blurred_layer import blurred_layer
from darkroom.lens.cutting import View, surroundings
from darkroom.pixels import Array

_SIDE = 256  # of a tile, in pixels
_CHANGES = 8  # of a cat's eye over the longer side
_FAR = 1 << 20  # pixels, farther than any blur
_CLEAR = 1e-3  # how much may shine through a tile that counts as covered


def render(view: View) -> Array:
    """Returns the blurred photo `[H, W, 3]`, linear light; see `lens.blur`."""
    height, width = view.depth.labels.shape
    side = _SIDE
    # A tile's margin, as wide as the largest radius on each side, is rendered in vain.
    while side < 3 * np.abs(view.depth.radii).max():
        side *= 2
    if view.aperture.cats_eye:
        return _faded(view, side)
    result = np.empty_like(view.photo)
    for corner in _corners(0, side, height, width):
        tile = _slices(corner, side, height, width)
        result[tile] = _tile(view, *tile)
    return result


def _faded(view: View, side: int) -> Array:
    """Renders tiles that overlap by half and fade into one another.

    The shape of a cat's eye changes over the picture, and is one within a tile.
    """
    height, width = view.depth.labels.shape
    stride = max(side // 2, math.ceil(max(height, width) / _CHANGES))
    side = 2 * stride
    # A triangle: with its neighbours' it adds up to 1 everywhere.
    fade = 1 - np.abs(np.arange(0.5, side, dtype=np.float32) / stride - 1)
    result = np.zeros_like(view.photo)
    for top, left in _corners(-stride, stride, height, width):
        rows, columns = _slices((top, left), side, height, width)
        tile = _tile(view, rows, columns)
        tile *= fade[rows.start - top : rows.stop - top, None, None]
        tile *= fade[columns.start - left : columns.stop - left, None]
        result[rows, columns] += tile
    return result


def _corners(
    start: int, stride: int, height: int, width: int
) -> Iterator[tuple[int, int]]:
    return itertools.product(range(start, height, stride), range(start, width, stride))


def _slices(
    corner: tuple[int, int], side: int, height: int, width: int
) -> tuple[slice, slice]:
    top, left = corner
    rows = slice(max(0, top), min(top + side, height))
    return rows, slice(max(0, left), min(left + side, width))


def _tile(view: View, rows: slice, columns: slice) -> Array:
    """Composites one tile of the result, `[h, w, 3]`, from near to far."""
    radii = np.abs(view.depth.radii)
    around = surroundings(view, rows, columns, radii.max())
    picture, clear, reach = None, None, 0.0
    open_rows, open_columns = rows, columns  # what is not yet covered is in these
    for layer, place in _nearest_first(view, rows, columns):
        # A layer goes on, hidden, under the edges of nearer ones: so what it may cover
        # follows from the widest blur so far, not from its own.
        wider = max(reach, radii[layer])
        part_rows = _within(open_rows, place[0], wider)
        part_columns = _within(open_columns, place[1], wider)
        if part_rows is None or part_columns is None:
            continue
        reach = wider
        blurred = blurred_layer(
            view, around, part_rows, part_columns, layer, place, reach
        )
        if picture is None and (part_rows, part_columns) == (rows, columns):
            picture = blurred  # nothing is in front: no copy
        else:
            if picture is None or clear is None:
                size = (rows.stop - rows.start, columns.stop - columns.start)
                picture, clear = (
                    np.zeros((*size, 4), np.float32),
                    np.ones(size, np.float32),
                )
            y, x = part_rows.start - rows.start, part_columns.start - columns.start
            here = np.s_[y : y + len(blurred), x : x + blurred.shape[1]]
            _lay_under(picture[here], blurred, clear[here])
        clear = 1 - cv2.extractChannel(picture, 3)
        x, y, width, height = cv2.boundingRect(cv2.inRange(clear, _CLEAR, 2.0))
        if not width:
            break
        open_rows = slice(rows.start + y, rows.start + y + height)
        open_columns = slice(columns.start + x, columns.start + x + width)
    # each of the tile's pixels has its layer
    assert picture is not None and clear is not None
    light = cv2.cvtColor(picture, cv2.COLOR_RGBA2RGB)
    if cv2.countNonZero(clear) == 0:
        return light
    # Where the layers leave a gap, what is there stands for the whole pixel.
    alpha = np.maximum(cv2.extractChannel(picture, 3), 1e-6)
    return cv2.divide(light, cv2.merge([alpha] * 3))


def _nearest_first(
    view: View, rows: slice, columns: slice
) -> Iterator[tuple[int, tuple[slice, slice]]]:
    """Yields the layers that may show in a tile, and the photo's part with all of each.

    One by one, as the far ones are mostly not asked for.
    """
    depth = view.depth
    reach = math.ceil(np.abs(depth.radii).max())
    top, left = max(0, rows.start - reach), max(0, columns.start - reach)
    near = np.s_[top : rows.stop + reach, left : columns.stop + reach]
    labels = depth.labels[near]
    count = cv2.calcHist([labels], [0], None, [256], [0, 256])[:, 0]
    if view.mixed is not None:
        found = view.mixed.find(*near)
        behind = view.mixed.far[found]
        count += np.bincount(behind, minlength=256)
        mixed = view.mixed.rows[found] - top, view.mixed.columns[found] - left
    for layer in range(len(depth.radii) - 1, -1, -1):
        itself = (depth.share[layer] > 0).view(np.uint8)
        if not count[itself > 0].any():
            continue
        mask = cv2.LUT(labels, itself)
        if view.mixed is not None:
            mask[mixed] = np.maximum(mask[mixed], itself[behind])
        x, y, width, height = cv2.boundingRect(mask)
        part = (
            _beyond(top + y, top + y + height, depth.labels.shape[0]),
            _beyond(left + x, left + x + width, depth.labels.shape[1]),
        )
        yield layer, part


def _beyond(start: int, stop: int, side: int) -> slice:
    """Returns a range; what is at the photo's edge goes on without end beyond it."""
    return slice(start if start else -_FAR, stop if stop < side else side + _FAR)


def _within(tile: slice, place: slice, reach: float) -> slice | None:
    """Returns the part of a tile's rows (or columns) that a blur reaches, or None."""
    first = max(tile.start, place.start - math.ceil(reach))
    last = min(tile.stop, place.stop + math.ceil(reach))
    return slice(first, last) if first < last else None


def _lay_under(front: Array, back: Array, clear: Array) -> None:
    """Lays a layer under others, in place (Porter and Duff 1984, "over").

    Args:
      front: `[h, w, 4]`.
      back: `[h, w, 4]`.
      clear: `[h, w]`, what `front` lets through.
    """
    cv2.add(front, cv2.multiply(back, cv2.merge([clear] * 4)), dst=front)
