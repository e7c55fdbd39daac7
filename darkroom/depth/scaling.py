"""From a map's numbers to a disparity in [0, 1]: units, holes, the stretch."""

from __future__ import annotations

import numpy as np

from darkroom import pixels
from darkroom.pixels import Array

UNITS = ("disparity", "depth", "metres")
# Percents of known distances, at each end, that do not set the range: one stray pixel
# at a centimetre would leave nothing of all others.
STRAYS = 0.1


def to_disparity(values: Array, unit: str) -> Array:
    """Turns a map's numbers into a disparity, `[H, W]` float32 in [0, 1], 1 is nearest.

    Disparities of 8 or 16 bits are fractions of what these bits hold, and floats in
    [0, 1] stay as they are. All else is stretched from its least to its most: blur is
    linear in disparity (`darkroom.lens`), so that only shifts the focus and scales the
    radius, and both are the user's to choose.

    Args:
      values: `[H, W]` uint8, uint16 or float32. Without a reading are infinite
        disparities, and 0 or negative metres; infinite metres are infinitely far.
      unit: "disparity"; or "metres" or "depth", a distance in any unit, whose strays
        are clipped before 1/x is taken.

    Raises:
      ValueError: an unknown unit, a NaN, or no reading at all.
    """
    if unit not in UNITS:
        raise ValueError(
            f"a depth map's unit is disparity, depth or metres; got {unit}"
        )
    if values.dtype.kind == "f" and np.isnan(values).any():
        raise ValueError(
            f"{np.isnan(values).mean():.1%} of its values are NaN; expected numbers: "
            "where there is no reading write inf in a disparity, or 0 in metres"
        )
    if unit != "disparity":
        distance = values.astype(np.float32)
        known = distance > 0
        distance = without_strays(distance)
        inverse = np.divide(1, distance, where=known, out=np.zeros_like(distance))
        return stretched(filled(inverse, known))
    if values.dtype.kind == "u" or (values.min() >= 0 and values.max() <= 1):
        return pixels.to_float(values)
    return stretched(filled(values, np.isfinite(values)))


def inverse_metres(distance: Array) -> tuple[float, float] | None:
    """Returns the 1 / metres that `to_disparity` of metres turns into 0 and 1.

    Args:
      distance: `[H, W]` in metres, as there. Without a reading None is returned.
    """
    usual = without_strays(distance.astype(np.float32))
    known = usual[usual > 0]
    return (float(1 / known.max()), float(1 / known.min())) if known.size else None


def without_strays(distance: Array) -> Array:
    """Clips what is nearer or farther than nearly all else; infinite ones stay.

    Args:
      distance: float32, of any shape; 0 and below is no reading, and stays.
    """
    measured = distance[np.isfinite(distance) & (distance > 0)]
    if not measured.size:
        return distance
    least, most = np.percentile(measured, (STRAYS, 100 - STRAYS), method="nearest")
    usual = np.clip(distance, least, most)
    return np.where(np.isfinite(distance) & (distance > 0), usual, distance)


def stretched(disparity: Array) -> Array:
    """Maps the least to 0 and the most to 1, float32; all to 0 if they are equal."""
    least, most = float(disparity.min()), float(disparity.max())
    scale = 1 / (most - least) if most > least else 0.0
    return ((disparity - least) * scale).astype(np.float32)


def filled(disparity: Array, known: Array) -> Array:
    """Gives what is not known the farther of its known neighbours left and right.

    Cameras that see depth from two places are blind where a near edge hides the
    background from one of them: what is missing there is background.

    Args:
      disparity: `[H, W]` float.
      known: `[H, W]` bool.

    Raises:
      ValueError: nothing is known.
    """
    if known.all():
        return disparity
    if not known.any():
        raise ValueError("it holds no reading at all; expected numbers above 0")
    width = disparity.shape[1]
    column = np.arange(width, dtype=np.int32)
    left = np.maximum.accumulate(np.where(known, column, -1), axis=1)
    right = np.where(known, column, width)[:, ::-1]
    right = np.minimum.accumulate(right, axis=1)[:, ::-1]
    beyond = np.pad(disparity, ((0, 0), (0, 1)), constant_values=np.inf)
    rows = np.arange(len(disparity))[:, None]  # index -1 and width are both beyond
    farther = np.minimum(beyond[rows, left], beyond[rows, right])
    some = np.flatnonzero(known.any(axis=1))
    closest = np.searchsorted((some[1:] + some[:-1]) / 2, rows[:, 0])
    return np.where(known, disparity, farther[some[closest]])
