"""A layer of the photo as the lens shows it, in a tile: light times coverage.

The layer is cut out with a margin, reduced to a grid on which its disc is a few cells
wide, given its hidden continuation, blurred and enlarged again.

Blurring the layers one by one would take them for independent: the background would
shine through the joints of a slanted floor. So light and coverage are both divided by
the blurred weight of all that the lens sees and that is not nearer than the layer. Two
layers at nearly one depth, composited, then make the blur of both together.
"""

from __future__ import annotations

import dataclasses
import math

import cv2
import numpy as np

from darkroom.lens import aperture as apertures
from darkroom.lens import hidden
from darkroom.lens.aperture import Aperture
from darkroom.lens.layers import Array, Layers
from darkroom.lens.lights import Lights

_CELLS = 2.5  # of the grid per blur radius, at least
_HIDDEN_CELL = 2  # pixels per cell, at least, of what is only guessed


@dataclasses.dataclass(frozen=True)
class View:
    """What is rendered: a photo in linear light, its layers and lights, the lens."""

    photo: Array
    depth: Layers
    lights: Lights
    aperture: Aperture


def sheet(view: View, rows: slice, columns: slice, layer: int, reach: float) -> Array:
    """A blurred layer in a part of a tile, `[h, w, 4]` float32.

    Args:
      view: what is rendered.
      rows, columns: the part.
      layer: which one.
      reach: the largest radius in pixels of this and the nearer layers.
    """
    radius = float(view.depth.radii[layer])
    step = _step(abs(radius))
    coarse = max(step, _HIDDEN_CELL)
    margin = coarse * math.ceil((reach + 2) / coarse + 1)
    window = (*_widened(rows, coarse, margin), *_widened(columns, coarse, margin))
    inside = (
        slice(rows.start - window[0], rows.stop - window[0]),
        slice(columns.start - window[2], columns.stop - window[2]),
    )
    labels = _cut(view.depth.labels, window)
    cutout = _cutout(_cut(view.photo, window), labels, layer, step)
    nearer = (labels > layer).view(np.uint8)
    covered = cv2.countNonZero(nearer) > 0
    if covered:
        behind = 1 - _share(nearer, step)
        rough = _reduced(behind, coarse // step)
        more = hidden.continued(_reduced(cutout, coarse // step), rough, reach / coarse)
    if radius == 0:
        if covered:
            more = cv2.copyTo(_enlarged(more, coarse), nearer)
            cutout = cv2.add(cutout, more)
        return np.ascontiguousarray(cutout[inside])
    kernel = _kernel(view, rows, columns, radius, step)
    if covered:
        sample = labels[coarse // 2 :: coarse, coarse // 2 :: coarse]
        gap = view.depth.radii.astype(np.float32)[sample] - np.float32(radius)
        seen = _enlarged(hidden.seen(rough, gap, coarse), coarse // step)
        seen *= 1 - behind
        more = _enlarged(more, coarse // step)
        cutout = cv2.add(cutout, cv2.multiply(more, cv2.merge([seen] * 4)))
        weight = _filtered(behind + seen, kernel)
    cutout = _filtered(cutout, kernel)
    if covered:
        cutout = cv2.divide(cutout, cv2.merge([weight] * 4))
    cutout = np.ascontiguousarray(_enlarged(cutout, step)[inside])
    _draw_lights(cutout, view, rows, columns, layer)
    return cutout


def _widened(part: slice, cell: int, margin: int) -> tuple[int, int]:
    """Start and stop on a grid that starts at the picture's: tiles must fit."""
    start, stop = part.start // cell, -(-part.stop // cell)
    return start * cell - margin, stop * cell + margin


def _cutout(photo: Array, labels: Array, layer: int, step: int) -> Array:
    """`[h, w, 4]`: a layer's light and its share, on a grid of `step` pixels."""
    itself = (labels == layer).view(np.uint8)
    if cv2.countNonZero(itself) < itself.size:
        photo = cv2.copyTo(photo, itself)
    rgba = cv2.cvtColor(_reduced(photo, step), cv2.COLOR_RGB2RGBA)
    cv2.insertChannel(_share(itself, step), rgba, 3)
    return rgba


def _step(radius: float) -> int:
    """Pixels per cell of the coarsest grid that shows a disc of `radius` well."""
    return 2 ** max(0, math.floor(math.log2(max(radius, 1) / _CELLS)))


def _cut(values: Array, window: tuple[int, int, int, int]) -> Array:
    """A part of `[H, W, ...]`; beyond the picture its edge goes on."""
    top, bottom, left, right = window
    height, width = values.shape[:2]
    part = values[max(0, top) : bottom, max(0, left) : right]
    above, below = max(0, -top), max(0, bottom - height)
    before, after = max(0, -left), max(0, right - width)
    if not (above or below or before or after):
        return part
    border = cv2.BORDER_REPLICATE
    return cv2.copyMakeBorder(part, above, below, before, after, border)


def _reduced(values: Array, step: int) -> Array:
    """The means of cells of `step` pixels."""
    if step == 1:
        return values
    size = (values.shape[1] // step, values.shape[0] // step)
    return cv2.resize(values, size, interpolation=cv2.INTER_AREA)


def _share(mask: Array, step: int) -> Array:
    """How much of each cell is in a mask of 0 and 1."""
    return _reduced(mask.astype(np.float32), step)


def _enlarged(values: Array, step: int) -> Array:
    if step == 1:
        return values
    size = (values.shape[1] * step, values.shape[0] * step)
    return cv2.resize(values, size, interpolation=cv2.INTER_LINEAR)


def _filtered(values: Array, kernel: Array) -> Array:
    return cv2.filter2D(values, -1, kernel, borderType=cv2.BORDER_REPLICATE)


def _kernel(view: View, rows: slice, columns: slice, radius: float, step: int) -> Array:
    """What spreads a layer's light on its grid; `radius` is signed, in pixels."""
    size = abs(radius)
    if step > 1:
        # Reducing and enlarging blur, too: a box of `step` and a tent of twice its
        # width add their variances to the disc's r^2 / 4 per axis.
        wider = (step**2 - 1) / 12 + step**2 / 6
        size = math.sqrt(max(size**2 - 4 * wider, 0)) / step
    values = apertures.kernel(view.aperture, size, _field(view, rows, columns))
    # In front of the focus the rays have not crossed; filter2D correlates.
    return values if radius > 0 else values[::-1, ::-1]


def _field(view: View, rows: slice, columns: slice) -> tuple[float, float]:
    """Where a tile's middle is, in half diagonals from the picture's."""
    if not view.aperture.cats_eye:
        return 0.0, 0.0
    height, width = view.depth.labels.shape
    diagonal = math.hypot(height, width)
    y, x = (part.start + part.stop for part in (rows, columns))
    return (x - width) / diagonal, (y - height) / diagonal


def _draw_lights(
    sheet: Array, view: View, rows: slice, columns: slice, layer: int
) -> None:
    """Adds a layer's lights with crisp edges, which the grid would soften."""
    if not (view.lights.layer == layer).any():
        return
    radius = float(view.depth.radii[layer])
    disc = apertures.kernel(view.aperture, abs(radius), _field(view, rows, columns))
    disc = (disc[::-1, ::-1] if radius > 0 else disc)[..., None]
    reach = len(disc) // 2
    for row, column, excess in view.lights.near(layer, rows, columns, reach):
        top, left = row - reach - rows.start, column - reach - columns.start
        here = sheet[max(0, top) : top + len(disc), max(0, left) : left + len(disc), :3]
        y, x = max(0, -top), max(0, -left)
        here += disc[y : y + here.shape[0], x : x + here.shape[1]] * excess
