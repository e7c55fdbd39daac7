"""What a photo does not show: a layer's continuation behind nearer things.

From the rim of the lens one sees past the edge of a near thing, some pixels of what the
photo hides. Two questions, answered on a coarse grid, as all of it is a guess: what
stands there, and how much of the lens sees it.
"""

from __future__ import annotations

import math

import cv2
import numpy as np

from darkroom.pixels import Array

_LEAST_SEEN = 0.01  # keeps a weight where nothing is seen, for the division by it
_FADE = 1e-2  # how much less a farther look counts than a nearer one


def inpainted(layer: Array, visible: Array, reach: float) -> Array:
    """Continues a layer, its colour and its share, to where nearer layers hide it.

    A hidden place gets the mean of what is seen around it, at the smallest of three
    distances at which anything is seen: normalised convolution (Knutsson and Westin,
    CVPR 1993).

    Args:
      layer: `[h, w, 4]`, its light and share of each cell's area, 0 where it is hidden.
      visible: `[h, w]`, the share of all that is not nearer than the layer.
      reach: the farthest hidden place that counts, in cells.

    Returns:
      `[h, w, 4]`: light times share, and share, of a whole cell.
    """
    # All three distances are added up at once: `_FADE` lets the nearest one prevail.
    total, weight, fade = np.zeros_like(layer), np.zeros_like(visible), 1.0
    for size in (3, max(5, 2 * int(reach / 4) + 1), max(9, 2 * int(reach) + 1)):
        window, border = (size, size), cv2.BORDER_REPLICATE
        fade *= _FADE
        mean = [cv2.blur(v, window, borderType=border) for v in (layer, visible)]
        total = cv2.addWeighted(total, 1, mean[0], fade, 0, dst=total)
        weight = cv2.addWeighted(weight, 1, mean[1], fade, 0, dst=weight)
    return cv2.divide(total, cv2.merge([np.maximum(weight, 1e-12)] * 4), dst=total)


def seen_share(visible: Array, gap: Array, cell: float) -> Array:
    """Returns how much of the lens sees each hidden place past what hides it.

    A point on the lens shifts the layer against what hides it by up to `gap` pixels in
    its direction, so it looks `gap * cos(angle)` behind a straight edge: a hidden place
    at the depth t is seen by the segment of the disc beyond t / gap. The segment of a
    half disc is the most, so it is counted twice for the weight to start at 1.

    Args:
      visible: `[h, w]` as in `inpainted`.
      gap: `[h, w]`, the radius of what hides it minus the layer's, in pixels.
      cell: pixels per cell.

    Returns:
      `[h, w]` in (0, 1].
    """
    hidden = (visible < 0.5).view(np.uint8)
    depth = cv2.distanceTransform(hidden, cv2.DIST_L2, 5)
    # where nothing is seen at all, it is very large
    depth = np.clip(depth - np.float32(0.5), 0, hidden.size) * np.float32(cell)
    t = cv2.divide(depth, np.maximum(gap, 1e-3), scale=255, dtype=cv2.CV_8U)
    return cv2.LUT(t, _SEGMENT)


def _segment() -> Array:
    """Returns `[256]`, by 255 t: the share of a half disc that lies beyond t radii."""
    t = np.linspace(0, 1, 256)
    segment = (np.arccos(t) - t * np.sqrt(1 - t * t)) * 2 / math.pi
    return np.maximum(segment, _LEAST_SEEN).astype(np.float32)


_SEGMENT = _segment()
