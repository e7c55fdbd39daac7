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
import functools
import math
from typing import NamedTuple

import cv2
import numpy as np

from darkroom.lens import aperture as apertures
from darkroom.lens import coarse, hidden
from darkroom.lens.aperture import Aperture
from darkroom.lens.layers import Layers
from darkroom.lens.lights import Lights
from darkroom.pixels import Array

_NOTHING = 1e-2  # of weight: what is hidden has as much (`hidden.seen_share`)
_FAR = 20.0  # pixels of radius from which such cells are twice as large
_HALVED = 8  # pixels per cell from which a layer is cut out at half the size
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


@dataclasses.dataclass(frozen=True)
class Around:
    """A tile of the photo with its margin, cut out once for all layers.

    Attributes:
      rgba: `[h, w, 4]` float32, linear light and 1; beyond the photo its edge goes on.
      labels: `[h, w]` uint8, as of `Layers`.
      steps: as of `Layers`, `[h, w]` uint8 at the photo's own size.
      top, left: where it begins in the photo, in pixels; multiples of 4.
      scale: pixels of the photo per pixel of `rgba` and `labels`.
    """

    rgba: Array
    labels: Array
    steps: Array
    top: int
    left: int
    scale: int = 1

    @functools.cached_property
    def half(self) -> Around:
        """The same at half the size, which is enough for layers of large cells."""
        height, width = (side // 4 * 4 for side in self.labels.shape)
        rgba = coarse.reduced(self.rgba[:height, :width], 2)
        labels = _alternating(self.labels[:height, :width])
        return dataclasses.replace(self, rgba=rgba, labels=labels, scale=2)


def surroundings(view: View, rows: slice, columns: slice, reach: float) -> Around:
    """Cuts a tile out with all that `blurred_layer` may look at within a `reach`."""
    # the widest window is of the coarsest cells, and begins at one of its own
    margin = math.ceil(reach) + 4 * _hidden_cell(coarse.step(reach), reach)
    top, bottom = (rows.start - margin) // 4 * 4, rows.stop + margin
    left, right = (columns.start - margin) // 4 * 4, columns.stop + margin
    height, width = view.depth.labels.shape
    within = np.s_[max(0, top) : bottom, max(0, left) : right]
    above, below = max(0, -top), max(0, bottom - height)
    before, after = max(0, -left), max(0, right - width)

    def cut(values: Array) -> Array:
        part, border = values[within], cv2.BORDER_REPLICATE
        if not (above or below or before or after):
            return part
        return cv2.copyMakeBorder(part, above, below, before, after, border)

    rgba = cv2.cvtColor(cut(view.photo), cv2.COLOR_RGB2RGBA)
    return Around(rgba, cut(view.depth.labels), cut(view.depth.steps), top, left)


def _hidden_cell(step: int, reach: float) -> int:
    """Returns the pixels per cell on which a layer's hidden part is guessed."""
    return max(step, _HIDDEN_CELL if reach < _FAR else 2 * _HIDDEN_CELL)


def blurred_layer(
    view: View,
    around: Around,
    rows: slice,
    columns: slice,
    layer: int,
    place: tuple[slice, slice],
    reach: float,
) -> Array:
    """Returns a layer as the lens shows it in a part of a tile.

    Args:
      view: what is rendered.
      around: the tile.
      rows, columns: the part, in pixels of the photo.
      layer: which one.
      place: rows and columns of the photo that hold all of it around the tile.
      reach: the largest radius in pixels of this and the nearer layers.

    Returns:
      `[h, w, 4]` float32: linear light times coverage, then coverage.
    """
    depth, radius = view.depth, float(view.depth.radii[layer])
    step = coarse.step(abs(radius))  # pixels per cell of the grid it is blurred on
    cell = _hidden_cell(step, reach)  # and on which its hidden part is guessed
    source = around.half if step >= _HALVED else around
    window = _Window.around(rows, columns, cell, reach)
    labels = window.cut(source.labels, source, source.scale)
    own = layer * depth.parts  # the label of what is in this layer alone
    # Most parts have nothing in front, or a nearer part of one surface: be quick.
    joined = cv2.minMaxLoc(labels)[1] > own
    hides = joined and cv2.minMaxLoc(window.cut(around.steps, around))[1] > own
    if not hides:
        window = _Window.around(rows, columns, step, abs(radius))
        labels = window.cut(source.labels, source, source.scale)
    rgba = _cutout(
        window.cut(source.rgba, source, source.scale),
        labels,
        depth.share[layer],
        step // source.scale,
        window.find(place, source.scale),
    )
    if radius == 0:
        if hides:
            rgba = _sharp_behind(rgba, labels, depth.visible[layer], cell, reach)
        elif joined:
            rgba = _divided(rgba, cv2.LUT(labels, depth.visible[layer]))
        return np.ascontiguousarray(rgba[window.inside])
    kernel = _kernel(view, rows, columns, radius, step)
    weight = None
    if hides:
        rgba, weight = _with_hidden(rgba, labels, depth, layer, step, cell, reach)
    elif joined:
        visible = cv2.LUT(labels, depth.visible[layer])
        weight = coarse.reduced(visible, step // source.scale)
    # its wider margin was for what is hidden; the blur reaches less far
    core, inside = _core(window.inside, step, len(kernel) // 2 + 1)
    rgba = _filtered(rgba[core], kernel)
    if weight is not None:
        # filters on coarse grids are negative in places: no more than all there is
        most = cv2.max(_filtered(weight[core], kernel), cv2.extractChannel(rgba, 3))
        rgba = _divided(rgba, most)
    rgba = np.ascontiguousarray(coarse.enlarged(rgba, step)[inside])
    _draw_lights(rgba, view, rows, columns, layer)
    return rgba


def _sharp_behind(
    rgba: Array, labels: Array, table: Array, cell: int, reach: float
) -> Array:
    """Fills in a sharp layer at full resolution wherever something nearer hides it.

    It lies under what hides it, so how much of the lens sees it need not be known.
    """
    visible = cv2.LUT(labels, table)
    guess = hidden.inpainted(
        coarse.reduced(rgba, cell), coarse.reduced(visible, cell), reach / cell
    )
    hides = (visible == 0).view(np.uint8)
    # What is partly in a nearer layer is one surface, sharp where it is not blurred.
    rgba = cv2.divide(rgba, cv2.merge([visible + hides] * 4))
    return cv2.add(rgba, cv2.copyTo(coarse.enlarged(guess, cell), hides))


def _with_hidden(
    rgba: Array,
    labels: Array,
    depth: Layers,
    layer: int,
    step: int,
    cell: int,
    reach: float,
) -> tuple[Array, Array]:
    """Adds to a layer what the lens sees of it behind nearer ones.

    Args:
      rgba: `[h, w, 4]`, the layer on its grid of `step` pixels, empty where hidden.
      labels: `[h * n, w * n]` of all layers, n to each cell's side.
      depth, layer: the layers, and which one.
      step, cell: pixels per cell of the layer's grid, and of what is guessed.
      reach: the largest radius in pixels of this and the nearer layers.

    Returns:
      rgba: `[h, w, 4]`.
      weight: `[h, w]`, how much there is of all that the lens sees and that is not
        nearer than the layer.
    """
    factor, size = cell // step, len(labels) // len(rgba)
    visible = cv2.LUT(labels, depth.visible[layer])
    # What is only partly nearer is of one surface with this layer, which ends there.
    hides = coarse.reduced(cv2.LUT(labels, depth.hides[layer]), size)
    visible = coarse.reduced(visible, size)
    coarse_visible = coarse.reduced(visible, factor)
    guess = hidden.inpainted(coarse.reduced(rgba, factor), coarse_visible, reach / cell)
    # How much farther than this layer the one in each cell moves with the eye.
    middles = np.s_[factor * size // 2 :: factor * size]
    gap = cv2.LUT(labels[middles, middles], depth.gap[layer])
    seen = coarse.enlarged(hidden.seen_share(coarse_visible, gap, cell), factor)
    # of a cell that is hidden in part, that part only
    seen = cv2.multiply(seen, hides)
    rgba = cv2.add(rgba, _times(coarse.enlarged(guess, factor), seen))
    return rgba, cv2.add(visible, seen)


def _core(
    inside: tuple[slice, slice], step: int, margin: int
) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Narrows a window to a part and a margin.

    Args:
      inside: where the part lies in the window, in pixels.
      step: pixels per cell.
      margin: in cells.

    Returns:
      where that lies in the window, in cells, and where the part lies in it, in pixels.
    """
    first = [part.start // step - margin for part in inside]
    last = [-(-part.stop // step) + margin for part in inside]
    rows, columns = (
        slice(part.start - cell * step, part.stop - cell * step)
        for part, cell in zip(inside, first, strict=True)
    )
    return (slice(first[0], last[0]), slice(first[1], last[1])), (rows, columns)


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

    def find(self, place: tuple[slice, slice], scale: int) -> tuple[slice, slice]:
        """Returns where a place in the photo lies in the window, at `scale`."""
        rows, columns = (
            slice(
                max(0, part.start - start) // scale,
                -(-max(0, part.stop - start) // scale),
            )
            for part, start in zip(place, (self.top, self.left), strict=True)
        )
        return rows, columns

    def cut(self, values: Array, around: Around, scale: int = 1) -> Array:
        """Cuts the window out of `[h, w, ...]` of a tile around it, at `scale`."""
        rows, columns = (
            slice((first - start) // scale, (last - start) // scale)
            for first, last, start in (
                (self.top, self.bottom, around.top),
                (self.left, self.right, around.left),
            )
        )
        return values[rows, columns]


def _alternating(labels: Array) -> Array:
    """Returns one label of every 2x2, `[h / 2, w / 2]`; sides are multiples of 4.

    Of the block beside it is another one, so that no edge moves, in the mean.
    """
    height, width = labels.shape
    half = np.empty((height // 2, width // 2), np.uint8)
    half[::2, ::2], half[::2, 1::2] = labels[::4, ::4], labels[1::4, 2::4]
    half[1::2, ::2], half[1::2, 1::2] = labels[2::4, 1::4], labels[3::4, 3::4]
    return half


def _cutout(
    rgba: Array, labels: Array, table: Array, step: int, place: tuple[slice, slice]
) -> Array:
    """Returns `[h, w, 4]`: a layer's light and share on a grid of `step` pixels.

    Args:
      rgba: `[h * step, w * step, 4]`, of all layers.
      labels: `[h * step, w * step]`.
      table: `[256]`, how much of pixels with each label is in the layer.
      place: where the layer is, at most.
    """
    here = labels[place]
    share = cv2.LUT(here, table) if here.size else here
    if share.size == labels.size and cv2.minMaxLoc(share)[0] == 1:
        return coarse.reduced(rgba, step)
    itself = np.zeros(rgba.shape, np.float32)
    if here.size:
        itself[place] = _times(rgba[place], share)
    return coarse.reduced(itself, step)


def _divided(rgba: Array, weight: Array) -> Array:
    """Divides `[h, w, 4]` by `[h, w]`; where that is 0, so is the layer."""
    return cv2.divide(rgba, cv2.merge([np.maximum(weight, _NOTHING)] * 4))


def _times(rgba: Array, share: Array) -> Array:
    """Multiplies `[h, w, 4]` by `[h, w]`."""
    return cv2.multiply(rgba, cv2.merge([share] * 4))


def _filtered(values: Array, kernel: Array) -> Array:
    return cv2.filter2D(values, -1, kernel, borderType=cv2.BORDER_REPLICATE)


def _kernel(view: View, rows: slice, columns: slice, radius: float, step: int) -> Array:
    """Returns the disc on a layer's grid; `radius` is signed, in pixels."""
    values = coarse.kernel(view.aperture, radius, step, _field(view, rows, columns))
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
