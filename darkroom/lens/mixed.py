"""Pixels that show two things at once, one before the other.

They are few, and lie along edges: a list of them costs less than a second picture.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence

import cv2
import numpy as np

from darkroom.pixels import Array


def listed(
    rows: Array,
    columns: Array,
    alpha: Array,
    front: Array,
    behind: Array,
    near: Array,
    far: Array,
) -> Mixed:
    """Returns mixed pixels of two colours each.

    Args:
      front, behind: `[n, 3]` float32, linear light: each alone.
      rows, columns, alpha, near, far: as of `Mixed`.
    """
    if not len(rows):
        ahead, beyond = np.empty((2, 0, 4), np.float32)
    else:
        ahead, beyond = (
            cv2.cvtColor(colour[None], cv2.COLOR_RGB2RGBA)[0]
            for colour in (front, behind)
        )
        cv2.multiply(ahead, cv2.merge([alpha] * 4)[:, 0], dst=ahead)
    return Mixed(rows, columns, alpha, ahead, beyond, near, far)


def as_items(rgba: Array) -> Array:
    """Views `[..., 4]` float32 as `[n]` of 16 bytes, moved as one: far faster."""
    return rgba.reshape(-1, 4).view(np.complex128)[:, 0]


@dataclasses.dataclass(frozen=True)
class Mixed:
    """Mixed pixels of an array, and what they show.

    Attributes:
      rows, columns: `[n]` int32.
      alpha: `[n]` float32, how much of each is of what is in front.
      front: `[n, 4]` float32, linear light times alpha, and alpha.
      behind: `[n, 4]` float32, linear light alone, and 1. Of an array that was halved,
        both, and alpha, are times the part of the place that is mixed.
      near, far: `[n]` uint8, their labels, as of `Layers`.
    """

    rows: Array
    columns: Array
    alpha: Array
    front: Array
    behind: Array
    near: Array
    far: Array

    def __len__(self) -> int:
        """Returns how many there are."""
        return len(self.rows)

    @property
    def area(self) -> Array:
        """`[n]`, the part of each place that is mixed."""
        return self.behind[:, 3]

    def looked_up(self, table: Array) -> tuple[Array, Array]:
        """Returns what a table `[256]` has for the near and for the far labels."""
        near, far = (cv2.LUT(of, table)[:, 0] for of in (self.near, self.far))
        return near, far

    def at(self, here: Array | slice) -> Mixed:
        """Returns some of them, by index or slice."""
        if isinstance(here, slice):
            return Mixed(*(values[here] for values in self._every))
        return Mixed(*(values.take(here, axis=0) for values in self._every))

    def moved(self, rows: Array, columns: Array) -> Mixed:
        """Returns the same ones at other places."""
        return Mixed(rows, columns, *self._every[2:])

    def within(self, rows: slice, columns: slice) -> Mixed:
        """Returns those in a part, at their places in it; rows rise."""
        found = self.at(self.find(rows, columns))
        return found.moved(found.rows - rows.start, found.columns - columns.start)

    def find(self, rows: slice, columns: slice) -> Array | slice:
        """Returns which are in a part, in any form that is an index."""
        # of the rows' own type: else all of them would be converted to another
        ends = np.array([rows.start, rows.stop], self.rows.dtype)
        first, last = self.rows.searchsorted(ends).tolist()
        strip = self.columns[first:last]
        here = np.flatnonzero((strip >= columns.start) & (strip < columns.stop))
        return slice(first, last) if len(here) == len(strip) else first + here

    def continued(self, size: tuple[int, int], margins: Sequence[int]) -> Mixed:
        """Returns those of an array whose edge goes on by margins on all sides.

        Args:
          size: of the array, without.
          margins: above, below, left and right, in pixels.
        """
        above, below, left, right = margins
        tall = self.moved(self.rows + np.int32(above), self.columns + np.int32(left))
        if beyond := _repeated(self.rows, size[0], above, below):
            rows, whose = beyond
            tall = joined([tall, tall.at(whose).moved(rows, tall.columns[whose])])
        if beyond := _repeated(tall.columns - left, size[1], left, right):
            columns, whose = beyond
            tall = joined([tall, tall.at(whose).moved(tall.rows[whose], columns)])
        return tall

    @functools.cached_property
    def _every(self) -> tuple[Array, ...]:
        return (
            *(self.rows, self.columns, self.alpha, self.front, self.behind),
            *(self.near, self.far),
        )

    def halved(self) -> Mixed:
        """Returns those of an array that is halved: one a place, its pixels' means.

        Of labels, which have no means, it has those of one of them.
        """
        rows, columns = self.rows // 2, self.columns // 2
        place = rows * (columns.max(initial=0) + 1) + columns
        order = np.argsort(place, kind="stable")
        first = np.flatnonzero(np.diff(place.take(order), prepend=-1))
        alpha, front, behind = (
            np.add.reduceat(values.take(order, axis=0), first) / np.float32(4)
            for values in (self.alpha, self.front, self.behind)
        )
        one = order.take(first)
        labels = self.near.take(one), self.far.take(one)
        return Mixed(rows.take(one), columns.take(one), alpha, front, behind, *labels)


def joined(parts: Sequence[Mixed]) -> Mixed:
    """Returns those of several lists, at least one, of rows that rise, as one such."""
    if len(parts) == 1:
        return parts[0]
    every = zip(*(part._every for part in parts), strict=True)
    whole = Mixed(*map(np.concatenate, every))
    return whole.at(np.argsort(whole.rows, kind="stable"))


def _repeated(
    places: Array, side: int, before: int, after: int
) -> tuple[Array, Array] | None:
    """Repeats what is at a side's ends, beyond them.

    Args:
      places: `[n]` along the side, from 0.
      side: its length.
      before, after: how far it is continued; the first new place is 0.

    Returns:
      the new places, and whose each is; None where nothing is at an end.
    """
    first = np.flatnonzero(places == 0) if before else places[:0]
    last = np.flatnonzero(places == side - 1) if after else places[:0]
    if not (len(first) or len(last)):
        return None
    new = (
        np.repeat(np.arange(before, dtype=np.int32), len(first)),
        np.repeat(np.arange(after, dtype=np.int32) + before + side, len(last)),
    )
    whose = np.tile(first, before), np.tile(last, after)
    return np.concatenate(new), np.concatenate(whose)
