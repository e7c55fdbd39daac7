"""A head with hair, strand by strand: a cut-out whose alpha is fine and partial.

Strands are drawn four times as large as the picture and reduced, so that each covers
its pixels in part; no outline that is traced by hand has any of that.
"""

from __future__ import annotations

import math

import cv2
import numpy as np

from darkroom.pixels import Array
from darkroom.scenes import photos
from darkroom.scenes.photos import Rng
from darkroom.scenes.textures import Textures

_FINER = 4  # a pixel's alpha is the part of 4 x 4 points that is covered
_STRANDS = (1200, 2400)
_POINTS = 24  # of a strand, joined by straight lines


def portrait(
    rng: Rng, textures: Textures, height: int, width: int
) -> tuple[Array, Array]:
    """Draws head and shoulders that rise from the picture's foot.

    Args:
      rng: decides on all of it.
      textures: the photos that skin and clothes are textured with.
      height, width: of the picture, in pixels.

    Returns:
      colour: `[height, width, 3]` float32, linear light; grey where alpha is 0.
      alpha: `[height, width]` float32 in [0, 1].
    """
    size = (width * _FINER, height * _FINER)
    radius = rng.uniform(0.2, 0.25) * size[1]  # of the head, half its height
    head = np.array([size[0] * rng.uniform(0.4, 0.6), size[1] - 2.3 * radius])
    tall, wide = radius, radius * rng.uniform(0.72, 0.8)

    texture = photos.surface(rng, textures, height, width)
    body = cv2.resize(texture * np.float32(0.7), size, interpolation=cv2.INTER_LINEAR)
    covered = np.zeros(size[::-1], np.uint8)
    shoulders = (round(2.3 * wide), round(1.6 * radius))
    foot = (round(head[0]), round(size[1] + 0.35 * radius))
    cv2.ellipse(covered, foot, shoulders, 0, 0, 360, 255, -1)
    left, right = round(head[0] - wide / 2), round(head[0] + wide / 2)
    cv2.rectangle(covered, (left, round(head[1])), (right, foot[1]), 255, -1)
    middle, axes = (round(head[0]), round(head[1])), (round(wide), round(tall))
    cv2.ellipse(covered, middle, axes, 0, 0, 360, 255, -1)

    dark = rng.uniform(0.01, 0.25) * np.array([1.0, rng.uniform(0.5, 0.9), 0.4])
    length = rng.uniform(0.3, 1.1) * radius
    for _ in range(int(rng.integers(*_STRANDS))):
        strand = _strand(rng, head, (wide, tall), length)
        light = dark * rng.uniform(0.5, 2.0)
        thick = int(rng.integers(1, _FINER + 1))
        cv2.polylines(body, [strand], False, light.tolist(), thick)
        cv2.polylines(covered, [strand], False, 255, thick)
    return _reduced(body, covered, (width, height))


def _strand(rng: Rng, head: Array, axes: tuple[float, float], length: float) -> Array:
    """Returns a strand's points `[n, 1, 2]` int32: out of the scalp, then downwards."""
    angle = rng.uniform(1.05, 1.95) * math.pi  # over the top, from ear to ear
    outward = np.array([math.cos(angle), math.sin(angle)])
    root = head + outward * axes * rng.uniform(0.7, 1.0)
    reach = length * rng.uniform(0.5, 1.3)
    t = np.linspace(0, 1, _POINTS)[:, None]
    side = np.array([-outward[1], outward[0]])
    bend = rng.normal(0, 0.35) * t**2
    wave = 0.03 * np.sin(t * rng.uniform(4, 14) + rng.uniform(0, 2 * math.pi))
    fall = np.array([0, rng.uniform(0.1, 0.9)]) * t**2
    points = root + reach * (outward * t * 0.7 + side * (bend + wave) + fall)
    return np.rint(points).astype(np.int32)[:, None]


def _reduced(body: Array, covered: Array, size: tuple[int, int]) -> tuple[Array, Array]:
    """Returns the mean colour of what is covered, and its share, of each pixel."""
    share = (covered > 0).astype(np.float32)
    alpha = cv2.resize(share, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    light = cv2.resize(body * share[..., None], size, interpolation=cv2.INTER_AREA)
    colour = light / np.maximum(alpha, 1e-6)[..., None]
    colour[alpha == 0] = 0.2
    return np.clip(colour, 0, 1), alpha
