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
from darkroom.lens.mixed import Mixed, listed
from darkroom.pixels import Array

_REACH = 2  # pixels within which the colours of both sides are looked for
_CONTRAST = 0.03  # of colours, in linear light, that are told apart by half
_VARIES, _BESIDE = 8.0, 8.0  # how much their variance and the rest count against that
_PARTIAL = 0.02, 0.98  # alpha between which a pixel is mixed
_MOST = 1 / 16  # of the photo: where more is beside a step, depth is noise
_CHUNK = 1 << 13  # pixels that are done at once, whose neighbours stay in the cache
_NEITHER = -1000  # a label that is of no side
_LEAST = np.float32(1e-9)


def find(photo: Array, depth: Layers, but: Array | None = None) -> Iterator[Mixed]:
    """Yields the pixels beside steps of depth that are not what depth says, in parts.

    Of these alpha may be 0 or 1: the step is not quite where depth says it is.

    Args:
      photo: `[H, W, 3]` float32, linear light.
      depth: its layers.
      but: `[H, W]` uint8, 255 where pixels are not looked at, else 0.
    """
    near, far = depth.steps, cv2.erode(depth.labels, np.ones((3, 3), np.uint8))
    beside = cv2.inRange(near, 1, 255)
    wanted = beside if but is None else cv2.copyTo(beside, 255 - but)
    places = np.flatnonzero(wanted > 0)
    if len(places) > _MOST * beside.size:
        return
    sides = near.ravel().take(places), far.ravel().take(places)
    pure = depth.labels.astype(np.int16)
    pure[beside > 0] = _NEITHER
    for start in range(0, len(places), _CHUNK):
        here = slice(start, start + _CHUNK)
        yield _unmixed(photo, depth, pure, places[here], *(s[here] for s in sides))


def _unmixed(
    photo: Array, depth: Layers, pure: Array, places: Array, near: Array, far: Array
) -> Mixed:
    """Takes pixels apart.

    Args:
      photo, depth: as in `find`.
      pure: `[H, W]` int16, labels where a pixel is of one side alone.
      places: `[n]`, which pixels.
      near, far: `[n]` uint8, the labels of their two sides.
    """
    light, labels = photo.reshape(-1, 3), pure.ravel()
    front, behind = (_Side(one, depth.parts) for one in (near, far))
    for around, weight in _around(places, depth.labels.shape):
        value, label = _channels(light.take(around, axis=0)), labels.take(around)
        square = _square(value)
        front.add(value, square, label, weight)
        behind.add(value, square, label, weight)
    own = _channels(light.take(places, axis=0))
    colours = front.mean(), behind.mean()
    across = colours[0] - colours[1]
    contrast = _square(across) + _LEAST
    alpha = _dot(own - colours[1], across) / contrast
    alpha = np.clip(alpha, 0, 1)
    rest = _square(own - _mixture(*colours, alpha))
    noise = _VARIES * (front.variance() + behind.variance()) + _CONTRAST**2
    trust = contrast / (contrast + noise) * contrast / (contrast + _BESIDE * rest)
    trust *= (front.weight > 0) & (behind.weight > 0)
    # What is not trusted is of the side on which depth says it is.
    label = depth.labels.ravel().take(places)
    is_near = near - label <= label - far
    alpha = trust * alpha + (1 - trust) * is_near
    alpha[alpha < _PARTIAL[0]] = 0
    alpha[alpha > _PARTIAL[1]] = 1
    changed = np.flatnonzero(alpha != is_near)
    alpha = alpha[changed].astype(np.float32)
    seen = (values.take(changed, axis=1) for values in (own, *colours))
    ahead, beyond = map(np.transpose, _corrected(alpha, *seen))
    rows, columns = np.divmod(places[changed], depth.labels.shape[1])
    rows, columns = rows.astype(np.int32), columns.astype(np.int32)
    return listed(
        *(rows, columns, alpha, np.ascontiguousarray(ahead)),
        *(np.ascontiguousarray(beyond), near[changed], far[changed]),
    )


class _Side:
    """What is seen of one side of a step, at all of its pixels.

    Args:
      labels: `[n]` uint8, of that side at each.
      parts: as of `Layers`.
    """

    def __init__(self, labels: Array, parts: int) -> None:
        self._labels, self._half = labels.astype(np.int16), np.int16(-(-parts // 2))
        self._total = np.zeros((3, len(labels)), np.float32)
        self._squares, self.weight = np.zeros((2, len(labels)), np.float32)

    def add(self, value: Array, square: Array, label: Array, weight: float) -> None:
        """Adds a neighbour of each, where it is of this side.

        Args:
          value: `[3, n]`, its light.
          square: `[n]`, of that.
          label: `[n]` int16.
          weight: how much it counts.
        """
        share = (np.abs(label - self._labels) < self._half) * np.float32(weight)
        self._total += value * share
        self._squares += square * share
        self.weight += share

    def mean(self) -> Array:
        """`[3, n]`, its colour."""
        return self._total / np.maximum(self.weight, _LEAST)

    def variance(self) -> Array:
        """`[n]`, of its colour, all channels together."""
        squares = self._squares / np.maximum(self.weight, _LEAST)
        return np.maximum(squares - _square(self.mean()), 0)


def _around(places: Array, shape: tuple[int, ...]) -> Iterator[tuple[Array, float]]:
    """Yields all places' neighbours, and how much they count: nearer ones more."""
    rows, columns = np.divmod(places, shape[1])
    reach = range(-_REACH, _REACH + 1)
    across = [np.clip(columns + right, 0, shape[1] - 1) for right in reach]
    for down in reach:
        row = np.clip(rows + down, 0, shape[0] - 1) * shape[1]
        for right, column in zip(reach, across, strict=True):
            if down or right:
                yield row + column, 1 / (down * down + right * right)


def _corrected(
    alpha: Array, own: Array, front: Array, behind: Array
) -> tuple[Array, Array]:
    """Changes both colours by as little as makes their mixture the photo's."""
    lack = own - _mixture(front, behind, alpha)
    lack /= alpha**2 + (1 - alpha) ** 2
    return (
        np.maximum(front + alpha * lack, 0),
        np.maximum(behind + (1 - alpha) * lack, 0),
    )


def _mixture(front: Array, behind: Array, alpha: Array) -> Array:
    return behind + alpha * (front - behind)


def _channels(light: Array) -> Array:
    """Returns `[3, n]` of `[n, 3]`: its sums run along what is contiguous."""
    return np.stack(cv2.split(light[None])).reshape(3, -1)


def _square(values: Array) -> Array:
    return _dot(values, values)


def _dot(one: Array, other: Array) -> Array:
    """Returns `[n]` of two `[3, n]`."""
    red, green, blue = one * other
    return red + green + blue
