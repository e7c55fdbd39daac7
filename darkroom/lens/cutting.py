"""Cuts layers out of parts of the photo, in grids of cells.

A part (`Cut`) is as large as what a layer's blur looks at (`Window`). Mixed pixels are
in two layers, with the light of each (`silhouettes`). `view` is where parts are from.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

from darkroom.lens import coarse
from darkroom.lens.mixed import Mixed, as_items
from darkroom.pixels import Array

_FAR = 20.0  # pixels of radius from which hidden cells are twice as large
_HIDDEN_CELL = 2  # pixels per cell, at least, of what is only guessed


class Cut(NamedTuple):
    """A part of the photo, or all of it.

    Attributes:
      rgba: `[h, w, 4]` float32, linear light times coverage, and coverage, of what is
        in front: 1 but in mixed pixels. Beyond the photo its edge goes on.
      labels: `[h, w]` uint8, as of `Layers`.
      mixed: its mixed pixels without what is in front; None for none.
      scale: pixels of the photo per pixel of `rgba` and `labels`.
    """

    rgba: Array
    labels: Array
    mixed: Mixed | None
    scale: int = 1

    def part(self, rows: slice, columns: slice) -> Cut:
        """Returns what is in some rows and columns, which may lie beyond it."""
        height, width = self.labels.shape
        here = (
            slice(max(0, rows.start), min(rows.stop, height)),
            slice(max(0, columns.start), min(columns.stop, width)),
        )
        mixed = self.mixed and self.mixed.within(*here)
        part = self._replace(
            rgba=self.rgba[here], labels=self.labels[here], mixed=mixed or None
        )
        return part.continued(
            here[0].start - rows.start,
            rows.stop - here[0].stop,
            here[1].start - columns.start,
            columns.stop - here[1].stop,
        )

    def continued(
        self, above: int, below: int, left: int, right: int, whole: Array | None = None
    ) -> Cut:
        """Returns it with margins, in which its edge goes on.

        Args:
          above, below, left, right: margins in pixels.
          whole: an array of that size in which `rgba` already is, to be completed.
        """
        margins = above, below, left, right
        if not any(margins):
            return self
        size, border = self.labels.shape, cv2.BORDER_REPLICATE
        if whole is None:
            whole = cv2.copyMakeBorder(self.rgba, *margins, border)
        else:
            _continue(whole, margins)
        return self._replace(
            rgba=whole,
            labels=cv2.copyMakeBorder(self.labels, *margins, border),
            mixed=self.mixed and self.mixed.continued(size, margins),
        )

    def halved(self) -> Cut:
        """Returns it at half the size, which is enough for layers of large cells."""
        height, width = self.labels.shape
        whole = self.continued(0, -height % 4, 0, -width % 4)
        return Cut(
            coarse.reduced(whole.rgba, 2),
            alternating(whole.labels),
            whole.mixed and whole.mixed.halved(),
            2 * self.scale,
        )

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
            times(self.rgba[place], share, itself[place])
        if self.mixed is not None:
            _add_behind(itself, self.mixed, table)
        return coarse.reduced(itself, step)

    def visible(self, table: Array) -> Array:
        """Returns `[h, w]`: how much of each pixel is not nearer than a layer.

        Args:
          table: `[256]`, by label; of `Layers.visible`.
        """
        visible = cv2.LUT(self.labels, table)
        if self.mixed is not None:
            near, far = self.mixed.looked_up(table)
            own, area = self.mixed.alpha * near, self.mixed.area
            more = own + far * area - own * far - near * area
            _add(visible, self.mixed, more)
        return visible

    def hidden(self, table: Array) -> Array:
        """Returns `[h, w]`: 1 where nothing of a layer is visible.

        Args:
          table: `[256]`, by label; of `Layers.hides`.
        """
        hidden = cv2.LUT(self.labels, table)
        if self.mixed is not None:
            near, far = self.mixed.looked_up(table)
            _add(hidden, self.mixed, (far - near) * self.mixed.area)
        return hidden


def _add(values: Array, mixed: Mixed, more: Array) -> None:
    """Adds `[n]` to `[h, w]` in mixed pixels, most of which get nothing."""
    here = np.flatnonzero(more)
    places = mixed.rows.take(here) * values.shape[1] + mixed.columns.take(here)
    values.reshape(-1)[places] += more.take(here)


def _add_behind(rgba: Array, mixed: Mixed, table: Array) -> None:
    """Adds what a layer shows behind the edges of what is in front of it.

    Args:
      rgba: `[h, w, 4]`, the layer's light and share.
      mixed: pixels in it.
      table: `[256]`, how much of what has each label is in the layer.
    """
    near, far = mixed.looked_up(table)
    here = np.flatnonzero(far)
    if not len(here):
        return
    if len(here) < len(far):
        mixed, near, far = mixed.at(here), near.take(here), far.take(here)
    # Of one layer what is in front covers what is behind, and only then.
    seen = far - far * near * mixed.alpha / mixed.area
    places, items = mixed.rows * rgba.shape[1] + mixed.columns, as_items(rgba)
    light = items.take(places).view(np.float32).reshape(-1, 4)
    light += times(mixed.behind[None], seen[None])[0]
    items[places] = as_items(light)


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

    def at(self, scale: int) -> tuple[slice, slice]:
        """Returns its rows and columns where `scale` of the photo's pixels are one."""
        return (
            slice(self.top // scale, self.bottom // scale),
            slice(self.left // scale, self.right // scale),
        )


def hidden_cell(step: int, reach: float) -> int:
    """Returns the pixels per cell on which a layer's hidden part is guessed."""
    return max(step, _HIDDEN_CELL if reach < _FAR else 2 * _HIDDEN_CELL)


def _continue(values: Array, margins: Sequence[int]) -> None:
    """Fills margins (above, below, left, right) with what is beside them, in place."""
    height, width = values.shape[:2]
    above, below, left, right = margins
    bottom, end = height - below, width - right
    values[:above, left:end] = values[above, left:end]
    values[bottom:, left:end] = values[bottom - 1, left:end]
    values[:, :left] = values[:, left : left + 1]
    values[:, end:] = values[:, end - 1 : end]


def alternating(labels: Array) -> Array:
    """Returns one label of every 2x2, `[h / 2, w / 2]`; sides are multiples of 4.

    Of the block beside it is another one, so that no edge moves, in the mean.
    """
    height, width = labels.shape
    half = np.empty((height // 2, width // 2), np.uint8)
    half[::2, ::2], half[::2, 1::2] = labels[::4, ::4], labels[1::4, 2::4]
    half[1::2, ::2], half[1::2, 1::2] = labels[2::4, 1::4], labels[3::4, 3::4]
    return half


def times(rgba: Array, share: Array, to: Array | None = None) -> Array:
    """Multiplies `[h, w, 4]` by `[h, w]`; `to` is where to, which may be `rgba`."""
    return cv2.multiply(rgba, cv2.merge([share] * 4), dst=to)
