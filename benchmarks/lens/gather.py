"""The exact per-pixel gather: every pixel is the mean of the disc around it.

What a renderer without any notion of occlusion can do at best. Compiled by numba.
"""

from __future__ import annotations

import functools
import math
from typing import Any

import cv2
import numpy as np

Array = np.ndarray[Any, Any]


def gather(linear: Array, blur_radius: Array) -> Array:
    """Blurs each pixel by its own disc; beyond its borders the picture is mirrored.

    Args:
      linear: `[H, W, 3]` float32.
      blur_radius: `[H, W]` float32, in pixels.

    Returns:
      `[H, W, 3]` float32.

    Raises:
      ValueError: numba is not installed.
    """
    border = math.ceil(float(blur_radius.max())) + 1
    around = (border,) * 4
    wide = cv2.copyMakeBorder(linear, *around, borderType=cv2.BORDER_REFLECT)
    return _compiled()(wide, blur_radius, border)


@functools.cache
def _compiled() -> Any:
    try:
        import numba
    except ImportError:
        raise ValueError(
            "the exact gather needs a compiler for its loops, and there is none: pip "
            "install numba"
        ) from None
    return numba.njit(fastmath=True)(_gather)


def _gather(wide: Array, blur_radius: Array, border: int) -> Array:
    height, width = blur_radius.shape
    blurred = np.empty((height, width, 3), np.float32)
    for y in range(height):
        for x in range(width):
            reach = blur_radius[y, x] + np.float32(0.5)
            n = int(reach)
            red = green = blue = total = np.float32(0)
            for down in range(-n, n + 1):
                for right in range(-n, n + 1):
                    away = np.float32(math.sqrt(down * down + right * right))
                    # a pixel on the rim is covered in part
                    weight = min(max(reach - away, np.float32(0)), np.float32(1))
                    pixel = wide[y + border + down, x + border + right]
                    red += weight * pixel[0]
                    green += weight * pixel[1]
                    blue += weight * pixel[2]
                    total += weight
            blurred[y, x, 0] = red / total
            blurred[y, x, 1] = green / total
            blurred[y, x, 2] = blue / total
    return blurred
