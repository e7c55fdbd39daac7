"""Lights brighter than white: found where the photo is clipped, made bright again.

A lamp that a photo shows as white may be any number of times brighter, and only that
makes it a bright disc when blurred. How bright is a guess, `boost`. What is taken for a
light, and of which hue, is `spots`' to say. It goes by degrees, so that lamps that look
alike blur alike.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import cv2
import numpy as np

from darkroom.lens import spots
from darkroom.lens.layers import SHARP, Layers
from darkroom.pixels import Array

BOOST = 12.0

# Of a pixel's largest channel, linear, from which it is partly and wholly clipped: 250
# and 252 of 255.
_BRIGHT, _WHITE = 0.957, 0.974
_STRIP = 64  # rows that stay in the cache
_SHARPNESS = 6  # discs drawn per radius of a light's width
_MOST_WORK = 2  # pixels drawn for lights, per pixel of the picture


@dataclasses.dataclass(frozen=True)
class Lights:
    """Points of light above what the photo shows.

    Attributes:
      layer: `[n]` the layer of each.
      row, column: `[n]` int, where.
      excess: `[n, 3]` float32, linear light besides the photo's own.
    """

    layer: Array
    row: Array
    column: Array
    excess: Array

    def at(self, here: Array) -> Lights:
        """Returns those where `here`, `[n]` bool, is true."""
        return Lights(
            self.layer[here], self.row[here], self.column[here], self.excess[here]
        )

    def near(
        self, layer: int, rows: slice, columns: slice, reach: int
    ) -> Iterator[tuple[int, int, Array]]:
        """Yields row, column and excess of those of a layer that reach into a part."""
        here = (self.layer == layer) & self._near(rows, columns, reach)
        near = self.at(here)
        yield from zip(
            near.row.tolist(), near.column.tolist(), near.excess, strict=True
        )

    def any_near(self, rows: slice, columns: slice, reach: int) -> bool:
        """Says whether one of any layer may reach into a part."""
        return bool(self._near(rows, columns, reach).any())

    def _near(self, rows: slice, columns: slice, reach: int) -> Array:
        here = (self.row >= rows.start - reach) & (self.row < rows.stop + reach)
        here &= self.column >= columns.start - reach
        return here & (self.column < columns.stop + reach)


_NO = np.zeros(0, np.int64)
NONE = Lights(_NO, _NO, _NO, np.zeros((0, 3), np.float32))


def find(photo: Array, depth: Layers, boost: float) -> Lights:
    """Finds the lights of a photo that the lens blurs.

    Args:
      photo: `[H, W, 3]` float32, linear light.
      depth: its layers.
      boost: how many times brighter than white they are.
    """
    lit, white = _clipped(photo)
    if not cv2.countNonZero(lit):
        return NONE
    step, weight, colour, edge = spots.find(photo, lit, white)
    cells = np.argwhere(weight > 0)
    inside = np.indices((step, step)).reshape(2, -1).T
    rows, columns = (cells[:, None] * step + inside).reshape(-1, 2).T
    here = lit[rows, columns] > 0
    rows, columns = rows[here], columns[here]
    place = rows // step, columns // step
    own = photo[rows, columns]
    clipped = np.clip((own.max(axis=1) - _BRIGHT) / (_WHITE - _BRIGHT), 0, 1)
    excess = np.maximum(boost * colour[place] - own, 0)
    clipped *= np.where(white[rows, columns] > 0, 1, edge[place])
    excess *= (clipped * weight[place])[:, None]
    return _gathered(depth, rows, columns, excess)


def _clipped(photo: Array) -> tuple[Array, Array]:
    """Returns where any channel is bright, and where all are: `[H, W]` uint8, 255."""
    lit, white = np.zeros((2, *photo.shape[:2]), np.uint8)
    for top in range(0, len(photo), _STRIP):
        here = slice(top, top + _STRIP)
        # all pixels but those whose channels are all darker
        dark = cv2.inRange(photo[here], (-np.inf,) * 3, (_BRIGHT,) * 3)
        if cv2.countNonZero(dark) < dark.size:
            cv2.bitwise_not(dark, dst=lit[here])
            cv2.inRange(photo[here], (_WHITE,) * 3, (np.inf,) * 3, dst=white[here])
    return lit, white


def split(photo: Array, depth: Layers) -> tuple[Array, Lights]:
    """Takes lights out of a photo that says how bright they are, above 1.

    What is bright over large parts stays in the photo: only small lights make discs
    with crisp edges.

    Args:
      photo: `[H, W, 3]` float32, linear light.
      depth: its layers.

    Returns:
      the photo without, a new array; and the lights that the lens blurs, together all
      of its light.
    """
    step, weight = spots.above(photo)
    size = (weight.shape[1] * step, weight.shape[0] * step)
    part = photo[: size[1], : size[0]]
    share = cv2.resize(weight, size, interpolation=cv2.INTER_NEAREST)
    sharp = depth.radii[depth.nearest] == 0
    share[sharp[depth.labels[: size[1], : size[0]]]] = 0
    rows, columns = np.nonzero((share > 0) & (spots.strongest(part) > 1))
    excess = np.maximum(part[rows, columns] - 1, 0) * share[rows, columns][:, None]
    photo = photo.copy()
    photo[rows, columns] -= excess
    return photo, _gathered(depth, rows, columns, excess)


def _gathered(depth: Layers, rows: Array, columns: Array, excess: Array) -> Lights:
    """Merges pixels of light, layer by layer; without those in focus."""
    lights = Lights(depth.nearest[depth.labels[rows, columns]], rows, columns, excess)
    merged = [
        _merged(lights.at(lights.layer == layer), radius, depth.labels.size)
        for layer, radius in enumerate(np.abs(depth.radii))
        if radius > SHARP and (lights.layer == layer).any()
    ]
    if not merged:
        return NONE
    return Lights(
        np.concatenate([one.layer for one in merged]),
        np.concatenate([one.row for one in merged]),
        np.concatenate([one.column for one in merged]),
        np.concatenate([one.excess for one in merged]),
    )


def _merged(lights: Lights, radius: float, pixels: int) -> Lights:
    """Merges a layer's light pixels within cells so small that its blur hides them.

    Args:
      lights: of one layer, at least one.
      radius: of its blur.
      pixels: of the picture: larger cells are taken until drawing the discs costs no
        more than `_MOST_WORK` times as many.
    """
    cell = max(1, int(radius / _SHARPNESS))
    while True:
        place = (lights.row // cell) << 32 | (
            lights.column // cell
        )  # two in one number
        places, index = np.unique(place, return_inverse=True)
        if len(places) * (2 * radius) ** 2 < _MOST_WORK * pixels or cell > radius:
            break
        cell *= 2
    count = np.bincount(index)

    def mean(values: Array) -> Array:
        return np.rint(np.bincount(index, values) / count).astype(np.int64)

    total = np.stack([np.bincount(index, lights.excess[:, c]) for c in range(3)], 1)
    return Lights(
        np.full(len(places), lights.layer[0], np.int64),
        mean(lights.row),
        mean(lights.column),
        total.astype(np.float32),
    )
