"""Lights brighter than white: found where the photo is clipped, made bright again.

A lamp that a photo shows as white may be any number of times brighter, and only that
makes it a bright disc when blurred. How bright is a guess, `boost`. What is taken for a
light: clipped in ALL channels, small, and standing alone: a light that is much brighter
than white falls off within a pixel or two, while the top of a bright texture is
surrounded by nearly white.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import cv2
import numpy as np

from darkroom.lens.layers import SHARP, Layers
from darkroom.pixels import Array

BOOST = 12.0

_WHITE = 0.97  # in linear light, 252 of 255
_LARGEST = 5e-4  # of the picture
_ALONE, _CROWDED = 0.65, 0.75  # light beside it with which it counts fully, not at all
_LONGER_SIDE = 640  # pixels of the picture in which lights are looked for
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
        here = self.layer == layer
        here &= (self.row >= rows.start - reach) & (self.row < rows.stop + reach)
        here &= self.column >= columns.start - reach
        here &= self.column < columns.stop + reach
        near = self.at(here)
        yield from zip(
            near.row.tolist(), near.column.tolist(), near.excess, strict=True
        )


_NO = np.zeros(0, np.int64)
NONE = Lights(_NO, _NO, _NO, np.zeros((0, 3), np.float32))


def find(photo: Array, depth: Layers, boost: float) -> Lights:
    """Finds the lights of a photo that the lens blurs.

    Args:
      photo: `[H, W, 3]` float32, linear light.
      depth: its layers.
      boost: how many times brighter than white they are.
    """
    white = cv2.inRange(photo, (_WHITE,) * 3, (np.inf,) * 3)
    if not cv2.countNonZero(white):
        return NONE
    step, gain = _gain(photo, white)
    size = (gain.shape[1] * step, gain.shape[0] * step)
    lit = cv2.resize((gain > 0).view(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    lit = cv2.bitwise_and(lit, white[: size[1], : size[0]])
    rows, columns = np.nonzero(lit.view(bool))
    strength = (boost - 1) * gain[rows // step, columns // step]
    excess = photo[rows, columns] * strength[:, None]
    lights = Lights(depth.labels[rows, columns], rows, columns, excess)
    merged = [
        _merged(lights.at(lights.layer == layer), radius, white.size)
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


def _gain(photo: Array, white: Array) -> tuple[int, Array]:
    """Returns a grid's pixels per cell, and each cell's share of `boost`, 0 to 1.

    The grid makes a 12-megapixel photo's blooming lamp as sharp as a small photo's.
    """
    step = max(1, round(max(white.shape) / _LONGER_SIDE))
    height, width = (side // step for side in white.shape)  # a rest is left out
    share, light = (
        cv2.resize(
            values[: height * step, : width * step],
            (width, height),
            interpolation=cv2.INTER_AREA,
        )
        for values in (white, photo)
    )
    light = cv2.transform(light, np.full((1, 3), 1 / 3))
    count, label, boxes, _ = cv2.connectedComponentsWithStats(share)
    gain = np.zeros(count, np.float32)  # 0 is the background
    for one in range(1, count):
        x, y, w, h, area = boxes[one]
        if area > max(1, _LARGEST * label.size):
            continue
        box = np.s_[max(0, y - 1) : y + h + 1, max(0, x - 1) : x + w + 1]
        itself = (label[box] == one).view(np.uint8)
        beside = cv2.dilate(itself, np.ones((3, 3), np.uint8)) > itself
        if beside.any():
            surround = light[box][beside].mean()
            gain[one] = np.clip((_CROWDED - surround) / (_CROWDED - _ALONE), 0, 1)
    return step, gain[label]


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
