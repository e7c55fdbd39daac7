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
      photo: `[H, W, 3]` float32, linear light; of what is in front where silhouettes
        are soft.
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

    def halved(self) -> Sheet:
        """Returns it at half the size."""
        height, width = (side // 4 * 4 for side in self.labels.shape)
        rgba = coarse.reduced(self.rgba[:height, :width], 2)
        return Sheet(rgba, alternating(self.labels[:height, :width]))


@dataclasses.dataclass(frozen=True)
class Around:
    """A tile of the photo with its margin, cut out once for all layers.

    Attributes:
      front: linear light and 1; beyond the photo its edge goes on.
      behind: what is seen through what is in front; None if nothing is. What is behind
        covers all of a pixel, or none of it.
      steps: as of `Layers`, `[h, w]` uint8 at the photo's own size.
      top, left: where it begins in the photo, in pixels; multiples of 4.
      scale: pixels of the photo per pixel of the sheets.
    """

    front: Sheet
    behind: Sheet | None
    steps: Array
    top: int
    left: int
    scale: int = 1

    @functools.cached_property
    def half(self) -> Around:
        """The same at half the size, which is enough for layers of large cells."""
        behind = self.behind and self.behind.halved()
        return dataclasses.replace(
            self, front=self.front.halved(), behind=behind, scale=2
        )


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
    behind = None
    if view.soft and cv2.minMaxLoc(view.soft.alpha[within])[0] < 1:
        alpha = cut(view.soft.alpha)
        rgba = times(rgba, alpha)
        covers = (alpha < 1).astype(np.float32)
        light = cv2.split(cut(view.soft.behind))
        behind = Sheet(cv2.merge([*light, covers]), cut(view.soft.labels))
    front = Sheet(rgba, cut(view.depth.labels))
    return Around(front, behind, cut(view.depth.steps), top, left)


def hidden_cell(step: int, reach: float) -> int:
    """Returns the pixels per cell on which a layer's hidden part is guessed."""
    return max(step, _HIDDEN_CELL if reach < _FAR else 2 * _HIDDEN_CELL)


class Cut(NamedTuple):
    """A window of a tile.

    Attributes:
      front, behind: as of `Around`.
    """

    front: Sheet
    behind: Sheet | None

    def layer(self, table: Array, step: int, place: tuple[slice, slice]) -> Array:
        """Returns `[h, w, 4]`: a layer's light and share on a grid of `step` pixels.

        Args:
          table: `[256]`, how much of what has each label is in the layer.
          step: of the window's pixels.
          place: where the layer is, at most, in the window.
        """
        if self.front.labels[place].size == self.front.labels.size:
            share = cv2.LUT(self.front.labels, table)
            if self.behind is None and cv2.minMaxLoc(share)[0] == 1:
                return coarse.reduced(self.front.rgba, step)
        itself = np.zeros(self.front.rgba.shape, np.float32)
        if self.front.labels[place].size:
            itself[place] = self._layer(table, place)
        return coarse.reduced(itself, step)

    def _layer(self, table: Array, place: tuple[slice, slice]) -> Array:
        rgba, share = self.front.rgba[place], cv2.LUT(self.front.labels[place], table)
        own = times(rgba, share)
        if self.behind is None:
            return own
        # Of one layer what is in front covers what is behind, and only then.
        seen = cv2.LUT(self.behind.labels[place], table)
        cover = cv2.extractChannel(own, 3)
        seen = cv2.subtract(seen, cv2.multiply(seen, cover))
        return cv2.add(own, times(self.behind.rgba[place], seen))

    def visible(self, table: Array) -> Array:
        """Returns `[h, w]`: how much of each pixel is not nearer than a layer.

        Args:
          table: `[256]`, by label; of `Layers.visible`.
        """
        visible = cv2.LUT(self.front.labels, table)
        if self.behind is None:
            return visible
        own = cv2.multiply(visible, self.front.coverage)
        seen = cv2.LUT(self.behind.labels, table)
        seen = cv2.multiply(seen, self.behind.coverage)
        return cv2.add(own, cv2.subtract(seen, cv2.multiply(seen, own)))

    def hidden(self, table: Array) -> Array:
        """Returns `[h, w]`: 1 where nothing of a layer is visible.

        Args:
          table: `[256]`, by label; of `Layers.hides`.
        """
        return cv2.LUT((self.behind or self.front).labels, table)


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
        front, behind, scale = around.front, around.behind, around.scale
        here = self._place(around, scale)
        seen = None
        if behind is not None:
            seen = Sheet(behind.rgba[here], behind.labels[here])
            if cv2.minMaxLoc(seen.coverage)[1] == 0:
                seen = None
        return Cut(Sheet(front.rgba[here], front.labels[here]), seen)

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
