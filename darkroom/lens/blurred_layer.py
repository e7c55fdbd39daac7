"""Blurs one layer of the photo, in a part of a tile: light times coverage.

The layer is cut out with a margin, reduced to a grid on which its disc is a few cells
wide, given its hidden continuation, blurred and enlarged again.

Blurring the layers one by one would take them for independent: the background would
shine through the joints of a slanted floor. So light and coverage are both divided by
the blurred weight of all that the lens sees and that is not nearer than the layer. Two
layers at nearly one depth, composited, then make the blur of both together.
"""

from __future__ import annotations

import math

import cv2
import numpy as np

from darkroom.lens import aperture as apertures
from darkroom.lens import coarse, hidden
from darkroom.lens.cutting import Cut, Window, hidden_cell, times
from darkroom.lens.layers import Layers
from darkroom.lens.view import Around, View
from darkroom.pixels import Array

_NOTHING = 1e-2  # of weight: what is hidden has as much (`hidden.seen_share`)


def blurred_layer(
    view: View,
    around: Around,
    rows: slice,
    columns: slice,
    layer: int,
    place: tuple[slice, slice],
    reach: float,
    scale: int = 1,
) -> Array:
    """Returns a layer as the lens shows it in a part of a tile.

    Args:
      view: what is rendered.
      around: the tile.
      rows, columns: the part, in pixels of the photo.
      layer: which one.
      place: rows and columns of the photo that hold all of it around the tile.
      reach: the largest radius in pixels of this and the nearer layers.
      scale: pixels of the photo per pixel of what is returned; of more than 1 the
        layer's cells are as large or larger, and it has no lights.

    Returns:
      `[h, w, 4]` float32: linear light times coverage, then coverage.
    """
    depth, radius = view.depth, float(view.depth.radii[layer])
    step = coarse.step(abs(radius))  # pixels per cell of the grid it is blurred on
    cell = hidden_cell(step, reach)  # and on which its hidden part is guessed
    window = Window.around(rows, columns, cell, reach)
    own = layer * depth.parts  # the label of what is in this layer alone
    # Most parts have nothing in front, or a nearer part of one surface: be quick.
    nearest, beside_step = view.nearest(window)
    joined, hides = nearest > own, min(nearest, beside_step) > own
    if not hides:
        window = Window.around(rows, columns, step, abs(radius))
    cut = around.cut(window, step)
    where = window.find(place, cut.scale)
    rgba = cut.layer(depth.share[layer], step // cut.scale, where)
    if radius == 0:
        if hides:
            rgba = _sharp_behind(rgba, cut, depth.visible[layer], cell, reach)
        elif joined:
            rgba = _divided(rgba, cut.visible(depth.visible[layer]))
        return rgba[window.inside]
    kernel = _kernel(view, rows, columns, radius, step)
    weight = None
    if hides:
        rgba, weight = _with_hidden(rgba, cut, depth, layer, step, cell, reach)
    elif joined:
        visible = cut.visible(depth.visible[layer])
        weight = coarse.reduced(visible, step // cut.scale)
    # its wider margin was for what is hidden; the blur reaches less far
    core, inside = _core(window.inside, step, len(kernel) // 2 + 1)
    # and enlarging, one cell
    near, inside = _core(inside, step, 1)
    rgba = _filtered(rgba[core], kernel)[near]
    if weight is not None:
        # filters on coarse grids are negative in places: no more than all there is
        seen = _filtered(weight[core], kernel)[near]
        rgba = _divided(rgba, cv2.max(seen, cv2.extractChannel(rgba, 3)))
    rgba = coarse.enlarged(rgba, step // scale)
    if scale > 1:
        y, x = (slice(part.start // scale, -(-part.stop // scale)) for part in inside)
        return rgba[y, x]
    rgba = rgba[inside]
    _draw_lights(rgba, view, rows, columns, layer)
    return rgba


def _sharp_behind(
    rgba: Array, cut: Cut, table: Array, cell: int, reach: float
) -> Array:
    """Fills in a sharp layer at full resolution wherever something nearer hides it.

    It lies under what hides it, so how much of the lens sees it need not be known.
    """
    visible = cut.visible(table)
    guess = hidden.inpainted(
        coarse.reduced(rgba, cell), coarse.reduced(visible, cell), reach / cell
    )
    hides = (visible == 0).view(np.uint8)
    # What is partly in a nearer layer is one surface, sharp where it is not blurred.
    rgba = cv2.divide(rgba, cv2.merge([visible + hides] * 4))
    return cv2.add(rgba, cv2.copyTo(coarse.enlarged(guess, cell), hides))


def _with_hidden(
    rgba: Array,
    cut: Cut,
    depth: Layers,
    layer: int,
    step: int,
    cell: int,
    reach: float,
) -> tuple[Array, Array]:
    """Adds to a layer what the lens sees of it behind nearer ones.

    Args:
      rgba: `[h, w, 4]`, the layer on its grid of `step` pixels, empty where hidden.
      cut: `[h * n, w * n]`, all layers, n pixels to each cell's side.
      depth, layer: the layers, and which one.
      step, cell: pixels per cell of the layer's grid, and of what is guessed.
      reach: the largest radius in pixels of this and the nearer layers.

    Returns:
      rgba: `[h, w, 4]`.
      weight: `[h, w]`, how much there is of all that the lens sees and that is not
        nearer than the layer.
    """
    labels = cut.labels
    factor, size = cell // step, len(labels) // len(rgba)
    # What is only partly nearer is of one surface with this layer, which ends there.
    hides = coarse.reduced(cut.hidden(depth.hides[layer]), size)
    visible = coarse.reduced(cut.visible(depth.visible[layer]), size)
    coarse_visible = coarse.reduced(visible, factor)
    guess = hidden.inpainted(coarse.reduced(rgba, factor), coarse_visible, reach / cell)
    # How much farther than this layer the one in each cell moves with the eye.
    middles = np.s_[factor * size // 2 :: factor * size]
    gap = cv2.LUT(labels[middles, middles], depth.gap[layer])
    seen = coarse.enlarged(hidden.seen_share(coarse_visible, gap, cell), factor)
    # of a cell that is hidden in part, that part only
    seen = cv2.multiply(seen, hides)
    guess = coarse.enlarged(guess, factor)
    rgba = cv2.add(rgba, times(guess, seen, guess), dst=guess)
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


def _divided(rgba: Array, weight: Array) -> Array:
    """Divides `[h, w, 4]` by `[h, w]`; where that is 0, so is the layer."""
    return cv2.divide(rgba, cv2.merge([np.maximum(weight, _NOTHING)] * 4))


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
    disc = apertures.point(view.aperture, radius, _field(view, rows, columns))
    reach, disc = len(disc) // 2, cv2.merge([disc] * 4)
    for row, column, excess in view.lights.near(layer, rows, columns, reach):
        top, left = row - reach - rows.start, column - reach - columns.start
        here = rgba[max(0, top) : top + len(disc), max(0, left) : left + len(disc)]
        y, x = max(0, -top), max(0, -left)
        part = disc[y : y + here.shape[0], x : x + here.shape[1]]
        light = np.array((*excess.tolist(), 0.0))
        cv2.add(here, cv2.multiply(part, light), dst=here)
