"""Scenes that a camera has captured: photos with measured depth, through the lens.

Their edges, textures and depths are real; what hides behind near things is not known,
so the shallow picture is `darkroom.lens`'s, not traced.
"""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np

from darkroom import lens, pixels
from darkroom.io import depth_maps
from darkroom.pixels import Array
from darkroom.scenes import photos, stage, textures
from darkroom.scenes.photos import Rng

SHARE = 0.15  # of the scenes, where there are such photos
_SLAB = 0.05  # half of the disparities that count as one thing


@dataclasses.dataclass(frozen=True)
class Captured:
    """A photo with its depth.

    Attributes:
      linear: `[H, W, 3]` float32, linear light.
      disparity: `[H, W]` float32 in [0, 1].
      focus: the subject's disparity.
    """

    linear: Array
    disparity: Array
    focus: float

    def shoot(self, K: float) -> Array:
        """Blurs it by `K` pixels per unit of disparity; returns linear light."""
        return lens.blur(self.linear, self.disparity, self.focus, K)


def draw(rng: Rng, sources: textures.Textures, size: tuple[int, int]) -> Captured:
    """Cuts a random part of a captured photo.

    Its nearest and farthest disparities are drawn, too: what depth networks give is
    free in scale and offset.
    """
    name = str(rng.choice(sources.captured))
    photo = photos.read(name)
    disparity = depth_maps.stored(textures.disparity_of(name)).astype(np.float32)
    zoom = min(photo.shape[0] / size[0], photo.shape[1] / size[1])
    zoom *= rng.uniform(0.75, 1.0)
    rows, columns = (max(2, int(side * zoom)) for side in size)
    y = int(rng.integers(0, photo.shape[0] - rows + 1))
    x = int(rng.integers(0, photo.shape[1] - columns + 1))
    part = np.s_[y : y + rows, x : x + columns]
    mirror = slice(None, None, -1 if rng.random() < 0.5 else 1)
    how = cv2.INTER_AREA if zoom > 1 else cv2.INTER_CUBIC
    photo = cv2.resize(photo[part][:, mirror].copy(), size[::-1], interpolation=how)
    near = cv2.resize(disparity[part][:, mirror].copy(), size[::-1])
    low, high = np.percentile(near, (0.5, 99.5))
    least, most = rng.uniform(0, 0.2), rng.uniform(0.75, 1.0)
    near = least + (most - least) * np.clip((near - low) / max(high - low, 1e-6), 0, 1)
    linear = photos.detailed(
        rng, sources, pixels.to_linear(photos.graded(rng, np.clip(photo, 0, 1)))
    )
    return Captured(linear, near.astype(np.float32), subject(near))


def subject(disparity: Array) -> float:
    """Returns the disparity of the nearest thing that covers 8 % of the picture.

    The rule of `stage`: the median of the nearest slab of disparities that holds so
    much.
    """
    for middle in np.arange(1.0, 0.0, -0.01):
        inside = np.abs(disparity - middle) <= _SLAB
        if inside.mean() >= stage.SUBJECT_COVERS:
            return float(np.median(disparity[inside]))
    return float(np.median(disparity))
