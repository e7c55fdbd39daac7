"""Samples as photos and depth networks err: wrong depth, other exposure, noise."""

from __future__ import annotations

import cv2
import numpy as np

from darkroom.pixels import Array

Rng = np.random.Generator


def augmented(
    rng: Rng, rgb: Array, depth: Array, target: Array
) -> tuple[Array, Array, Array]:
    """The sample with wrong depth, another exposure of both pictures, and noise.

    Only the input's depth is wrong and only the input is noisy: the target stays what
    the lens made of the true ones.

    Args:
      rng: its random numbers.
      rgb: `[P, P, 3]` float32 in [0, 1].
      depth: `[P, P]` float32 in [0, 1].
      target: `[T, T, 3]` float32 in [0, 1].
    """
    if rng.random() < 0.75:
        depth = wrong_depth(rng, depth)
    if rng.random() < 0.5:
        # a gain in linear light is nearly one in sRGB, too
        light = rng.uniform(0.85, 1.12) * rng.uniform(0.96, 1.04, 3)
        light = light.astype(np.float32)
        rgb, target = (np.clip(picture * light, 0, 1) for picture in (rgb, target))
    if rng.random() < 0.3:
        noise = rng.standard_normal(rgb.shape, np.float32)
        rgb = np.clip(rgb + np.float32(rng.uniform(0, 0.008)) * noise, 0, 1)
    return rgb, depth, target


def wrong_depth(rng: Rng, depth: Array) -> Array:
    """`[P, P]` depth as networks err: coarse, blurred, shifted, uneven, quantised."""
    height, width = depth.shape
    if rng.random() < 0.5:  # predicted at a lower resolution
        coarser = rng.uniform(1.5, 5)
        size = (max(4, round(width / coarser)), max(4, round(height / coarser)))
        depth = cv2.resize(depth, size, interpolation=cv2.INTER_AREA)
        depth = cv2.resize(depth, (width, height), interpolation=cv2.INTER_LINEAR)
    if rng.random() < 0.5:
        depth = cv2.GaussianBlur(depth, (0, 0), rng.uniform(0.3, 2))
    if rng.random() < 0.5:  # edges one or two pixels of the photo off
        move = np.array([[1, 0, rng.normal(0, 0.7)], [0, 1, rng.normal(0, 0.7)]])
        depth = cv2.warpAffine(
            depth, move, (width, height), borderMode=cv2.BORDER_REPLICATE
        )
    if rng.random() < 0.3:
        error = rng.normal(0, 0.015, (4, 4)).astype(np.float32)
        depth = depth + cv2.resize(
            error, (width, height), interpolation=cv2.INTER_CUBIC
        )
    if rng.random() < 0.2:
        steps = np.float32(rng.integers(16, 128))
        depth = np.rint(depth * steps) / steps
    return np.clip(depth, 0, 1)
