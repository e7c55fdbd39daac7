"""What a stereo pair looks like in a mirror, or to another camera.

Godard et al. 2017, section 4. NumPy arrays `[H, W, 3]`, float32 in [0, 1]; whatever
happens to one picture happens to the other, so that the pair still shows one scene.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

GAMMA, BRIGHTNESS, COLOUR = (0.8, 1.2), (0.5, 2.0), (0.8, 1.2)


def augmented(
    left: Array, right: Array, chance: np.random.Generator
) -> tuple[Array, Array]:
    """The pair, half of the time mirrored, and half of the time in other tones."""
    if chance.random() < 0.5:
        left, right = mirrored(left, right)
    if chance.random() < 0.5:
        gamma, brightness = chance.uniform(*GAMMA), chance.uniform(*BRIGHTNESS)
        gain = brightness * chance.uniform(*COLOUR, size=3)
        left, right = toned(left, gamma, gain), toned(right, gamma, gain)
    return left, right


def mirrored(left: Array, right: Array) -> tuple[Array, Array]:
    """The pair in a mirror, where the right camera stands on the left."""
    return right[:, ::-1], left[:, ::-1]


def toned(picture: Array, gamma: float, gain: float | Array) -> Array:
    """`gain * picture ** gamma`, clipped to [0, 1]; one gain, or one per channel."""
    toned = np.power(picture, np.float32(gamma)) * np.asarray(gain, np.float32)
    return np.clip(toned, 0, 1, out=toned)
