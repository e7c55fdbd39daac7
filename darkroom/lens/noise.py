"""A photo's own noise, measured where the photo is calm: in sRGB's values.

Of its deviation at each brightness, its spectrum and its mixture of colours. Noise that
cannot be told from texture, or that JPEG has smoothed away, is none.
"""

from __future__ import annotations

import dataclasses
import functools
import math
from typing import NamedTuple

import cv2
import numpy as np

from darkroom import pixels
from darkroom.pixels import Array
from darkroom.remembered import remembered

_PATCH = 16  # pixels per side of what is looked at at a time
_CELL = 4  # of a patch: their means tell its structure, what is in them its noise
_MOST = 4096  # patches looked at
_LEVELS = 12  # of brightness
_FEW = 8  # patches of a level that tell nothing
_CALM = 0.25  # share of a level's patches that are the calmest
_OVER_FLOOR = 1.3  # deviation over that of the very calmest, above which it is texture
_AGREEING = 0.4  # share of the patches whose levels must tell a noise
_LEAST, _GREATEST = 0.45 / 255, 10 / 255  # deviation: rounding below, texture above
# Ratio of the deviations of neighbouring levels, from bright to dark and the other way:
# a tone curve flattens the highlights' noise; noise that grows with light is texture.
_STEEPEST, _RISING = 1.5, 1.15
_FLOOR = 0.92  # of a patch's deviation that 1 in 20 are below, by chance
_UNEVEN = 8.0  # structure over noise in the calmest patches, above which it is texture
_SLANTED = 0.12  # difference of the correlations along the diagonals, above: texture
_UPRIGHT = 0.43  # along columns and rows; photos have 0.37 at most, brushed metal 0.5
TILE = 512  # pixels per side, repeated over the picture
_ENDS = (0.02, 0.98)  # brightness beyond which noise is cut off
_LUMA = np.array((0.299, 0.587, 0.114), np.float32)


@dataclasses.dataclass(frozen=True)
class Noise:
    """A photo's noise.

    Attributes:
      deviation: `[256]` of the brightness, by brightness.
      tile: `[512, 512, 3]` float32, noise whose brightness has a deviation of 1.
    """

    deviation: Array
    tile: Array


def measured(photo: Array, where: Array) -> Noise | None:
    """Measures noise in the calm parts of a photo.

    Args:
      photo: `[H, W, 3]` uint8, uint16 or float in [0, 1].
      where: `[H, W]` bool, where it is sharp; if that tells nothing, all of it counts.

    Returns:
      None where there is none that can be told from texture.
    """
    patches = _patches(photo)
    # row by row first: that runs along what is contiguous
    sharp = np.all(np.all(_split(where), axis=1), axis=2).ravel()
    return _of_patches(patches, sharp) or _of_all(photo)


@remembered
def _of_all(photo: Array) -> Noise | None:
    """Measures the noise of all of a photo's patches."""
    patches = _patches(photo)
    return _of_patches(patches, np.ones(len(patches.level), bool))


class _Patches(NamedTuple):
    """Patches from all over a photo.

    Attributes:
      colours: `[n, 16, 16, 3]` float32 in [0, 1].
      structure: `[n]`, the deviation of the means of a patch's cells.
      spread: `[n]`, the deviation within its cells.
      level: `[n]`, its brightness.
    """

    colours: Array
    structure: Array
    spread: Array
    level: Array


