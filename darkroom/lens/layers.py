"""Cuts depth into layers of one blur radius each.

Which layer a pixel is in depends on its signed radius alone, positive in front of the
focus. Layers stand where most pixels are: 1-D k-means (Lloyd, 1982).
"""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np

from darkroom.pixels import Array

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
    sharp = np.abs(radii) <= SHARP
    # Clusters of one number on both sides of the focus are two: those behind keep
    # 0 to LAYERS - 1, the sharp layer is LAYERS, those in front come after it.
    cluster = _k_means(radii, np.where(sharp, 0, count))
    group = np.where(sharp, LAYERS, cluster)
    group = np.where(~sharp & (radii > 0), group + LAYERS + 1, group)
    used = np.unique(group[count > 0])
    # Steps without a pixel may have a group of their own: any label will do for them.
    label = np.clip(np.searchsorted(used, group), 0, len(used) - 1).astype(np.uint8)
    mean = np.bincount(label, count * radii) / np.bincount(label, count)
    mean[used == LAYERS] = 0
    return Layers(label[steps], mean)


def _histogram(disparity: Array) -> tuple[Array, Array, Array]:
    """Returns pixels' steps `[H, W]` uint16, and the steps' disparities and counts."""
    low, high = float(disparity.min()), float(disparity.max())
    scale = (_STEPS - 1) / max(high - low, 1e-9)
    steps = np.empty(disparity.shape, np.uint16)
    for top in range(0, len(disparity), 64):  # rows that stay in the cache
        rows = (disparity[top : top + 64] - np.float32(low)) * np.float32(scale)
        steps[top : top + 64] = rows + np.float32(0.5)
    count = cv2.calcHist([steps], [0], None, [_STEPS], [0, _STEPS])[:, 0]
    return steps, low + np.arange(_STEPS) / scale, count.astype(np.float64)


def _k_means(values: Array, count: Array) -> Array:
    """Returns the cluster of each of the rising `values`, 0 to LAYERS - 1."""
    if not count.any():
        return np.zeros(len(values), int)
    # The centres start at even shares of the cubic root, the density of an optimal
    # quantiser (Panter and Dite, 1951).
    share = np.cumsum(np.cbrt(count))
    centres = np.interp((np.arange(LAYERS) + 0.5) / LAYERS, share / share[-1], values)
    for _ in range(_ROUNDS):
        cluster = np.searchsorted((centres[1:] + centres[:-1]) / 2, values)
        weight = np.bincount(cluster, count, LAYERS)
        total = np.bincount(cluster, count * values, LAYERS)
        centres = np.where(weight > 0, total / np.maximum(weight, 1), centres)
    return np.searchsorted((centres[1:] + centres[:-1]) / 2, values)
