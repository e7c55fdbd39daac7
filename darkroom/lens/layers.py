"""Cuts depth into layers of one blur radius each, and shares pixels among them.

Which layers a pixel is in depends on its signed radius alone, positive in front of the
focus. One whose radius is between those of two layers is in both of them, so that a
surface that recedes is blurred evenly: a disc of a radius between two is a mean of both
discs, weighted to keep its variance, r^2 / 4 an axis.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator

import cv2
import numpy as np

from darkroom.pixels import Array

SHARP = 0.5  # a radius in pixels below which a point stays in its pixel
LAYERS = 11  # at most
_STRIP = 64  # rows that stay in the cache
_STEPS = 4096  # of disparity that are told apart
_PLACES = 160  # at which a layer may stand
_SOFT = 3.0, 0.125  # radius below which layers are wider: pixels, share of the largest
_WORTH = 4e-5  # mean error below which one more layer is not worth its cost


@dataclasses.dataclass(frozen=True)
class Layers:
    """Every pixel's layers.

    Attributes:
      labels: `[H, W]` uint8, 0 for the farthest layer, `parts` for the next one; what
        lies between is in both, in proportion.
      parts: how many steps of `labels` there are from one layer to the next.
      steps: `[H, W]` uint8, the nearest label beside a step of depth, one layer or more
        between neighbours; 0 elsewhere.
      radii: `[layers]` the blur radius of each in pixels, negative behind the focus,
        rising; 0 for the sharp one.
    """

    labels: Array
    parts: int
    steps: Array
    radii: Array

    @functools.cached_property
    def nearest(self) -> Array:
        """`[256]`, by label: the layer that has the larger part of it."""
        layer = (np.arange(256) + self.parts // 2) // self.parts
        return np.minimum(layer, len(self.radii) - 1)

    @functools.cached_property
    def share(self) -> Array:
        """`[layers, 256]` float32, by label: how much of a pixel is in each layer."""
        return np.maximum(1 - np.abs(self._above), 0).astype(np.float32)

    @functools.cached_property
    def visible(self) -> Array:
        """`[layers, 256]` float32, by label: how much is not nearer than each layer."""
        return np.clip(1 - self._above, 0, 1).astype(np.float32)

    @functools.cached_property
    def hides(self) -> Array:
        """`[layers, 256]` float32, by label: 1 where nothing of a layer is visible."""
        return (self._above >= 1).astype(np.float32)

    @functools.cached_property
    def gap(self) -> Array:
        """`[layers, 256]` float32, by label: its radius minus each layer's."""
        index, squares = np.arange(256) / self.parts, self.radii * np.abs(self.radii)
        square = np.interp(index, np.arange(len(squares)), squares)
        radii = np.sign(square) * np.sqrt(np.abs(square))
        return (radii - self.radii[:, None]).astype(np.float32)

    @functools.cached_property
    def _above(self) -> Array:
        """`[layers, 256]`, by label: how many layers nearer it is than each."""
        return np.arange(256) / self.parts - np.arange(len(self.radii))[:, None]


def split(
    disparity: Array, focus: float, radius: float, focal_range: float = 0.0
) -> Layers:
    """Splits a photo's depth; all that the lens shows sharp is one layer.

    Args:
      disparity: `[H, W]` float.
      focus, radius, focal_range: as in `lens.blur`.
    """
    # All is decided per step of disparity, and looked up per pixel at the end.
    steps, values, count = _histogram(disparity)
    offset = values - focus
    beyond = np.maximum(np.abs(offset) - focal_range / 2, 0)
    radii = radius * np.sign(offset) * beyond
    radii[np.abs(radii) <= SHARP] = 0
    nodes = _nodes(radii, count)
    # a disc's variance is its squared radius; those of means of discs are means
    index = np.interp(
        radii * np.abs(radii), nodes * np.abs(nodes), np.arange(len(nodes))
    )
    parts = 255 // max(1, len(nodes) - 1)
    table = np.rint(index * parts).astype(np.uint8)
    labels = np.empty(steps.shape, np.uint8)
    for rows in _strips(steps):
        table.take(steps[rows], out=labels[rows], mode="clip")
    return Layers(labels, parts, step_edges(labels, labels, parts), nodes)


