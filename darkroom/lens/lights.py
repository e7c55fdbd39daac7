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

from darkroom.lens.layers import SHARP, Array, Layers

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

    def near(
        self, layer: int, rows: slice, columns: slice, reach: int
    ) -> Iterator[tuple[int, int, Array]]:
        """Row, column and excess of those of a layer that reach into a tile."""
        here = self.layer == layer
        here &= (self.row >= rows.start - reach) & (self.row < rows.stop + reach)
        here &= self.column >= columns.start - reach
        here &= self.column < columns.stop + reach
        yield from zip(
            self.row[here].tolist(),
            self.column[here].tolist(),
            self.excess[here],
            strict=True,
        )


_NO = np.zeros(0, np.int64)
NONE = Lights(_NO, _NO, _NO, np.zeros((0, 3), np.float32))


def find(photo: Array, depth: Layers, boost: float) -> Lights:
    """The lights of a photo that the lens blurs.

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
    layer = depth.labels[rows, columns]
    strength = (boost - 1) * gain[rows // step, columns // step]
    excess = photo[rows, columns] * strength[:, None]
    parts = [
        _gathered(layer == one, rows, columns, excess, one, radius, white.size)
        for one, radius in enumerate(np.abs(depth.radii))
        if radius > SHARP and (layer == one).any()
    ]
    if not parts:
        return NONE
    return Lights(*(np.concatenate(values) for values in zip(*parts, strict=True)))


def _gain(photo: Array, white: Array) -> tuple[int, Array]:
    """How much of `boost` each place gets, 0 to 1, on a grid of `step` pixels.

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
    count, name, boxes, _ = cv2.connectedComponentsWithStats(share)
    gain = np.zeros(count, np.float32)
    for one in range(1, count):
        x, y, w, h, area = boxes[one]
        if area <= max(1, _LARGEST * name.size):
            box = np.s_[max(0, y - 1) : y + h + 1, max(0, x - 1) : x + w + 1]
            itself = (name[box] == one).view(np.uint8)
            beside = cv2.dilate(itself, np.ones((3, 3), np.uint8)) > itself
            if beside.any():
                crowded = light[box][beside].mean()
                gain[one] = np.clip((_CROWDED - crowded) / (_CROWDED - _ALONE), 0, 1)
    return step, gain[name]


def _gathered(
    here: Array,
    rows: Array,
    columns: Array,
    excess: Array,
    layer: int,
    radius: float,
    pixels: int,
) -> tuple[Array, Array, Array, Array]:
    """A layer's light pixels, put together as far as its blur hides it."""
    rows, columns, excess = rows[here], columns[here], excess[here]
    cell = max(1, int(radius / _SHARPNESS))
    while True:
        place = (rows // cell) << 32 | (columns // cell)
        places, index = np.unique(place, return_inverse=True)
        if len(places) * (2 * radius) ** 2 < _MOST_WORK * pixels or cell > radius:
            break
        cell *= 2
    count = np.bincount(index)

    def mean(values: Array) -> Array:
        return np.rint(np.bincount(index, values) / count).astype(np.int64)

    total = np.stack([np.bincount(index, excess[:, c]) for c in range(3)], axis=1)
    layers = np.full(len(places), layer)
    return layers, mean(rows), mean(columns), total.astype(np.float32)
