"""A picture that was made small, at the photo's size again: fine detail from the photo.

A network that sees a large photo smaller knows nothing of its finest detail. Enlarged,
its picture would be soft where it should be sharp; with all the photo's detail it would
be gritty where it should be soft. So detail comes back as far as the network has kept
what detail it saw.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from darkroom import pixels

Array = np.ndarray[Any, Any]

WINDOW = 9  # pixels of the small picture in which detail is measured
NOISE = 1e-5  # variance of what is no detail


def restored(photo: Array, made: Array) -> Array:
    """What was made of the photo, at the photo's size.

    Args:
      photo: `[H, W, 3]`, of any type.
      made: `[h, w, 3]` float32 in [0, 1]: what became of the photo, resized.

    Returns:
      `[H, W, 3]` float32 in [0, 1]; `made` itself, if it has the photo's size.
    """
    size, small = photo.shape[:2], made.shape[:2]
    if size == small:
        return np.clip(made, 0, 1)
    whole = pixels.to_float(photo)
    seen = pixels.resize_to(whole, small)
    share = pixels.resize_to(kept(seen, made), size)
    fine = whole - pixels.resize_to(seen, size)
    enlarged = pixels.resize_to(np.clip(made, 0, 1), size)
    return np.clip(enlarged + share[..., None] * fine, 0, 1)


def kept(before: Array, after: Array) -> Array:
    """The share of the detail that a picture kept, `[H, W]` float32 in [0, 1].

    The ratio of standard deviations of brightness around each pixel; 1 where there is
    nothing to keep.

    Args:
      before: `[H, W, 3]` float32.
      after: of the same size.
    """
    import cv2

    def variance(picture: Array) -> Array:
        light = picture.mean(axis=-1)
        fine = light - cv2.GaussianBlur(light, (0, 0), 1.0)
        return cv2.blur(fine**2, (WINDOW, WINDOW))

    ratio = (variance(after) + NOISE) / (variance(before) + NOISE)
    return np.sqrt(np.minimum(ratio, 1))
