"""What must hold whatever the scene: light is kept, radius 0 changes nothing."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.lens import renderers
from darkroom import lens, pixels

Array = np.ndarray[Any, Any]

RADII = (0.7, 2.5, 6.0, 13.0, 30.0)
_BORDER = 48  # of black; wider than any disc, so that no light leaves the picture


def energy(render: renderers.Renderer) -> float:
    """The largest relative error of all light, in linear light, over `RADII`.

    The picture is fine texture with bright dots, none of it clipped, in a wide black
    border, all at one distance and out of focus.
    """
    photo = _night()
    disparity = np.full(photo.shape[:2], 0.5, np.float32)
    light = pixels.to_linear(photo).sum(dtype=np.float64)
    return max(
        abs(_light(render(photo, disparity, 0.0, radius / 0.5)) / light - 1)
        for radius in RADII
    )


def _light(picture: Array) -> float:
    return float(pixels.to_linear(picture).sum(dtype=np.float64))


def _night() -> Array:
    """`[H, W, 3]` uint8."""
    rng = np.random.default_rng(0)
    texture = rng.integers(10, 120, (48, 64, 3), np.uint8)
    texture[rng.random((48, 64)) < 0.03] = 250
    return np.pad(texture, ((_BORDER, _BORDER), (_BORDER, _BORDER), (0, 0)))


def identity() -> bool:
    """Whether `lens.blur` with radius 0 returns the picture bit for bit."""
    rng = np.random.default_rng(1)
    linear = rng.random((48, 64, 3), np.float32)
    disparity = rng.random((48, 64), np.float32)
    return bool(np.array_equal(lens.blur(linear, disparity, 0.3, 0.0), linear))
