"""Cuts depth into layers of one blur radius each.

Which layer a pixel is in depends on its signed radius alone, positive in front of the
focus. Layers stand where most pixels are: 1-D k-means (Lloyd, 1982).
"""

from __future__ import annotations

import dataclasses
from typing import Any

import cv2
import numpy as np

Array = np.ndarray[Any, Any]

SHARP = 0.5  # a radius in pixels below which a point stays in its pixel
LAYERS = 10  # besides the sharp one; more are worth nothing
_STEPS = 4096  # of disparity that are told apart
_ROUNDS = 15


@dataclasses.dataclass(frozen=True)
class Layers:
    """Every pixel's layer.

    Attributes:
      labels: `[H, W]` uint8, 0 for the farthest layer.
      radii: `[layers]` the blur radius of each in pixels, negative behind the focus,
        rising; 0 for the sharp one.
    """

    labels: Array
    radii: Array


def part(
    disparity: Array, focus: float, radius: float, focal_range: float = 0.0
) -> Layers:
    """Parts a photo's depth; all that the lens shows sharp is one layer.

    Args:
      disparity: `[H, W]` float.
      focus, radius, focal_range: as in `lens.blur`.
    """
    steps, values, count = _histogram(disparity)
    offset = values - focus
    beyond = np.maximum(np.abs(offset) - focal_range / 2, 0)
    radii = radius * np.sign(offset) * beyond
    sharp = np.abs(radii) <= SHARP
    # The sharp layer keeps its own place between those behind and those in front.
    group = np.where(sharp, LAYERS, _k_means(radii, np.where(sharp, 0, count)))
    group = np.where(~sharp & (radii > 0), group + LAYERS + 1, group)
    used = np.unique(group[count > 0])
    label = np.clip(np.searchsorted(used, group), 0, len(used) - 1).astype(np.uint8)
    weight = np.bincount(label, count)
    mean = np.bincount(label, count * radii) / weight
    mean[used == LAYERS] = 0
    return Layers(label[steps], mean)


def _histogram(disparity: Array) -> tuple[Array, Array, Array]:
    """Each pixel's step `[H, W]` uint16, the steps' disparities, pixels per step."""
    low, high = float(disparity.min()), float(disparity.max())
    scale = (_STEPS - 1) / max(high - low, 1e-9)
    steps = np.empty(disparity.shape, np.uint16)
    for top in range(0, len(disparity), 64):  # rows that stay in the cache
        rows = (disparity[top : top + 64] - np.float32(low)) * np.float32(scale)
        steps[top : top + 64] = rows + np.float32(0.5)
    count = cv2.calcHist([steps], [0], None, [_STEPS], [0, _STEPS])[:, 0]
    return steps, low + np.arange(_STEPS) / scale, count.astype(np.float64)


def _k_means(values: Array, count: Array) -> Array:
    """The cluster of each of the rising `values`, 0 to LAYERS - 1."""
    if not count.any():
        return np.zeros(len(values), int)
    # Seeds at even shares of the cubic root: the density that an optimal quantiser has.
    share = np.cumsum(np.cbrt(count))
    centres = np.interp((np.arange(LAYERS) + 0.5) / LAYERS, share / share[-1], values)
    for _ in range(_ROUNDS):
        cluster = np.searchsorted((centres[1:] + centres[:-1]) / 2, values)
        weight = np.bincount(cluster, count, LAYERS)
        total = np.bincount(cluster, count * values, LAYERS)
        centres = np.where(weight > 0, total / np.maximum(weight, 1), centres)
    return np.searchsorted((centres[1:] + centres[:-1]) / 2, values)
