"""Composites blurred layers from near to far, a tile of the picture at a time.

Memory is a tile's, and once nothing shines through a tile any more, the layers behind
it cost nothing.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from darkroom.lens import coarse
from darkroom.lens.blocks import Place
from darkroom.lens.blurred_layer import blurred_layer
from darkroom.lens.cutting import times
from darkroom.lens.view import Around, View
from darkroom.pixels import Array

_SIDE = 256  # of a tile, in pixels
_CHANGES = 8  # of a cat's eye over the longer side
_SCALE = 2  # of tiles of which all is much blurred
_SMOOTH = 8  # pixels per cell from which half the size shows as much
_ROUNDED = 1e-6  # of coverage
_EACH = 150  # bytes that a pixel of a tile and its margin takes at most, measured
_CLEAR = 1e-3  # how much may shine through a tile that counts as covered


def render(view: View) -> Array:
    """Returns the blurred photo `[H, W, 3]`, linear light; see `lens.blur`."""
    height, width = view.depth.labels.shape
    side = _side(np.abs(view.depth.radii).max())
    if view.aperture.cats_eye:
        return _faded(view, side)
    result = np.empty_like(view.photo)
    for corner in _corners(0, side, height, width):
        tile = _slices(corner, side, height, width)
        _render_tile(view, *tile, result[tile])
    return result


def _render_tile(view: View, rows: slice, columns: slice, to: Array) -> None:
    """Composites one tile of the result, `[h, w, 3]`, at half the size if that will do.

    It will where all is much blurred, but for lights, whose discs have crisp edges.
    """
    radii = np.abs(view.depth.radii)
    most = math.ceil(radii.max())
    near = list(view.blocks.nearest_first(rows, columns, most + _SCALE))
    step = min(coarse.step(radii[layer]) for layer, _ in near)
    if step < _SMOOTH or view.lights.any_near(rows, columns, most):
        _tile(view, rows, columns, near, to=to)
        return
    # a pixel more on each side, for what is enlarged to go on at the tile's edges
    height, width = view.depth.labels.shape
    wide_rows, wide_columns = (
        slice(max(0, part.start - _SCALE), min(part.stop + _SCALE, side))
        for part, side in ((rows, height), (columns, width))
    )
    tile = coarse.enlarged(_tile(view, wide_rows, wide_columns, near, _SCALE), _SCALE)
    top, left = rows.start - wide_rows.start, columns.start - wide_columns.start
    to[:] = tile[top : top + len(to), left : left + to.shape[1]]


def memory(size: tuple[int, int], radius: float) -> int:
    """Returns the bytes that one tile takes at most, besides pictures of `size` HxW.

    They grow with the square of the radius, up to the photo's size and its margins.
    """
    rows, columns = (min(_side(radius), side) + 2 * math.ceil(radius) for side in size)
    return _EACH * rows * columns


def _side(radius: float) -> int:
    side = _SIDE
    # A tile's margin, as wide as the largest radius on each side, is rendered in vain.
    while side < 3 * radius:
        side *= 2
    return side


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
        most = math.ceil(np.abs(view.depth.radii).max())
        near = list(view.blocks.nearest_first(rows, columns, most))
        tile = _tile(view, rows, columns, near)
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


def _tile(
    view: View,
    rows: slice,
    columns: slice,
    near: Sequence[tuple[int, Place]],
    scale: int = 1,
    to: Array | None = None,
) -> Array:
    """Composites one tile of the result from near to far.

    Args:
      view: what is rendered.
      rows, columns: the tile, which begins at multiples of `scale`, in pixels.
      near: the layers near it, the nearest first, and where each is.
      scale: pixels of the photo per pixel of the tile, on a side.
      to: where to; None for a new array.

    Returns:
      `[h, w, 3]`.
    """
    radii = np.abs(view.depth.radii)
    around = Around(view, rows, columns, [radii[layer] for layer, _ in near])
    picture: Array | None = None
    clear: Array | None = None
    reach = 0.0
    open_rows, open_columns = rows, columns  # what is not yet covered is in these
    for layer, place in near:
        # A layer goes on, hidden, under the edges of nearer ones: so what it may cover
        # follows from the widest blur so far, not from its own.
        wider = max(reach, radii[layer])
        part_rows = _within(open_rows, place[0], wider, scale)
        part_columns = _within(open_columns, place[1], wider, scale)
        if part_rows is None or part_columns is None:
            continue
        reach = wider
        part = part_rows, part_columns
        blurred = blurred_layer(view, around, *part, layer, place, reach, scale)
        if picture is None and part == (rows, columns):
            picture = blurred  # nothing is in front: no copy
            clear = 1 - cv2.extractChannel(picture, 3)
        else:
            if picture is None or clear is None:
                size = [
                    -(-(side.stop - side.start) // scale) for side in (rows, columns)
                ]
                picture = np.zeros((*size, 4), np.float32)
                clear = np.ones(size, np.float32)
            y, x = (
                (one.start - side.start) // scale
                for one, side in zip(part, (rows, columns), strict=True)
            )
            here = np.s_[y : y + len(blurred), x : x + blurred.shape[1]]
            _lay_under(picture[here], blurred, clear[here])
        y, x = (
            slice(
                (one.start - side.start) // scale, -(-(one.stop - side.start) // scale)
            )
            for one, side in ((open_rows, rows), (open_columns, columns))
        )
        left, top, width, height = (
            scale * side
            for side in cv2.boundingRect(cv2.inRange(clear[y, x], _CLEAR, 2.0))
        )
        if not width:
            break
        top, left = open_rows.start + top, open_columns.start + left
        open_rows = slice(top, min(top + height, rows.stop))
        open_columns = slice(left, min(left + width, columns.stop))
    # each of the tile's pixels has its layer
    assert picture is not None and clear is not None
    light = cv2.cvtColor(picture, cv2.COLOR_RGBA2RGB, dst=to)
    low, high = cv2.minMaxLoc(clear)[:2]
    if max(high, -low) < _ROUNDED:
        return light
    # Where the layers leave a gap, what is there stands for the whole pixel.
    alpha = np.maximum(cv2.extractChannel(picture, 3), 1e-6)
    return cv2.divide(light, cv2.merge([alpha] * 3), dst=light)


def _within(tile: slice, place: slice, reach: float, scale: int) -> slice | None:
    """Returns the part of a tile's rows (or columns) that a blur reaches, or None."""
    start = (place.start - math.ceil(reach)) // scale * scale
    first, last = max(tile.start, start), min(tile.stop, place.stop + math.ceil(reach))
    return slice(first, last) if first < last else None


def _lay_under(front: Array, back: Array, clear: Array) -> None:
    """Lays a layer under others, in place (Porter and Duff 1984, "over").

    Args:
      front: `[h, w, 4]`.
      back: `[h, w, 4]`, which is not kept.
      clear: `[h, w]`, what `front` lets through; then what both do.
    """
    times(back, clear, back)
    cv2.add(front, back, dst=front)
    np.subtract(1, cv2.extractChannel(front, 3), out=clear)
