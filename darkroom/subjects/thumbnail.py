"""The reduced copy of a photo on which subjects are looked for."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from darkroom import pixels

Array = np.ndarray[Any, Any]


def of(picture: Array, side: int) -> Array:
    """A copy whose longer side has `side` pixels, or fewer if the picture has.

    Args:
      picture: `[H, W, 3]` uint8, uint16 or float in [0, 1].
      side: in pixels.

    Returns:
      `[h, w, 3]` uint8.

    Raises:
      ValueError: the array is no picture in colour, or holds NaN.
    """
    if picture.ndim != 3 or picture.shape[2] != 3 or not picture.size:
        raise ValueError(
            f"got a picture of the shape {picture.shape}; expected [H, W, 3]"
        )
    height, width = picture.shape[:2]
    scale = side / max(height, width)
    if scale >= 1:
        return pixels.to_uint8(picture)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return pixels.to_uint8(cv2.resize(picture, size, interpolation=cv2.INTER_AREA))
