"""Grids coarser than the photo, on which a large blur costs as little as a small one.

A layer is reduced to means of cells, filtered, and enlarged bilinearly. Reducing and
enlarging blur, too: a point of light becomes a tent over a box. So the filter is not
the disc itself, but the one whose sum of such spots is closest to the disc: a
least-squares fit in a space of splines (Unser, Aldroubi and Eden, "B-spline signal
processing", IEEE Transactions on Signal Processing 1993). Near its rim some of its
weights are below 0.
"""

from __future__ import annotations

import functools
import math

import cv2
import numpy as np

from darkroom.lens import aperture as apertures
from darkroom.lens.aperture import Aperture
from darkroom.pixels import Array

_CELLS = 2.5  # of the grid per blur radius, at least
_FINE = 4  # parts of a cell's side in which a filter is fitted
_SMALL = 2.5  # pixels of radius up to which a disc's variance depends on the pixels


def step(radius: float) -> int:
    """Returns the pixels per cell of the coarsest grid that shows a disc well."""
    return 2 ** max(0, math.floor(math.log2(max(radius, 1) / _CELLS)))


def reduced(values: Array, step: int) -> Array:
    """Returns the means of cells of `step` pixels, a power of 2."""
    # OpenCV halves ten times faster than it does anything else
    while step > 1:
        size = (values.shape[1] // 2, values.shape[0] // 2)
        values = cv2.resize(values, size, interpolation=cv2.INTER_AREA)
        step //= 2
    return values


def enlarged(values: Array, step: int) -> Array:
    """Enlarges `[h, w, ...]` to `[h * step, w * step, ...]`, bilinearly."""
    if step == 1:
        return values
    size = (values.shape[1] * step, values.shape[0] * step)
    return cv2.resize(values, size, interpolation=cv2.INTER_LINEAR)


@functools.lru_cache(maxsize=128)
def kernel(
    aperture: Aperture, radius: float, step: int, field: tuple[float, float]
) -> Array:
    """Returns the filter of a grid's cells that makes a disc when it is enlarged.

    Args:
      aperture, radius, field: as of `aperture.point`; the radius in pixels.
      step: pixels per cell.

    Returns:
      `[n, n]` float32, read-only, of sum 1; n is odd.
    """
    if step > _FINE:  # a grid of cells as fine as the fit needs, in place of pixels
        radius, step = radius * _FINE / step, _FINE
    disc = apertures.point(aperture, radius, field)
    if step == 1:
        if disc.size == 1 or abs(radius) > _SMALL:
            return disc
        return _steady(disc, apertures.point(aperture, _FINE * radius, field))
    # what a cell's light becomes along an axis, around the middle of both
    tent = 1 - np.abs((np.arange(2 * step) + 0.5) / step - 1)
    spot = np.convolve(np.full(step, 1 / step), tent)
    places = np.arange(len(spot)) - (len(spot) - 1) / 2
    reach = len(disc) // 2
    cells = math.ceil(reach / step)
    x = np.arange(-cells, cells + 1)
    every = x[:, None] * step
    wide = np.arange(-(cells + 2) * step, (cells + 2) * step + 1)
    spots = np.interp(wide - every, places, spot, 0, 0)
    inside = np.interp(np.arange(-reach, reach + 1) - every, places, spot, 0, 0)

    def solved(right: Array) -> Array:  # the normal equations, one axis after the other
        gram = spots @ spots.T
        return np.linalg.solve(gram, np.linalg.solve(gram, right).T).T

    # Of all such sums the closest that keeps the disc's light and its variance: these
    # are what coarse detail is left by.
    even, square = np.ones((len(x), len(x))), (x**2 + x[:, None] ** 2).astype(float)
    fitted = step**2 * solved(inside @ disc @ inside.T)
    changes = solved(even), solved(square)
    variance = _variance(disc) - 2 * (spot * places**2).sum() / spot.sum()
    wanted = np.array([1, variance / step**2])
    moments = np.array([[(c * m).sum() for c in changes] for m in (even, square)])
    missing = wanted - [(fitted * m).sum() for m in (even, square)]
    for weight, change in zip(np.linalg.solve(moments, missing), changes, strict=True):
        fitted += weight * change
    return _frozen(fitted)


def _steady(disc: Array, fine: Array) -> Array:
    """Returns a small disc on the photo's own pixels, whose variance grows evenly.

    What it covers of each pixel depends on how its rim happens to meet them: at a
    radius of 1 its variance is 17 % too large, at 1.5 10 % too small. On a surface that
    recedes through all radii that shows.

    Args:
      disc: `[n, n]`, of which a little is moved outwards or inwards.
      fine: `[m, m]`, the same with `_FINE` times the radius.

    Returns:
      `[n + 2, n + 2]`.
    """
    wide = np.pad(disc.astype(np.float64), 1)
    pixel = 1 / 6  # the variance that being seen by pixels adds to the disc's own
    wanted = (_variance(fine) - pixel) / _FINE**2 + pixel
    change = cv2.Laplacian(wide, cv2.CV_64F, borderType=cv2.BORDER_REPLICATE)
    return _frozen(wide + (wanted - _variance(wide)) / _variance(change) * change)


def _variance(disc: Array) -> float:
    """Returns the sum of a filter's variances along both axes, in its cells."""
    away = np.arange(len(disc)) - len(disc) // 2
    return float((disc * (away**2 + away[:, None] ** 2)).sum())


def _frozen(values: Array) -> Array:
    values = values.astype(np.float32)
    values.flags.writeable = False
    return values
