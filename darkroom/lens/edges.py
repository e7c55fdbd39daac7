"""Edges that cover their pixels in part: one pixel on each side of a step of depth.

Depth steps from one pixel to the next, and a photo does not: an edge cuts pixels, and
lenses and sensors spread it over one more. How much of a pixel is in front follows from
the colours on both sides, which are taken from beyond the pixels in question: what it
shows is projected onto the line between the two. That is trusted as far as the two
differ more than each varies, and more than what it shows lies beside that line.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from darkroom.lens.layers import Layers
from darkroom.lens.mixed import Mixed
from darkroom.pixels import Array

_REACH = 2  # pixels within which the colours of both sides are looked for
_CONTRAST = 0.03  # of colours, in linear light, that are told apart by half
_VARIES, _BESIDE = 8.0, 8.0  # how much their variance and the rest count against that
_PARTIAL = 0.02, 0.98  # alpha between which a pixel is mixed
_MOST = 1 / 16  # of the photo: where more is beside a step, depth is noise
_CHUNK = 1 << 16  # pixels that are done at once
_LEAST = np.float32(1e-9)


def find(photo: Array, depth: Layers, but: Array | None = None) -> Iterator[Mixed]:
    """Yields the pixels beside steps of depth that are not what depth says, in parts.

    Of these alpha may be 0 or 1: the step is not quite where depth says it is.

    Args:
      photo: `[H, W, 3]` float32, linear light.
      depth: its layers.
      but: `[H, W]` uint8, 255 where pixels are not looked at, else 0.
    """
    window = np.ones((3, 3), np.uint8)
    near, far = cv2.dilate(depth.labels, window), cv2.erode(depth.labels, window)
    beside = cv2.inRange(cv2.subtract(near, far), depth.parts, 255)
    wanted = beside if but is None else cv2.copyTo(beside, 255 - but)
    places = np.flatnonzero(wanted > 0)
    if len(places) > _MOST * beside.size:
        return
    for start in range(0, len(places), _CHUNK):
        part = places[start : start + _CHUNK]
        sides = near.ravel()[part], far.ravel()[part]
        yield _unmixed(photo, depth, beside.ravel(), part, *sides)


def _unmixed(
    photo: Array, depth: Layers, beside: Array, places: Array, near: Array, far: Array
) -> Mixed:
    light, labels = photo.reshape(-1, 3), depth.labels.ravel()
    front, behind = (_Side(one, depth.parts) for one in (near, far))
    for around, weight in _around(places, depth.labels.shape):
        value, label = light[around], labels[around].astype(np.int16)
        square, beyond = _square(value), np.float32(weight) * (beside[around] == 0)
        front.add(value, square, label, beyond)
        behind.add(value, square, label, beyond)
    own, across = light[places], front.mean() - behind.mean()
    contrast = _square(across) + _LEAST
    alpha = np.einsum("nc,nc->n", own - behind.mean(), across) / contrast
    alpha = np.clip(alpha, 0, 1)
    rest = _square(own - _mixture(front.mean(), behind.mean(), alpha))
    noise = _VARIES * (front.variance() + behind.variance()) + _CONTRAST**2
    trust = contrast / (contrast + noise) * contrast / (contrast + _BESIDE * rest)
    trust *= (front.weight > 0) & (behind.weight > 0)
    # What is not trusted is of the side on which depth says it is.
    is_near = near - labels[places] <= labels[places] - far
    alpha = trust * alpha + (1 - trust) * is_near
    alpha[alpha < _PARTIAL[0]] = 0
    alpha[alpha > _PARTIAL[1]] = 1
    changed = alpha != is_near
    alpha = alpha[changed].astype(np.float32)
    colours = _corrected(
        own[changed], alpha, front.mean()[changed], behind.mean()[changed]
    )
    rows, columns = np.divmod(places[changed], depth.labels.shape[1])
    return Mixed(rows, columns, alpha, *colours, near[changed], far[changed])


class _Side:
    """What is seen of one side of a step, at all of its pixels.

    Args:
      labels: `[n]` uint8, of that side at each.
      parts: as of `Layers`.
    """

    def __init__(self, labels: Array, parts: int) -> None:
        self._labels, self._half = labels.astype(np.int16), parts / 2
        self._total = np.zeros((len(labels), 3), np.float32)
        self._squares, self.weight = np.zeros((2, len(labels)), np.float32)

    def add(self, value: Array, square: Array, label: Array, weight: Array) -> None:
        """Adds a neighbour of each, where it is of this side."""
        share = weight * (np.abs(label - self._labels) < self._half)
        self._total += value * share[:, None]
        self._squares += square * share
        self.weight += share

    def mean(self) -> Array:
        """`[n, 3]`, its colour."""
        return self._total / np.maximum(self.weight, _LEAST)[:, None]

    def variance(self) -> Array:
        """`[n]`, of its colour, all channels together."""
        squares = self._squares / np.maximum(self.weight, _LEAST)
        return np.maximum(squares - _square(self.mean()), 0)


def _around(places: Array, shape: tuple[int, ...]) -> Iterator[tuple[Array, float]]:
    """Yields all places' neighbours, and how much they count: nearer ones more."""
    rows, columns = np.divmod(places, shape[1])
    for down in range(-_REACH, _REACH + 1):
        row = np.clip(rows + down, 0, shape[0] - 1) * shape[1]
        for right in range(-_REACH, _REACH + 1):
            if down or right:
                column = np.clip(columns + right, 0, shape[1] - 1)
                yield row + column, 1 / (down * down + right * right)


def _corrected(
    own: Array, alpha: Array, front: Array, behind: Array
) -> tuple[Array, Array]:
    """Changes both colours by as little as makes their mixture the photo's."""
    lack = own - _mixture(front, behind, alpha)
    lack /= (alpha**2 + (1 - alpha) ** 2)[:, None]
    return (
        np.maximum(front + alpha[:, None] * lack, 0),
        np.maximum(behind + (1 - alpha)[:, None] * lack, 0),
    )


def _mixture(front: Array, behind: Array, alpha: Array) -> Array:
    return behind + alpha[:, None] * (front - behind)


def _square(values: Array) -> Array:
    return np.einsum("nc,nc->n", values, values)
