"""Pixels that show two things at once, one before the other.

They are few, and lie along edges: a list of them costs less than a second picture.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from darkroom.pixels import Array


@dataclasses.dataclass(frozen=True)
class Mixed:
    """Mixed pixels of an array, and what they show.

    Attributes:
      rows, columns: `[n]` int.
      alpha: `[n]` float32, how much of each is of what is in front.
      front, behind: `[n, 3]` float32, linear light: each alone.
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

    def at(self, here: Array | slice) -> Mixed:
        """Returns some of them, by index or slice."""
        every = (getattr(self, name) for name in _NAMES)
        if isinstance(here, slice):
            return Mixed(*(values[here] for values in every))
        return Mixed(*(values.take(here, axis=0) for values in every))

    def moved(self, rows: Array, columns: Array) -> Mixed:
        """Returns the same ones at other places."""
        return dataclasses.replace(self, rows=rows, columns=columns)

    def within(self, rows: slice, columns: slice) -> Mixed:
        """Returns those in a part, at their places in it; rows rise."""
        found = self.at(self.find(rows, columns))
        return found.moved(found.rows - rows.start, found.columns - columns.start)

    def find(self, rows: slice, columns: slice) -> Array | slice:
        """Returns which are in a part, in any form that is an index."""
        first, last = np.searchsorted(self.rows, (rows.start, rows.stop)).tolist()
        strip = self.columns[first:last]
        here = (strip >= columns.start) & (strip < columns.stop)
        return slice(first, last) if here.all() else first + np.flatnonzero(here)

    def continued(self, size: tuple[int, int], margins: Sequence[int]) -> Mixed:
        """Returns those of an array whose edge goes on by margins on all sides.

        Args:
          size: of the array, without.
          margins: above, below, left and right, in pixels.
        """
        above, below, left, right = margins
        rows, row = _continued(self.rows, size[0], above, below)
        tall = self.at(row).moved(rows, self.columns[row])
        columns, column = _continued(tall.columns, size[1], left, right)
        wide = tall.at(column).moved(tall.rows[column], columns)
        return wide.at(np.argsort(wide.rows, kind="stable"))

    def halved(self) -> Mixed:
        """Returns those of an array that is halved; those of a place are together."""
        rows, columns = self.rows // 2, self.columns // 2
        order = np.lexsort((columns, rows))
        return self.moved(rows, columns).at(order)


_NAMES = [field.name for field in dataclasses.fields(Mixed)]


def joined(parts: Sequence[Mixed]) -> Mixed:
    """Returns those of several lists, at least one, of rows that rise, as one such."""
    if len(parts) == 1:
        return parts[0]
    every = Mixed(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in _NAMES)
    )
    return every.at(np.argsort(every.rows, kind="stable"))


def _continued(
    places: Array, side: int, before: int, after: int
) -> tuple[Array, Array]:
    """Repeats what is at a side's ends; returns places, and whose they are."""
    index = np.arange(len(places))
    first, last = index[places == 0], index[places == side - 1]
    beyond = [
        (places + before, index),
        (np.repeat(np.arange(before), len(first)), np.tile(first, before)),
        (
            np.repeat(np.arange(after) + before + side, len(last)),
            np.tile(last, after),
        ),
    ]
    at, whose = (np.concatenate(values) for values in zip(*beyond, strict=True))
    return at, whose
