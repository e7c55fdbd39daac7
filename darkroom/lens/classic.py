"""A hard switch at one radius: sharp where it is near, one disc blur elsewhere.

The renderer of "Bokeh Effect: Deep Learning Framework for Depth Estimation" (Pix2Pix
and CycleGAN depth on NYU v2, disc blur, faces), to compare with. It works in eight bits
and cuts fractions off. Two slips of the original are put right: there the outermost
pixels lend nothing to the blur, and a face's first row and column are not part of it.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from darkroom import pixels
from darkroom.pixels import Array

Box = tuple[int, int, int, int]  # x, y, width, height

GAMMA = 20.0
FACE = 2.5  # how many times nearer a face is taken to be


def bokeh(
    picture: Array,
    depth: Array,
    faces: Sequence[Box] = (),
    *,
    radius: int = 5,
    gamma: float = GAMMA,
) -> Array:
    """Blurs what is farther than half of the largest depth, or 1/2.5 of it with faces.

    The depth of a face is divided by 2.5 first, which brings it to the sharp side.

    Args:
      picture: `[H, W, 3]`, sRGB; other types become uint8.
      depth: `[H, W]` of any scale, LARGER IS FARTHER: `1 - disparity`; give
        `abs(disparity - focus)` to focus elsewhere than on the nearest.
      faces: boxes (x, y, width, height) in pixels.
      radius: of the disc, in pixels.
      gamma: as for `highlights`.

    Returns:
      `[H, W, 3]` uint8.

    Raises:
      ValueError: the depth is of another size than the picture.
    """
    picture = pixels.to_uint8(picture)
    if depth.shape != picture.shape[:2]:
        raise ValueError(
            f"the depth is {pixels.hxw(depth)}, the picture {pixels.hxw(picture)}; "
            "bring the depth to the picture's size"
        )
    depth = depth.astype(np.float32)
    for x, y, width, height in faces:
        depth[max(0, y) : y + height, max(0, x) : x + width] /= FACE
    far = depth > depth.max() / (FACE if len(faces) else 2)
    blurred = highlights(picture, radius, gamma)
    return np.where(far[..., None], blurred, picture)


def highlights(picture: Array, radius: int, gamma: float = GAMMA) -> Array:
    """Returns the brighter of two blurs: of the picture, and of it in another gamma.

    A blur in gamma g is the power mean of order 1/g. So the original's g = 20 never
    is the brighter one and changes nothing; 1/20 makes lights bloom.

    Args:
      picture: `[H, W, 3]` uint8.
      radius: of the disc, in pixels.
      gamma: above 0.
    """
    plain = disc_blur(picture, radius)
    curved = disc_blur(encode(picture, gamma), radius)
    return np.maximum(plain, encode(curved, 1 / gamma))


def encode(picture: Array, gamma: float) -> Array:
    """Returns `255 * (v / 255) ** (1 / gamma)`, uint8 to uint8, fractions cut off."""
    table = (np.arange(256) / 255) ** (1 / gamma) * 255
    return cv2.LUT(picture, table.astype(np.uint8))


def disc_blur(picture: Array, radius: int) -> Array:
    """Returns the mean of all pixels nearer than `radius`, fractions cut off.

    At the borders it is the mean of those that are there.

    Args:
      picture: `[H, W, 3]` uint8.
      radius: in pixels; 0 and 1 leave the picture as it is.
    """
    radius = max(radius, 1)
    step = np.arange(1 - radius, radius)
    disc = (step**2 + step[:, None] ** 2 < radius**2).astype(np.float32)

    def total(values: Array) -> Array:
        return cv2.filter2D(values, -1, disc, borderType=cv2.BORDER_CONSTANT)

    count = total(np.ones(picture.shape[:2], np.float32))
    mean = np.empty_like(picture)
    for c in range(3):  # one at a time, as floats take memory
        mean[..., c] = total(picture[..., c].astype(np.float32)) / count
    return mean
