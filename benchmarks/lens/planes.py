"""Slanted planes through a lens: what flat layers cannot show, in closed form.

A plane's disparity is affine in the picture, d = a + b.p. From the point u of the
aperture its point p is seen at p + K (d - focus) u, which is one affine map, so each
ray's picture is one warp and their mean the exact answer: nothing hides anything.
"""

from __future__ import annotations

import functools
import math

import cv2
import numpy as np

from benchmarks.lens.truth import Shot
from darkroom import pixels
from darkroom.pixels import Array
from darkroom.scenes import layers, optics, photos, textures

SPANS = {"gentle": 0.45, "steep": 0.9}  # of the disparity, from side to side
RADII = (24.0, 40.0)  # K, in pixels
RAYS = 512

_MARGIN = 64  # pixels that the plane goes on beyond the picture
_BRIGHTEST = 0.9  # of the texture, in linear light: no lights, only surface


def generate(count: int, size: tuple[int, int], seed: int) -> dict[str, list[Shot]]:
    """Makes `count` planes of each span, through lenses of each radius.

    Args:
      count: planes, each of another surface, slant and focus.
      size: height and width, in pixels.
      seed: another seed, other planes.

    Returns:
      shots by "gentle planes, K 24" and so on; `scored` leaves out what a blur
      reaches from beyond the picture.
    """
    return {
        f"{name} planes, K {radius:g}": [
            _shot(f"{name}/{n}", span, radius, size, seed, n) for n in range(count)
        ]
        for name, span in SPANS.items()
        for radius in RADII
    }


def _shot(
    name: str, span: float, radius: float, size: tuple[int, int], seed: int, n: int
) -> Shot:
    texture = _texture(size, seed, n)
    rng = np.random.default_rng([seed, n])
    plane = slanted(rng.uniform(0, 2 * math.pi), span, size)
    disparity = plane.disparity(*size)
    focus = float(disparity.min() + rng.uniform(0.1, 0.9) * np.ptp(disparity))
    border = math.ceil(radius * float(np.abs(disparity - focus).max())) + 1
    scored = np.zeros(size, bool)
    scored[border:-border, border:-border] = True
    return Shot(
        name,
        pixels.to_srgb(_inside(texture), np.uint8),
        disparity,
        focus,
        radius,
        pixels.to_srgb(trace(texture, plane, focus, radius, RAYS), np.uint8),
        scored,
    )


@functools.cache
def _texture(size: tuple[int, int], seed: int, n: int) -> Array:
    """Returns a busy surface with its margin, `[H + 128, W + 128, 3]`, linear light."""
    height, width = (side + 2 * _MARGIN for side in size)
    rng = np.random.default_rng([seed, n])
    texture = photos.surface(rng, textures.of("test"), height, width)
    # Strong contrast: on dull ones all renderers are alike.
    low, high = np.percentile(texture, (2, 98), axis=(0, 1))
    stretched = np.clip((texture - low) / np.maximum(high - low, 1e-3), 0, 1)
    return (stretched * _BRIGHTEST).astype(np.float32)


def slanted(angle: float, span: float, size: tuple[int, int]) -> layers.Plane:
    """Returns a plane around disparity .5 whose range in the picture is `span`.

    Args:
      angle: where it comes nearer, in radians; 0 is to the right.
      span: the nearest disparity in the picture minus the farthest.
      size: of the picture, HxW in pixels.
    """
    (height, width), x, y = size, math.cos(angle), math.sin(angle)
    slope = span / (abs(x) * (width - 1) + abs(y) * (height - 1))
    middle = x * (width - 1) / 2 + y * (height - 1) / 2
    return layers.Plane(0.5 - slope * middle, slope * x, slope * y)


def trace(
    texture: Array, plane: layers.Plane, focus: float, radius: float, rays: int
) -> Array:
    """Renders a plane through a thin lens: the mean of what its points see.

    Args:
      texture: `[H + 128, W + 128, 3]` float32, linear light, the picture in a margin.
      plane: its disparity, in coordinates of the picture.
      focus: the disparity that is sharp.
      radius: K, in pixels.
      rays: how many points of the aperture.

    Returns:
      `[H, W, 3]` float32, linear light.
    """
    size = (texture.shape[1] - 2 * _MARGIN, texture.shape[0] - 2 * _MARGIN)
    total = np.zeros((*size[::-1], 3), np.float32)
    for x, y in radius * optics.aperture(rays):
        motion = plane.motion(x, y, focus).astype(np.float64)
        motion[:, 2] -= motion[:, :2] @ [_MARGIN, _MARGIN]
        # Cubic: a bilinear sample between pixels would soften what is in focus.
        view = cv2.warpAffine(
            texture, motion, size, None, cv2.INTER_CUBIC, cv2.BORDER_REFLECT
        )
        cv2.accumulate(view, total)
    return np.clip(total / rays, 0, 1)


def _inside(texture: Array) -> Array:
    return texture[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN]
