"""Six levels of blur by distance from the focus, each cut out hard and put together.

The renderer of Bhavesh Kalihari and Sanchit Singh, "Project Defocused" (monocular
depth, click to focus, six levels of blur), and the blurred backgrounds of Zain
Nasrullah, "Shallow Depth of Field in Portraits Using Generative Models"; to compare
with. They blur eight bits of sRGB with OpenCV's filters.
"""

from __future__ import annotations

import cv2
import numpy as np

from darkroom import pixels
from darkroom.pixels import Array

SIZES = (5, 9, 13, 17, 21)  # of the windows of level 1, 2 ..., in pixels

FILTERS = ("gaussian", "average", "median", "bilateral")


def bokeh(
    picture: Array,
    disparity: Array,
    focus: float,
    *,
    filter: str = "gaussian",
    sizes: tuple[int, ...] = SIZES,
) -> Array:
    """Blurs in levels: level k of n where `k/n <= |d - focus| / max < (k+1)/n`.

    Args:
      picture: `[H, W, 3]`, sRGB; other types become uint8.
      disparity: `[H, W]` of any scale.
      focus: the disparity that is sharp.
      filter: one of `FILTERS`.
      sizes: windows of the levels above 0, which is the picture itself; odd.

    Returns:
      `[H, W, 3]` uint8. (The original leaves the farthest pixel black.)

    Raises:
      ValueError: an unknown filter, or a disparity of another size than the picture.
    """
    picture = pixels.to_uint8(picture)
    if disparity.shape != picture.shape[:2]:
        raise ValueError(
            f"the disparity is {pixels.hxw(disparity)}, the picture "
            f"{pixels.hxw(picture)}; bring the disparity to the picture's size"
        )
    away = np.abs(disparity - np.float32(focus))
    away /= away.max() or 1  # a flat picture is in focus everywhere
    n = len(sizes) + 1
    level = np.digitize(away, np.arange(1, n) / n)
    out = picture.copy()
    for k, size in enumerate(sizes, 1):
        here = level == k
        if here.any():
            np.copyto(out, smooth(picture, size, filter), where=here[..., None])
    return out


def portrait(picture: Array, mask: Array, *, filter: str = "gaussian") -> Array:
    """Pastes a person sharp over a blurred background.

    Args:
      picture: `[H, W, 3]`, sRGB; other types become uint8.
      mask: `[H, W]` in [0, 1], 1 on the person.
      filter: `gaussian` blurs in a window of 9 (deviation 1.7), all others in one of 5.

    Returns:
      `[H, W, 3]` uint8.

    Raises:
      ValueError: an unknown filter.
    """
    picture = pixels.to_uint8(picture)
    background = smooth(picture, 9 if filter == "gaussian" else 5, filter)
    alpha = pixels.to_float(mask)[..., None]
    return np.rint(picture * alpha + background * (1 - alpha)).astype(np.uint8)


def smooth(picture: Array, size: int, filter: str) -> Array:
    """Applies one of OpenCV's filters, uint8 to uint8.

    Args:
      picture: `[H, W, 3]` uint8.
      size: of the window in pixels; odd.
      filter: one of `FILTERS`.

    Raises:
      ValueError: an unknown filter.
    """
    match filter:
        case "gaussian":  # OpenCV's deviation: 0.3 * (size / 2 - 1.5) + 0.8
            return cv2.GaussianBlur(picture, (size, size), 0)
        case "average":
            return cv2.blur(picture, (size, size))
        case "median":
            return cv2.medianBlur(picture, size)
        case "bilateral":
            return cv2.bilateralFilter(picture, size, 75, 75)
    raise ValueError(
        f"there is no filter {filter!r}; expected one of {', '.join(FILTERS)}"
    )
