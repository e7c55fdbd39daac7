"""The lens and the simpler ways it is compared with, all called alike.

A renderer takes a photo `[H, W, 3]` uint8, its disparity `[H, W]`, the disparity in
focus, and the blur radius in pixels per unit of disparity. It returns a picture
`[H, W, 3]`, sRGB, of any of the number types.

The seeds' recipes have window sizes fixed for one size of picture; here they get the
radii of the shot, so that what is compared is the idea.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from darkroom import lens, pixels
from darkroom.lens import aperture

Array = np.ndarray[Any, Any]
Renderer = Callable[[Array, Array, float, float], Array]

_LEVELS = 6  # of blur


def untouched(photo: Array, disparity: Array, focus: float, radius: float) -> Array:
    """The photo itself."""
    return photo


def one_disc(photo: Array, disparity: Array, focus: float, radius: float) -> Array:
    """One disc, of the mean radius, wherever the blur exceeds a pixel; in sRGB."""
    import cv2

    blur_radius = radius * np.abs(disparity - focus)
    blurred = blur_radius > 1
    if not blurred.any():
        return photo
    disc = aperture.kernel(aperture.DISC, float(blur_radius[blurred].mean()))
    picture = pixels.to_float(photo)
    smooth = cv2.filter2D(picture, -1, disc, borderType=cv2.BORDER_REFLECT)
    return np.where(blurred[..., None], smooth, picture)


def six_levels(photo: Array, disparity: Array, focus: float, radius: float) -> Array:
    """Six levels of Gaussian blur, cut out hard, in sRGB: `lens.graded`.

    A Gaussian stands for the disc of twice its deviation, which spreads as far.
    """
    from darkroom.lens import graded

    most = radius * float(np.abs(disparity - focus).max())
    middles = (np.arange(_LEVELS) + 1.5) / (_LEVELS + 1)
    deviations = most * middles / 2
    # OpenCV's deviation in a window of size n is 0.3 * (n / 2 - 1.5) + 0.8
    halves = np.maximum(np.rint((deviations - 0.8) / 0.3 + 1), 0).astype(int)
    sizes = tuple(int(2 * half + 1) for half in halves)
    return graded.bokeh(photo, disparity, focus, sizes=sizes)


def exact_gather(photo: Array, disparity: Array, focus: float, radius: float) -> Array:
    """Every pixel the mean of its own disc, in linear light, without occlusion."""
    from benchmarks.lens import gather

    blur_radius = (radius * np.abs(disparity - focus)).astype(np.float32)
    return pixels.to_srgb(gather.gather(pixels.to_linear(photo), blur_radius))


def lens_blur(photo: Array, disparity: Array, focus: float, radius: float) -> Array:
    """`darkroom.lens.blur` as it is by default."""
    return pixels.to_srgb(lens.blur(pixels.to_linear(photo), disparity, focus, radius))


def unboosted(photo: Array, disparity: Array, focus: float, radius: float) -> Array:
    """`darkroom.lens.blur` that takes clipped lights for white."""
    linear = pixels.to_linear(photo)
    return pixels.to_srgb(lens.blur(linear, disparity, focus, radius, boost=1))


ALL: dict[str, Renderer] = {
    "untouched": untouched,
    "classic": one_disc,
    "graded": six_levels,
    "gather": exact_gather,
    "lens": lens_blur,
    "lens, boost 1": unboosted,
}