def _split(values: Array) -> Array:
    """Returns the patches of an array `[H, W, ...]`: `[rows, 16, columns, 16, ...]`."""
    rows, columns = (side // _PATCH for side in values.shape[:2])
    every = math.ceil(math.sqrt(max(1, rows * columns / _MOST)))
    whole = values[: rows * _PATCH, : columns * _PATCH]
    split = whole.reshape(rows, _PATCH, columns, _PATCH, *values.shape[2:])
    return split[::every, :, ::every]


@remembered
def _patches(photo: Array) -> _Patches:
    some = _split(photo).swapaxes(1, 2).reshape(-1, _PATCH, _PATCH, 3)
    patches = pixels.to_float(np.ascontiguousarray(some))
    luma = patches @ _LUMA
    parts = _PATCH // _CELL
    cells = luma.reshape(-1, parts, _CELL, parts, _CELL)
    means = cells.mean(axis=(2, 4))
    structure = means.std(axis=(1, 2))
    inside = cells - means[:, :, None, :, None]
    count = _CELL * _CELL
    spread = np.sqrt((inside**2).mean(axis=(1, 2, 3, 4)) * count / (count - 1))
    return _Patches(patches, structure, spread, luma.mean(axis=(1, 2)))


def _of_patches(patches: _Patches, chosen: Array) -> Noise | None:
    """Measures the noise of some of a photo's patches; None where it cannot be told."""
    if chosen.sum() < _FEW:
        return None
    colours, structure, spread, level = patches
    bins = np.minimum((level * _LEVELS).astype(int), _LEVELS - 1)
    calm: list[Array] = []
    known = []
    looked_at = told = 0
    for number in range(_LEVELS):
        there = np.flatnonzero(bins == number)
        inner = (level[there] > _ENDS[0]) & (level[there] < _ENDS[1])
        there = there[inner & (spread[there] > 0)]
        own = there[chosen[there]]
        if len(own) < _FEW:
            continue
        calmest = own[np.argsort(structure[own])[: max(_FEW, int(_CALM * len(own)))]]
        deviation = float(np.median(spread[calmest]))
        uneven = float(np.median(structure[calmest])) * _CELL / deviation
        # No part of a photo is calmer than its noise, so texture has calmer ones.
        floor = float(np.percentile(spread[there], 5))
        looked_at += len(own)
        if (
            _LEAST <= deviation <= _GREATEST
            and uneven < _UNEVEN
            and deviation < _OVER_FLOOR * floor
        ):
            told += len(own)
            deviation = min(deviation, floor / _FLOOR)
            known.append((float(level[calmest].mean()), deviation))
            calm.append(calmest)
    if told < _AGREEING * looked_at or not known:
        return None
    at, deviations = np.array(known).T
    # A level that is all texture stands out of its neighbours.
    above = (at[:, None] - at) * _LEVELS
    most = np.where(above > 0, _RISING**above, _STEEPEST**-above)
    deviations = (deviations * most).min(axis=1)
    brightness = np.arange(256) / 255
    curve = np.interp(brightness, at, deviations)
    curve[(brightness < _ENDS[0] / 2) | (brightness > _ENDS[1])] = 0
    tile = _tile(colours[np.concatenate(calm)])
    return None if _runs_one_way(tile) else Noise(curve.astype(np.float32), tile)


def _runs_one_way(tile: Array) -> bool:
    """Tells wood, metal, cloth and hair by neighbours that are more alike one way.

    A sensor, a demosaicing and JPEG treat both diagonals as one, and rows and columns
    nearly so.
    """
    luma = tile @ _LUMA

    def alike(down: int, right: int) -> float:
        moved = np.roll(luma, (down, right), (0, 1))
        return float((luma * moved).mean() / (luma * luma).mean())

    upright = sum(alike(n, 0) - alike(0, n) for n in (1, 2))
    return abs(alike(1, 1) - alike(1, -1)) > _SLANTED or abs(upright) > _UPRIGHT


def _tile(calm: Array) -> Array:
    """Makes noise of the spectrum and the mixture of colours that patches have."""
    smooth = np.stack([cv2.blur(one, (9, 9)) for one in calm[:256]])
    rest = calm[:256] - smooth
    rest -= rest.mean(axis=(1, 2), keepdims=True)
    window = np.hanning(_PATCH + 2)[1:-1].astype(np.float32)
    windowed = (rest @ _LUMA) * window[:, None] * window
    power = (np.abs(np.fft.fft2(windowed)) ** 2).mean(axis=0)
    kernel = np.fft.fftshift(np.fft.ifft2(np.sqrt(power)).real).astype(np.float32)
    mixture = np.cov(rest.reshape(-1, 3), rowvar=False) + 1e-9 * np.eye(3)
    coloured = _white() @ np.linalg.cholesky(mixture).T.astype(np.float32)
    # As if on a torus, so that the tile repeats without a seam.
    around = cv2.copyMakeBorder(coloured, *(_PATCH,) * 4, cv2.BORDER_WRAP)
    noise = cv2.filter2D(around, -1, kernel)[_PATCH:-_PATCH, _PATCH:-_PATCH]
    return np.ascontiguousarray(noise / (noise @ _LUMA).std())


@functools.cache
def _white() -> Array:
    """Returns white noise of a tile's size: the same for all photos."""
    return np.random.default_rng(0).standard_normal((TILE, TILE, 3), np.float32)
