"""Cuts the photo into parts, with all that a blur may bring into each.

A tile is cut out once for all layers (`Around`); the window that a layer's blur looks
at is cut out of that (`Window`, `Cut`). Mixed pixels are in two layers, with the light
of each (`silhouettes`).
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
from darkroom.lens.mixed import Mixed
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
      mixed: its mixed pixels; None for none.
    """

    photo: Array
    depth: Layers
    lights: Lights
    aperture: Aperture
    mixed: Mixed | None = None


@dataclasses.dataclass(frozen=True)
class Around:
    """A tile of the photo with its margin, cut out once for all layers.

    Attributes:
      rgba: `[h, w, 4]` float32, linear light times coverage, and coverage, of what is
        in front: 1 but in mixed pixels. Beyond the photo its edge goes on.
      labels: `[h, w]` uint8, as of `Layers`.
      mixed: its mixed pixels without what is in front, at the photo's own size; None
        for none.
      steps: as of `Layers`, `[h, w]` uint8 at the photo's own size.
      top, left: where it begins in the photo, in pixels; multiples of 4.
      scale: pixels of the photo per pixel of `rgba` and `labels`.
    """

    rgba: Array
    labels: Array
    mixed: Mixed | None
    steps: Array
    top: int
    left: int
    scale: int = 1

    @functools.cached_property
    def half(self) -> Around:
        """The same at half the size, which is enough for layers of large cells."""
        height, width = (side // 4 * 4 for side in self.labels.shape)
        rgba = coarse.reduced(self.rgba[:height, :width], 2)
        labels = alternating(self.labels[:height, :width])
        return dataclasses.replace(self, rgba=rgba, labels=labels, scale=2)


def surroundings(view: View, rows: slice, columns: slice, reach: float) -> Around:
    """Cuts a tile out with all that a blurred layer may show of within a `reach`."""
    # the widest window is of the coarsest cells, and begins at one of its own
    margin = math.ceil(reach) + 4 * hidden_cell(coarse.step(reach), reach)
    top, bottom = (rows.start - margin) // 4 * 4, rows.stop + margin
    left, right = (columns.start - margin) // 4 * 4, columns.stop + margin
    height, width = view.depth.labels.shape
    within = (
        slice(max(0, top), min(bottom, height)),
        slice(max(0, left), min(right, width)),
    )
    above, below = max(0, -top), max(0, bottom - height)
    before, after = max(0, -left), max(0, right - width)
    margins = above, below, before, after

    def padded(part: Array) -> Array:
        if not any(margins):
            return part
        return cv2.copyMakeBorder(
            part, above, below, before, after, cv2.BORDER_REPLICATE
        )

    rgba = cv2.cvtColor(view.photo[within], cv2.COLOR_RGB2RGBA)
    mixed = view.mixed and view.mixed.within(*within)
    if mixed:
        alpha = mixed.alpha[:, None]
        light = np.concatenate([mixed.front * alpha, alpha], axis=1)
        rgba[mixed.rows, mixed.columns] = light
        # windows do not ask for it any more, and nothing is quickly copied
        mixed = dataclasses.replace(mixed, front=mixed.front[:, :0])
        if any(margins):
            mixed = mixed.continued(rgba.shape[:2], margins)
    labels, steps = (padded(v[within]) for v in (view.depth.labels, view.depth.steps))
    return Around(padded(rgba), labels, mixed or None, steps, top, left)


def hidden_cell(step: int, reach: float) -> int:
    """Returns the pixels per cell on which a layer's hidden part is guessed."""
    return max(step, _HIDDEN_CELL if reach < _FAR else 2 * _HIDDEN_CELL)


class Cut(NamedTuple):
    """A window of a tile.

    Attributes:
      rgba, labels: as of `Around`.
      mixed: its mixed pixels, at the photo's own size; None for none.
      scale: as of `Around`.
    """

    rgba: Array
    labels: Array
    mixed: Mixed | None
    scale: int

    def layer(self, table: Array, step: int, place: tuple[slice, slice]) -> Array:
        """Returns `[h, w, 4]`: a layer's light and share on a grid of `step` pixels.

        Args:
          table: `[256]`, how much of what has each label is in the layer.
          step: of the window's pixels.
          place: where the layer is, at most, in the window.
        """
        here = self.labels[place]
        share = cv2.LUT(here, table) if here.size else here
        whole = share.size == self.labels.size and cv2.minMaxLoc(share)[0] == 1
        if whole and self.mixed is None:
            return coarse.reduced(self.rgba, step)
        itself = np.zeros(self.rgba.shape, np.float32)
        if here.size:
            itself[place] = times(self.rgba[place], share)
        if self.mixed is not None:
            # Of one layer what is in front covers what is behind, and only then.
            own, behind = table[self.mixed.near], table[self.mixed.far]
            seen = (behind - behind * own * self.mixed.alpha)[:, None]
            light = np.concatenate([self.mixed.behind * seen, seen], axis=1)
            self._add(itself, light)
        return coarse.reduced(itself, step)

    def visible(self, table: Array) -> Array:
        """Returns `[h, w]`: how much of each pixel is not nearer than a layer.

        Args:
          table: `[256]`, by label; of `Layers.visible`.
        """
        visible = cv2.LUT(self.labels, table)
        if self.mixed is not None:
            near, far = table[self.mixed.near], table[self.mixed.far]
            own = self.mixed.alpha * near
            self._add(visible, own + far - own * far - near)
        return visible

    def hidden(self, table: Array) -> Array:
        """Returns `[h, w]`: 1 where nothing of a layer is visible.

        Args:
          table: `[256]`, by label; of `Layers.hides`.
        """
        hidden = cv2.LUT(self.labels, table)
        if self.mixed is not None:
            self._add(hidden, table[self.mixed.far] - table[self.mixed.near])
        return hidden

    def _add(self, values: Array, more: Array) -> None:
        """Adds something in mixed pixels, of which a pixel here may hold several."""
        assert self.mixed is not None
        rows, columns = self.mixed.rows, self.mixed.columns
        if self.scale == 1:
            values[rows, columns] += more
            return
        place = rows // self.scale, columns // self.scale
        np.add.at(values, place, more / np.float32(self.scale**2))


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
        here, mixed = self._place(around, around.scale), around.mixed
        if mixed is not None:
            mixed = mixed.within(*self._place(around, 1)) or None
        return Cut(around.rgba[here], around.labels[here], mixed, around.scale)

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
