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

from darkroom.lens import sheets
from darkroom.lens.layers import Array
from darkroom.lens.sheets import View

_SIDE = 256  # of a tile, in pixels
_CHANGES = 8  # of a cat's eye over the longer side
_CLEAR = 1e-3  # how much may shine through a tile that counts as covered


def render(view: View) -> Array:
    """The blurred photo `[H, W, 3]`, linear light; see `lens.blur`."""
    height, width = view.depth.labels.shape
    side = _SIDE
    while side < 3 * np.abs(view.depth.radii).max():  # margins are rendered in vain
        side *= 2
    if view.aperture.cats_eye:
        return _faded(view, side)
    result = np.empty_like(view.photo)
    for corner in _corners(0, side, height, width):
        here = _slices(corner, side, height, width)
        result[here] = _tile(view, *here)
    return result


def _faded(view: View, side: int) -> Array:
    """Tiles that overlap by half and fade: a cat's eye changes over the picture."""
    height, width = view.depth.labels.shape
    stride = max(side // 2, math.ceil(max(height, width) / _CHANGES))
    side = 2 * stride
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
    """`[h, w, 3]`: one tile of the result."""
    radii = np.abs(view.depth.radii)
    reach = math.ceil(radii.max())
    top, left = max(0, rows.start - reach), max(0, columns.start - reach)
    labels = view.depth.labels[top : rows.stop + reach, left : columns.stop + reach]
    count = cv2.calcHist([labels], [0], None, [len(radii)], [0, len(radii)])
    picture, widest = None, 0.0
    for layer in np.flatnonzero(count)[::-1].tolist():
        near = max(widest, radii[layer])
        x, y, wide, high = cv2.boundingRect((labels == layer).view(np.uint8))
        part_rows = _within(rows, top + y, high, near)
        part_columns = _within(columns, left + x, wide, near)
        if part_rows is None or part_columns is None:
            continue
        sheet = sheets.sheet(view, part_rows, part_columns, layer, near)
        widest = near
        if picture is None and (part_rows, part_columns) == (rows, columns):
            picture = sheet
        else:
            if picture is None:
                size = (rows.stop - rows.start, columns.stop - columns.start, 4)
                picture = np.zeros(size, np.float32)
            y, x = part_rows.start - rows.start, part_columns.start - columns.start
            high, wide = sheet.shape[:2]
            _lay_under(picture[y : y + high, x : x + wide], sheet)
        covered = cv2.minMaxLoc(cv2.extractChannel(picture, 3))[0]
        if covered > 1 - _CLEAR:
            break
    assert picture is not None  # each of the tile's pixels has its layer
    light = cv2.cvtColor(picture, cv2.COLOR_RGBA2RGB)
    return light if covered == 1 else light / np.maximum(picture[..., 3:], 1e-6)


def _within(tile: slice, start: int, length: int, reach: float) -> slice | None:
    """The part of a tile's rows (or columns) that a layer's blur reaches."""
    first = max(tile.start, start - math.ceil(reach))
    last = min(tile.stop, start + length + math.ceil(reach))
    return slice(first, last) if first < last else None


def _lay_under(front: Array, back: Array) -> None:
    """Lays a sheet under another, in place (Porter and Duff 1984, "over")."""
    clear = 1 - front[..., 3]
    front += cv2.multiply(back, cv2.merge([clear] * 4))
