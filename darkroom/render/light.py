"""The photo's light, given back to what a network drew of it.

A lens spreads light and makes none: around each place, a picture's linear light is
the photo's, spread as wide. A network's is not quite, as instance norms take a
picture's tone away and the finer levels guess it. The method is this project's own;
its numbers were chosen on training scenes.
"""

from __future__ import annotations

import math

import numpy as np

from darkroom import pixels
from darkroom.pixels import Array

AROUND = 0.4  # of the widest blur's radius: a Gaussian's standard deviation
COARSE = 3  # pixels a standard deviation: light around a place changes slowly
DARK = 0.01  # light added on both sides of a ratio: what is black has no hue
MOST = 2.0  # how much brighter or darker a place may become
WHITE = 0.95  # from which code on a photo does not tell how bright a lamp is
# The share of a place's surroundings that, if white, leaves its light unknown.
LAMP = 0.003


def kept(drawn: Array, seen: Array, blur: Array, widest: float) -> Array:
    """Returns a network's picture with the light that the photo has around each place.

    Light is compared in a Gaussian window. A disc of radius r has the standard
    deviation r / 2, so the photo's light, spread by it, is about what a wider window
    holds; for a radius between none and the widest it lies between two windows, as the
    variance does. Where the photo is white, as lamps are, its light is not known, and
    the network's guess stays.

    Args:
      drawn: `[h, w, 3]` float32 in [0, 1], sRGB-encoded, the network's picture.
      seen: of the same size, the photo that it was drawn from.
      blur: `[h, w]`, the blur's radius in pixels.
      widest: what `blur` is at most.

    Returns:
      `[h, w, 3]` float32 in [0, 1].
    """
    import cv2

    window, soft = AROUND * widest, math.hypot(AROUND, 0.5) * widest
    step = max(1, int(window / COARSE))
    size = drawn.shape[0] // step or 1, drawn.shape[1] // step or 1

    def around(coarse: Array, deviation: float) -> Array:
        return cv2.GaussianBlur(coarse, (0, 0), deviation / step)

    light = pixels.to_linear(drawn)
    photo, own, spread, white = (
        pixels.resize_to(values, size)
        for values in (
            pixels.to_linear(seen),
            light,
            blur / np.float32(widest),
            (seen.max(axis=-1) > WHITE).astype(np.float32),
        )
    )
    spread = (spread**2)[..., None]
    before = around(photo, window)
    before += spread * (around(photo, soft) - before)
    ratio = (before + DARK) / (around(own, window) + DARK)
    known = 1 - np.minimum(around(white, widest) / LAMP, 1)[..., None]
    gain = np.clip(ratio, 1 / MOST, MOST) ** known
    # what is resized stays in [0, 1]
    light *= MOST * pixels.resize_to(gain / MOST, drawn.shape[:2])
    return np.clip(pixels.to_srgb(light), 0, 1)
