"""Cuts the photo into parts, with all that a blur may bring into each.

A tile is cut out once for all layers (`Around`); the window that a layer's blur looks
at is cut out of that (`Window`, `Cut`). Where silhouettes are soft, both hold a second
sheet: what is seen through them.
"""

from __future__ import annotations

import dataclasses
import functools
import math
from typing import NamedTuple

import cv2
import numpy as np

from darkroom.lens import coarse
from darkroom.lens.aperture import Aperture
from darkroom.lens.layers import Layers
from darkroom.lens.lights import Lights
from darkroom.lens.silhouettes import Silhouettes
from darkroom.pixels import Array

_FAR = 20.0  # pixels of radius from which hidden cells are twice as large
_HIDDEN_CELL = 2  # pixels per cell, at least, of what is only guessed


@dataclasses.dataclass(frozen=True)
class View:
    """What is rendered, and by which lens.

    Attributes:
      photo: `[H, W, 3]` float32, linear light.
      depth: its layers.
      lights: its lights above white.
      aperture: the lens opening.
      soft: what is seen through soft silhouettes; None where there are none.
    """

    photo: Array
    depth: Layers
    lights: Lights
    aperture: Aperture
    soft: Silhouettes | None = None


class Sheet(NamedTuple):
    """Light and labels of one thing that each pixel shows.

    Attributes:
      rgba: `[h, w, 4]` float32, linear light times coverage, then coverage.
      labels: `[h, w]` uint8, as of `Layers`.
    """

    rgba: Array
    labels: Array

    @property
    def coverage(self) -> Array:
        """`[h, w]`."""
        return cv2.extractChannel(self.rgba, 3)

    def cut(self, place: tuple[slice, slice]) -> Sheet:
        """Returns a part of it."""
        return Sheet(self.rgba[place], self.labels[place])

    def halved(self) -> Sheet:
        """Returns it at half the size."""
        height, width = (side // 4 * 4 for side in self.labels.shape)
        rgba = coarse.reduced(self.rgba[:height, :width], 2)
        return Sheet(rgba, alternating(self.labels[:height, :width]))


@dataclasses.dataclass(frozen=True)
class Around:
    """A tile of the photo with its margin, cut out once for all layers.

    Attributes:
      front: linear light and 1; beyond the photo its edge goes on. Where silhouettes
        are soft, what is in front.
      behind: what is seen through that, in a part of the tile; None if nothing is. It
        covers all of a pixel, or none of it.
      part: rows and columns of `front` that `behind` is of; multiples of 4.
      steps: as of `Layers`, `[h, w]` uint8 at the photo's own size.
      top, left: where it begins in the photo, in pixels; multiples of 4.
      scale: pixels of the photo per pixel of the sheets.
    """

    front: Sheet
    behind: Sheet | None
    part: tuple[slice, slice]
    steps: Array
    top: int
    left: int
    scale: int = 1

    @functools.cached_property
    def half(self) -> Around:
        """The same at half the size, which is enough for layers of large cells."""
        front, behind = self.front.halved(), self.behind and self.behind.halved()
        part = _smaller(self.part, 2)
        return dataclasses.replace(self, front=front, behind=behind, part=part, scale=2)


def surroundings(view: View, rows: slice, columns: slice, reach: float) -> Around:
    """Cuts a tile out with all that a blurred layer may show of within a `reach`."""
    # the widest window is of the coarsest cells, and begins at one of its own
    margin = math.ceil(reach) + 4 * hidden_cell(coarse.step(reach), reach)
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
    front, steps = Sheet(rgba, cut(view.depth.labels)), cut(view.depth.steps)
    soft, nowhere = view.soft, np.s_[0:0, 0:0]
    if soft is None or not cv2.countNonZero(soft.band[within]):
        return Around(front, None, nowhere, steps, top, left)
    band = cut(soft.band)
    x, y, wide, high = cv2.boundingRect(band)
    part = _part(y, y + high, len(band)), _part(x, x + wide, band.shape[1])
    alpha, light, behind, labels = (
        cut(values)[part]
        for values in (soft.alpha, soft.front, soft.behind, soft.labels)
    )
    here = band[part]
    covers = cv2.copyTo(alpha, here, np.ones_like(alpha))
    both = cv2.copyTo(cv2.cvtColor(light, cv2.COLOR_RGB2RGBA), here, rgba[part])
    rgba[part] = times(both, covers)
    # what is behind covers the whole of its pixels
    seen = cv2.copyTo(cv2.cvtColor(behind, cv2.COLOR_RGB2RGBA), here)
    return Around(front, Sheet(seen, labels), part, steps, top, left)


def _part(first: int, last: int, side: int) -> slice:
    """Returns a range widened to multiples of 4, as far as the side goes."""
    return slice(first // 4 * 4, min(-(-last // 4) * 4, side))


def _smaller(place: tuple[slice, slice], by: int) -> tuple[slice, slice]:
    rows, columns = (slice(side.start // by, side.stop // by) for side in place)
    return rows, columns


def hidden_cell(step: int, reach: float) -> int:
    """Returns the pixels per cell on which a layer's hidden part is guessed."""
    return max(step, _HIDDEN_CELL if reach < _FAR else 2 * _HIDDEN_CELL)


class Cut(NamedTuple):
    """A window of a tile.

    Attributes:
      front, behind, part: as of `Around`.
    """

    front: Sheet
    behind: Sheet | None
    part: tuple[slice, slice]

    def layer(self, table: Array, step: int, place: tuple[slice, slice]) -> Array:
        """Returns `[h, w, 4]`: a layer's light and share on a grid of `step` pixels.

        Args:
          table: `[256]`, how much of what has each label is in the layer.
          step: of the window's pixels.
          place: where the layer is, at most, in the window.
        """
        here = self.front.cut(place)
        share = cv2.LUT(here.labels, table) if here.labels.size else here.labels
        if (
            self.behind is None
            and share.size == self.front.labels.size
            and cv2.minMaxLoc(share)[0] == 1
        ):
            return coarse.reduced(self.front.rgba, step)
        itself = np.zeros(self.front.rgba.shape, np.float32)
        if share.size:
            itself[place] = times(here.rgba, share)
        if self.behind is not None:
            # Of one layer what is in front covers what is behind, and only then.
            own, seen = itself[self.part], cv2.LUT(self.behind.labels, table)
            seen = cv2.subtract(seen, cv2.multiply(seen, cv2.extractChannel(own, 3)))
            cv2.add(own, times(self.behind.rgba, seen), dst=own)
        return coarse.reduced(itself, step)

    def visible(self, table: Array) -> Array:
        """Returns `[h, w]`: how much of each pixel is not nearer than a layer.

        Args:
          table: `[256]`, by label; of `Layers.visible`.
        """
        visible = cv2.LUT(self.front.labels, table)
        if self.behind is not None:
            own = visible[self.part]
            own = cv2.multiply(own, self.front.cut(self.part).coverage)
            seen = cv2.LUT(self.behind.labels, table)
            seen = cv2.multiply(seen, self.behind.coverage)
            seen = cv2.subtract(seen, cv2.multiply(seen, own))
            visible[self.part] = cv2.add(own, seen)
        return visible

    def hidden(self, table: Array) -> Array:
        """Returns `[h, w]`: 1 where nothing of a layer is visible.

        Args:
          table: `[256]`, by label; of `Layers.hides`.
        """
        hidden = cv2.LUT(self.front.labels, table)
        if self.behind is not None:
            hidden[self.part] = cv2.LUT(self.behind.labels, table)
        return hidden


class Window(NamedTuple):
    """A part of the photo with a margin, in pixels; it may reach beyond the photo."""

    top: int
    bottom: int
    left: int
    right: int
    inside: tuple[slice, slice]  # where the part lies in the window

    @classmethod
    def around(cls, rows: slice, columns: slice, cell: int, reach: float) -> Window:
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

    def cut(self, around: Around) -> Cut:
        """Cuts the window out of the tile around it."""
        here = self._place(around, around.scale)
        front, whole, nowhere = around.front.cut(here), around.behind, np.s_[0:0, 0:0]
        if whole is None:
            return Cut(front, None, nowhere)
        first = [max(w.start, p.start) for w, p in zip(here, around.part, strict=True)]
        last = [min(w.stop, p.stop) for w, p in zip(here, around.part, strict=True)]
        if first[0] >= last[0] or first[1] >= last[1]:
            return Cut(front, None, nowhere)
        behind = whole.cut(_shifted(first, last, around.part))
        if not cv2.minMaxLoc(behind.coverage)[1]:
            return Cut(front, None, nowhere)
        return Cut(front, behind, _shifted(first, last, here))

    def steps(self, around: Around) -> Array:
        """Cuts the window out of the tile's steps of depth, at the photo's own size."""
        return around.steps[self._place(around, 1)]

    def _place(self, around: Around, scale: int) -> tuple[slice, slice]:
        rows, columns = (
            slice((first - start) // scale, (last - start) // scale)
            for first, last, start in (
                (self.top, self.bottom, around.top),
                (self.left, self.right, around.left),
            )
        )
        return rows, columns


def _shifted(
    first: list[int], last: list[int], place: tuple[slice, slice]
) -> tuple[slice, slice]:
    """Returns where a part of a tile lies in another part of it."""
    rows, columns = (
        slice(start - side.start, stop - side.start)
        for start, stop, side in zip(first, last, place, strict=True)
    )
    return rows, columns


def alternating(labels: Array) -> Array:
    """Returns one label of every 2x2, `[h / 2, w / 2]`; sides are multiples of 4.

    Of the block beside it is another one, so that no edge moves, in the mean.
    """
    height, width = labels.shape
    half = np.empty((height // 2, width // 2), np.uint8)
    half[::2, ::2], half[::2, 1::2] = labels[::4, ::4], labels[1::4, 2::4]
    half[1::2, ::2], half[1::2, 1::2] = labels[2::4, 1::4], labels[3::4, 3::4]
    return half


def times(rgba: Array, share: Array) -> Array:
    """Multiplies `[h, w, 4]` by `[h, w]`."""
    return cv2.multiply(rgba, cv2.merge([share] * 4))
