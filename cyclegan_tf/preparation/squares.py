"""The square of a photo that a training picture shows."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from darkroom import pixels

Array = np.ndarray[Any, Any]
Aim = Literal["centre", "face"]


def square(photo: Array, aim: Aim = "centre") -> Array:
    """The largest square of `[H, W, 3]`, about the centre or the first face.

    A photo without a face is cut about its centre.
    """
    height, width = photo.shape[:2]
    x, y = width / 2, height / 2
    if aim == "face":
        from darkroom import subjects

        for face in subjects.faces(photo)[:1]:
            x, y = face.x + face.width / 2, face.y + face.height / 2
    side = min(height, width)
    left = min(max(0, round(x - side / 2)), width - side)
    top = min(max(0, round(y - side / 2)), height - side)
    return photo[top : top + side, left : left + side]


def reduced(picture: Array, side: int) -> Array:
    """A square brought to `side`, uint8, bicubic.

    Raises:
      ValueError: it is smaller than that.
    """
    if len(picture) < side:
        raise ValueError(f"its square is {pixels.size(picture)}, below {side}x{side}")
    return pixels.to_uint8(pixels.resize_to(picture, (side, side)))
