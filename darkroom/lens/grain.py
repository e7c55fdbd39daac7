"""Grain: blur smooths a photo's noise away, and what it smoothed looks pasted on.

So the blurred part gets the noise back that the sharp part has (`darkroom.lens.noise`).
Where none can be measured, nothing is added. All of it is in sRGB's values.
"""

from __future__ import annotations

import math

import cv2
import numpy as np

from darkroom import pixels
from darkroom.lens.noise import TILE, Noise, measured
from darkroom.pixels import Array

_BAND = 64  # rows worked on at a time; they stay in the cache
_DEPTHS = {"uint8": cv2.CV_8U, "uint16": cv2.CV_16U, "float32": cv2.CV_32F}
_COARSE = 8  # pixels per cell in which the spread of what is in front is found
_STEPS = 5  # of its radius


def restored(
    picture: Array,
    photo: Array,
    disparity: Array,
    focus: float,
    radius: float,
    focal_range: float = 0.0,
    amount: float = 1.0,
) -> Array:
    """Gives the blurred part of a picture the photo's own grain.

    Args:
      picture: `[H, W, 3]` uint8, uint16 or float, sRGB: what the lens made.
      photo: `[H, W, 3]`, of what.
      disparity, focus, radius, focal_range: as in `lens.blur`.
      amount: 1 for as much as the sharp part has, 0 for none.

    Returns:
      `[H, W, 3]` of the picture's type; the picture itself where the photo has no
      noise that can be measured.
    """
    if not amount:
        return picture
    near = _blur_radius(disparity[::4, ::4], focus, radius, focal_range)
    if not (np.abs(near) > 0.5).any():
        return picture
    sharp = cv2.resize((np.abs(near) < 1).view(np.uint8), disparity.shape[::-1])
    noise = measured(photo, sharp > 0)
    if noise is None:
        return picture
    return _added(picture, noise, lost(disparity, focus, radius, focal_range), amount)


def _blur_radius(
    disparity: Array, focus: float, radius: float, focal_range: float
) -> Array:
    """Returns the signed blur radius in pixels, above 0 in front of the focus."""
    offset = disparity - np.float32(focus)
    beyond = np.maximum(np.abs(offset) - np.float32(focal_range / 2), 0)
    return np.copysign(np.float32(radius) * beyond, offset)


def lost(
    disparity: Array, focus: float, radius: float, focal_range: float = 0.0
) -> Array:
    """Returns the share of the noise's deviation that blur has taken, `[H, W]`.

    A disc of the radius r leaves 1 / (pi r^2) of white noise's variance. What is in
    front spreads over what is sharp.
    """
    gone = np.empty(disparity.shape, np.float32)
    for start in range(0, len(gone), _BAND):
        band = disparity[start : start + _BAND]
        signed = _blur_radius(band, focus, radius, focal_range)
        area = np.maximum(np.float32(math.pi) * signed * signed, 1)
        gone[start : start + _BAND] = cv2.sqrt(1 - 1 / area)
    height, width = disparity.shape
    size = (max(1, width // _COARSE), max(1, height // _COARSE))
    small = cv2.resize(disparity, size, interpolation=cv2.INTER_AREA)
    coarse = _blur_radius(small, focus, radius, focal_range)
    most = float(coarse.max())
    if most <= 1:
        return gone
    covered = np.zeros_like(coarse)
    for step in range(_STEPS):
        least, next_ = (most * n / _STEPS for n in (step, step + 1))
        front = ((coarse > max(least, 1)) & (coarse <= next_)).astype(np.float32)
        window = 2 * round((least + next_) / 2 / _COARSE) + 1
        covered = np.maximum(covered, cv2.blur(front, (window, window)))
    spread = cv2.resize(covered, (width, height), interpolation=cv2.INTER_LINEAR)
    for start in range(0, len(gone), _BAND):
        here = slice(start, start + _BAND)
        gone[here] += spread[here] * (1 - gone[here])
    return gone


def _added(picture: Array, noise: Noise, share: Array, amount: float) -> Array:
    """Adds noise, a band of rows at a time."""
    result = np.empty_like(picture)
    columns = -(-picture.shape[1] // TILE)
    wide = np.tile(noise.tile, (1, columns, 1))[:, : picture.shape[1]]
    top = 1.0 if picture.dtype.kind == "f" else float(np.iinfo(picture.dtype).max)
    table = noise.deviation * np.float32(amount * top)
    for start in range(0, len(picture), _BAND):
        own = picture[start : start + _BAND]
        rows = slice(start % TILE, start % TILE + len(own))
        level = cv2.cvtColor(pixels.to_uint8(own), cv2.COLOR_RGB2GRAY)
        strength = cv2.multiply(cv2.LUT(level, table), share[start : start + _BAND])
        added = cv2.multiply(wide[rows], cv2.merge([strength] * 3))
        # OpenCV rounds and clips whole numbers.
        band = cv2.add(own, added, dtype=cv2.CV_MAKETYPE(_DEPTHS[own.dtype.name], 3))
        result[start : start + _BAND] = band
    return np.clip(result, 0, 1) if picture.dtype.kind == "f" else result
