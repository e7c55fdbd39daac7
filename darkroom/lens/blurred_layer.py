"""Blurs one layer of the photo, in a part of a tile: light times coverage.

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
from typing import NamedTuple

import cv2
import numpy as np

from darkroom.lens import aperture as apertures
from darkroom.lens import hidden
from darkroom.lens.aperture import Aperture
from darkroom.lens.layers import Layers
from darkroom.lens.lights import Lights
from darkroom.pixels import Array

_CELLS = 2.5  # of the grid per blur radius, at least
_HIDDEN_CELL = 2  # pixels per cell, at least, of what is only guessed


@dataclasses.dataclass(frozen=True)
class View:
    """What is rendered, and by which lens.

    Attributes:
      photo: `[H, W, 3]` float32, linear light.
      depth: its layers.
      lights: its lights above white.
      aperture: the lens opening.
    """

    photo: Array
    depth: Layers
    lights: Lights
    aperture: Aperture


def blurred_layer(
    view: View, rows: slice, columns: slice, layer: int, reach: float
) -> Array:
    """Returns a layer as the lens shows it in a part of a tile.

    Args:
      view: what is rendered.
      rows, columns: the part, in pixels of the photo.
      layer: which one.
      reach: the largest radius in pixels of this and the nearer layers.

    Returns:
      `[h, w, 4]` float32: linear light times coverage, then coverage.
    """
    radius = float(view.depth.radii[layer])
    step = _step(abs(radius))  # pixels per cell of the grid on which it is blurred
    coarse = max(step, _HIDDEN_CELL)  # and on which its hidden part is guessed
    window = _Window.around(rows, columns, coarse, reach)
    labels = window.cut(view.depth.labels)
    rgba = _cutout(window.cut(view.photo), labels, layer, step)
    nearer = (labels > layer).view(np.uint8)
    hides = cv2.countNonZero(nearer) > 0  # most parts have nothing in front: be quick
    if radius == 0:
        if hides:
            rgba = _sharp_behind(rgba, nearer, coarse, reach)
        return np.ascontiguousarray(rgba[window.inside])
    kernel = _kernel(view, rows, columns, radius, step)
    if hides:
        # How much farther than this layer the one in each cell moves with the eye.
        sample = labels[coarse // 2 :: coarse, coarse // 2 :: coarse]
        gap = view.depth.radii.astype(np.float32)[sample] - np.float32(radius)
        rgba = _blurred_behind(rgba, nearer, gap, kernel, step, coarse, reach)
    else:
        rgba = _filtered(rgba, kernel)
    rgba = np.ascontiguousarray(_enlarged(rgba, step)[window.inside])
    _draw_lights(rgba, view, rows, columns, layer)
    return rgba


def _sharp_behind(rgba: Array, nearer: Array, coarse: int, reach: float) -> Array:
    """Fills in a sharp layer at full resolution wherever something nearer hides it.

    It lies under what hides it, so how much of the lens sees it need not be known.
    """
    visible = 1 - _share(nearer, 1)
    guess = hidden.inpainted(
        _reduced(rgba, coarse), _reduced(visible, coarse), reach / coarse
    )
    return cv2.add(rgba, cv2.copyTo(_enlarged(guess, coarse), nearer))


def _blurred_behind(
    rgba: Array,
    nearer: Array,
    gap: Array,
    kernel: Array,
    step: int,
    coarse: int,
    reach: float,
) -> Array:
    """Blurs a layer together with what the lens sees of it behind nearer ones.

    Args:
      rgba: `[h, w, 4]`, the layer on its grid of `step` pixels, empty where hidden.
      nearer: `[h * step, w * step]` uint8, 1 where something hides it.
      gap: `[h * step / coarse, ...]`, the radius of what hides it minus its own.
      kernel: its disc, in cells.
      step, coarse: pixels per cell of the layer's grid, and of what is guessed.
      reach: the largest radius in pixels of this and the nearer layers.

    Returns:
      `[h, w, 4]`: light and coverage, both over the blurred weight of all that the
      lens sees and that is not nearer than the layer.
    """
    factor = coarse // step
    visible = 1 - _share(nearer, step)
    coarse_visible = _reduced(visible, factor)
    guess = hidden.inpainted(_reduced(rgba, factor), coarse_visible, reach / coarse)
    seen = _enlarged(hidden.seen_share(coarse_visible, gap, coarse), factor)
    seen *= 1 - visible  # of a cell that is hidden in part, that part only
    rgba = cv2.add(rgba, _times(_enlarged(guess, factor), seen))
    weight = _filtered(visible + seen, kernel)
    return cv2.divide(_filtered(rgba, kernel), cv2.merge([weight] * 4))


class _Window(NamedTuple):
    """A part of the photo with a margin, in pixels; it may reach beyond the photo."""

    top: int
    bottom: int
    left: int
    right: int
    inside: tuple[slice, slice]  # where the part lies in the window

    @classmethod
    def around(cls, rows: slice, columns: slice, cell: int, reach: float) -> _Window:
        """Returns the window of whole cells that holds all that a blur may bring in.

        Cells start at the photo's corner, whatever the part: else two tiles' grids
        would differ, and a seam would show between them.
        """
        # A cell and two pixels more than the blur: enlarging interpolates at the edge.
        margin = cell * math.ceil((reach + 2) / cell + 1)
        top = rows.start // cell * cell - margin
        bottom = -(-rows.stop // cell) * cell + margin
        left = columns.start // cell * cell - margin
        right = -(-columns.stop // cell) * cell + margin
        inside = (
            slice(rows.start - top, rows.stop - top),
            slice(columns.start - left, columns.stop - left),
        )
        return cls(top, bottom, left, right, inside)

    def cut(self, values: Array) -> Array:
        """Cuts the window out of `[H, W, ...]`; beyond the photo its edge goes on."""
        height, width = values.shape[:2]
        part = values[max(0, self.top) : self.bottom, max(0, self.left) : self.right]
        above, below = max(0, -self.top), max(0, self.bottom - height)
        before, after = max(0, -self.left), max(0, self.right - width)
        if not (above or below or before or after):
            return part
        border = cv2.BORDER_REPLICATE
        return cv2.copyMakeBorder(part, above, below, before, after, border)


def _cutout(photo: Array, labels: Array, layer: int, step: int) -> Array:
    """Returns `[h, w, 4]`: a layer's light and share on a grid of `step` pixels."""
    itself = (labels == layer).view(np.uint8)
    if cv2.countNonZero(itself) < itself.size:
        photo = cv2.copyTo(photo, itself)
    rgba = cv2.cvtColor(_reduced(photo, step), cv2.COLOR_RGB2RGBA)
    cv2.insertChannel(_share(itself, step), rgba, 3)
    return rgba


