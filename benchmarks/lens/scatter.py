"""Scatter: each source is spread over its own disc, as classical renderers do.

What BokehMe (Peng et al., CVPR 2022) calls its classical renderer, from its formula:
the radius is K |d - focus|, a source's light is spread evenly over its disc, light is
taken for sRGB to the power of 2.2, and what is near lies over what is far.
"""

from __future__ import annotations

import math

import numpy as np

from benchmarks.lens.compiled import compiled
from darkroom import pixels
from darkroom.pixels import Array

_GAMMA = 2.2


def bokeh(photo: Array, disparity: Array, focus: float, radius: float) -> Array:
    """Blurs a photo by scattering; see `renderers` for what it takes and returns."""
    blur_radius = (radius * np.abs(disparity - focus)).astype(np.float32)
    light = pixels.to_float(photo) ** np.float32(_GAMMA)
    return scattered(light, disparity, blur_radius) ** np.float32(1 / _GAMMA)


def scattered(light: Array, disparity: Array, blur_radius: Array) -> Array:
    """Spreads each pixel over its disc, but over nothing nearer than its own radius.

    What is behind a pixel does not cover it farther than the pixel is blurred itself:
    near lies over far. The light that arrives is divided by the weight that arrives.

    Args:
      light: `[H, W, 3]` float32.
      disparity: `[H, W]` float32.
      blur_radius: `[H, W]` float32, in pixels.

    Returns:
      `[H, W, 3]` float32.

    Raises:
      ValueError: numba is not installed.
    """
    result: Array = compiled(_scatter)(light, disparity, blur_radius)
    return result


def _scatter(light: Array, disparity: Array, blur_radius: Array) -> Array:
    height, width = blur_radius.shape
    total = np.zeros((height, width, 4), np.float32)
    for y in range(height):
        for x in range(width):
            own = blur_radius[y, x]
            n = int(own + np.float32(0.5))
            area = np.float32(max(math.pi * own * own, 1.0))
            for row in range(max(0, y - n), min(height, y + n + 1)):
                for column in range(max(0, x - n), min(width, x + n + 1)):
                    reach = own
                    if disparity[row, column] > disparity[y, x]:
                        reach = min(own, blur_radius[row, column])
                    away = math.sqrt((row - y) ** 2 + (column - x) ** 2)
                    covered = np.float32(reach + 0.5 - away)
                    covered = min(max(covered, np.float32(0)), np.float32(1))
                    weight = covered / area
                    total[row, column, 0] += weight * light[y, x, 0]
                    total[row, column, 1] += weight * light[y, x, 1]
                    total[row, column, 2] += weight * light[y, x, 2]
                    total[row, column, 3] += weight
    return total[..., :3] / np.maximum(total[..., 3:], np.float32(1e-9))
