"""The lens and the simpler ways it is compared with, all called alike.

A renderer takes a photo `[H, W, 3]` uint8, its disparity `[H, W]`, the disparity in
focus, and the blur radius in pixels per unit of disparity. It returns a picture
`[H, W, 3]`, sRGB, of any of the number types.

The two classic ones have window sizes fixed for one size of picture in the works that
they are from; here they get the radii of the shot, so that the ideas are compared.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from benchmarks.lens import scatter
from benchmarks.lens.compiled import compiled
from darkroom import lens, pixels
from darkroom.lens import aperture
from darkroom.pixels import Array

Renderer = Callable[[Array, Array, float, float], Array]
MattedRenderer = Callable[[Array, Array, float, float, Array], Array]

_LEVELS = 6  # of blur


def untouched(photo: Array, disparity: Array, focus: float, radius: float) -> Array:
    """Returns the photo itself."""
    return photo


def one_disc(photo: Array, disparity: Array, focus: float, radius: float) -> Array:
    """Blurs by one disc, of the mean radius, where the blur exceeds a pixel; in sRGB.

    "Bokeh Effect: Deep Learning Framework for Depth Estimation", disc blur.
    """
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
    """Blurs by six Gaussians, cut out hard, in sRGB: `lens.graded`.

    Bhavesh Kalihari and Sanchit Singh, "Project Defocused", six levels of blur.
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
    """Makes each pixel the mean of its own disc, in linear light, no occlusion."""
    blur_radius = (radius * np.abs(disparity - focus)).astype(np.float32)
    return pixels.to_srgb(gather(pixels.to_linear(photo), blur_radius))


def lens_blur(photo: Array, disparity: Array, focus: float, radius: float) -> Array:
    """Runs `darkroom.lens.blur` as it is by default."""
    return pixels.to_srgb(lens.blur(pixels.to_linear(photo), disparity, focus, radius))


def unboosted(photo: Array, disparity: Array, focus: float, radius: float) -> Array:
    """Runs `darkroom.lens.blur` without its guess of how bright clipped lights are."""
    linear = pixels.to_linear(photo)
    return pixels.to_srgb(lens.blur(linear, disparity, focus, radius, boost=1))


def matted(
    photo: Array, disparity: Array, focus: float, radius: float, matte: Array
) -> Array:
    """Runs `unboosted` with a matte `[H, W]`, how much of a pixel is the subject's."""
    linear = pixels.to_linear(photo)
    matte = matte.astype(np.float32, copy=False)
    blurred = lens.blur(linear, disparity, focus, radius, boost=1, matte=matte)
    return pixels.to_srgb(blurred)


ALL: dict[str, Renderer] = {
    "untouched": untouched,
    "classic": one_disc,
    "graded": six_levels,
    "gather": exact_gather,
    "scatter": scatter.bokeh,
    "lens": lens_blur,
    "lens, boost 1": unboosted,
}
MATTED: dict[str, MattedRenderer] = {"lens, boost 1, matte": matted}


def gather(linear: Array, blur_radius: Array) -> Array:
    """Blurs each pixel by its own disc; beyond its borders the picture is mirrored.

    The best that a renderer without any notion of occlusion can do.

    Args:
      linear: `[H, W, 3]` float32.
      blur_radius: `[H, W]` float32, in pixels.

    Returns:
      `[H, W, 3]` float32.

    Raises:
      ValueError: numba is not installed.
    """
    import cv2

    border = math.ceil(float(blur_radius.max())) + 1
    around = (border,) * 4
    wide = cv2.copyMakeBorder(linear, *around, borderType=cv2.BORDER_REFLECT)
    return compiled(_gather)(wide, blur_radius, border)


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