def _step(radius: float) -> int:
    """Returns the pixels per cell of the coarsest grid that shows a disc well."""
    return 2 ** max(0, math.floor(math.log2(max(radius, 1) / _CELLS)))


def _reduced(values: Array, step: int) -> Array:
    """Returns the means of cells of `step` pixels."""
    if step == 1:
        return values
    size = (values.shape[1] // step, values.shape[0] // step)
    return cv2.resize(values, size, interpolation=cv2.INTER_AREA)


def _share(mask: Array, step: int) -> Array:
    """Returns how much of each cell is in a mask of 0 and 1."""
    return _reduced(mask.astype(np.float32), step)


def _enlarged(values: Array, step: int) -> Array:
    if step == 1:
        return values
    size = (values.shape[1] * step, values.shape[0] * step)
    return cv2.resize(values, size, interpolation=cv2.INTER_LINEAR)


def _times(rgba: Array, share: Array) -> Array:
    """Multiplies `[h, w, 4]` by `[h, w]`."""
    return cv2.multiply(rgba, cv2.merge([share] * 4))


def _filtered(values: Array, kernel: Array) -> Array:
    return cv2.filter2D(values, -1, kernel, borderType=cv2.BORDER_REPLICATE)


def _kernel(view: View, rows: slice, columns: slice, radius: float, step: int) -> Array:
    """Returns the disc on a layer's grid; `radius` is signed, in pixels."""
    size = abs(radius)
    if step > 1:
        # Reducing and enlarging blur, too: a box of `step` and a tent of twice its
        # width add their variances to the disc's r^2 / 4 per axis.
        wider = (step**2 - 1) / 12 + step**2 / 6
        size = math.sqrt(max(size**2 - 4 * wider, 0)) / step
    signed = math.copysign(size, radius)
    values = apertures.point(view.aperture, signed, _field(view, rows, columns))
    # filter2D correlates, that is, it gathers light through the figure turned by 180
    # degrees.
    return values[::-1, ::-1]


def _field(view: View, rows: slice, columns: slice) -> tuple[float, float]:
    """Returns where a part's middle is, in half diagonals from the picture's."""
    if not view.aperture.cats_eye:
        return 0.0, 0.0
    height, width = view.depth.labels.shape
    diagonal = math.hypot(height, width)
    y, x = (part.start + part.stop for part in (rows, columns))
    return (x - width) / diagonal, (y - height) / diagonal


def _draw_lights(
    rgba: Array, view: View, rows: slice, columns: slice, layer: int
) -> None:
    """Adds a layer's lights to it, with crisp edges, which the grid would soften."""
    if not (view.lights.layer == layer).any():
        return
    radius = float(view.depth.radii[layer])
    disc = apertures.point(view.aperture, radius, _field(view, rows, columns))[
        ..., None
    ]
    reach = len(disc) // 2
    for row, column, excess in view.lights.near(layer, rows, columns, reach):
        top, left = row - reach - rows.start, column - reach - columns.start
        here = rgba[max(0, top) : top + len(disc), max(0, left) : left + len(disc), :3]
        y, x = max(0, -top), max(0, -left)
        here += disc[y : y + here.shape[0], x : x + here.shape[1]] * excess