def step_edges(near: Array, far: Array, parts: int) -> Array:
    """Returns the nearest label beside each step of depth, `[H, W]` uint8; else 0.

    Args:
      near: `[H, W]` uint8, the labels of what is nearest in each pixel.
      far: the same of what is farthest; mostly the same ones.
      parts: as of `Layers`.
    """
    window, result = np.ones((3, 3), np.uint8), np.empty_like(near)
    for rows in _strips(near):
        above = min(1, rows.start)  # a row more on both sides
        wide = slice(rows.start - above, rows.stop + 1)
        nearest, farthest = cv2.dilate(near[wide], window), cv2.erode(far[wide], window)
        beside = cv2.inRange(cv2.subtract(nearest, farthest), parts, 255)
        found = cv2.bitwise_and(nearest, beside)
        result[rows] = found[above : above + rows.stop - rows.start]
    return result


def _histogram(disparity: Array) -> tuple[Array, Array, Array]:
    """Returns pixels' steps `[H, W]` uint16, and the steps' disparities and counts."""
    low, high = float(disparity.min()), float(disparity.max())
    scale = (_STEPS - 1) / max(high - low, 1e-9)
    steps = np.empty(disparity.shape, np.uint16)
    for rows in _strips(disparity):
        place = (disparity[rows] - np.float32(low)) * np.float32(scale)
        steps[rows] = place + np.float32(0.5)
    count = cv2.calcHist([steps], [0], None, [_STEPS], [0, _STEPS])[:, 0]
    return steps, low + np.arange(_STEPS) / scale, count.astype(np.float64)


def _strips(values: Array) -> Iterator[slice]:
    """Returns strips of rows that stay in the cache."""
    height = len(values)
    return (slice(r, min(r + _STRIP, height)) for r in range(0, height, _STRIP))


def _nodes(radii: Array, count: Array) -> Array:
    """Returns the radii of the layers that show a photo with the least error.

    Between two layers a and b the error is like (u - a)(b - u) with
    u = sign(r) log(1 + |r| / soft): what a blur shows depends on ratios of radii, but
    less so where it is small. Dynamic programming finds the layers with the least sum
    of squares; those of few depths are exact.

    Args:
      radii: `[steps]` in pixels, rising.
      count: `[steps]`, pixels with each.
    """
    u, weight, mean = _places(radii, count)
    n = len(u)
    powers = np.cumsum(
        np.vstack([np.zeros(5), weight[:, None] * u[:, None] ** np.arange(5)]), axis=0
    )
    first, last = np.triu_indices(n, 1)
    inner = powers[last] - powers[first + 1]  # sums over the places strictly between
    s, q = u[first] + u[last], u[first] * u[last]
    terms = (q * q, -2 * s * q, s * s + 2 * q, -2 * s, np.ones_like(s))
    cost = np.full((n, n), np.inf)
    cost[first, last] = np.maximum(sum(t * inner[:, k] for k, t in enumerate(terms)), 0)
    # no disc is a mean of one before and one behind the focus
    across = (u[first] < 0) & (u[last] > 0) & (inner[:, 0] > 0)
    cost[first[across], last[across]] = np.inf
    if (u == 0).any():
        focus = int(np.flatnonzero(u == 0)[0])
        cost[:focus, focus + 1 :] = np.inf
    least = np.where(np.arange(n) == 0, 0.0, np.inf)
    back: list[Array] = []
    while n > 1 and len(back) < LAYERS - 1:
        if least[-1] <= _WORTH * weight.sum():
            break
        through = least[:, None] + cost
        back.append(through.argmin(0))
        least = through.min(0)
    place, nodes = n - 1, [n - 1]
    for previous in reversed(back):
        place = int(previous[place])
        nodes.append(place)
    return mean[nodes[::-1]]


def _places(radii: Array, count: Array) -> tuple[Array, Array, Array]:
    """Returns where layers may stand, rising: place, pixels around it, its radius."""
    used = count > 0
    radii, count = radii[used], count[used]
    soft = max(_SOFT[0], _SOFT[1] * float(np.abs(radii).max()))
    u = np.sign(radii) * np.log1p(np.abs(radii) / soft)
    group = np.rint((u - u[0]) / max(np.ptp(u), 1e-9) * (_PLACES - 1)).astype(int)
    # neither both sides of the focus nor the sharp and the blurred are one place
    group = np.unique(3 * group + np.sign(radii).astype(int) + 1, return_inverse=True)[
        1
    ]
    weight = np.bincount(group, count)
    mean = np.bincount(group, count * radii) / weight
    return np.sign(mean) * np.log1p(np.abs(mean) / soft), weight, mean
