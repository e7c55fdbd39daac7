"""Un-mixes pixels that show two things at once: what is in front, and what is behind.

A matte says that a pixel is `a F + (1 - a) B`; which colours F and B are it does not
say. Both go on from where they are seen alone, and what their mixture lacks of the
photo is given to both, to each by its share: blur fusion (Forte, "Approximate fast
foreground colour estimation", ICIP 2021), which gives it to F alone, here at several
widths, the wide ones on a coarse grid. Light mixes, so this is done in linear light.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import cv2
import numpy as np

from darkroom.lens import coarse
from darkroom.pixels import Array

Pair = tuple[Array, Array]  # what is in front, what is behind
Block = tuple[slice, slice]  # rows and columns

_COARSE = 23, 11, 5, 3, 3, 3  # cells: windows on the coarse grid
_FINE = 7, 3  # pixels: windows at full size
_CELLS = 200  # of the coarse grid along the photo's longer side, about
_MARGIN = sum(size // 2 for size in _FINE)  # that the windows reach beyond a block
_BLOCK = 128  # pixels: only blocks with mixed pixels are done at full size
_BESIDE = 2  # cells beside the coarse grid in which it goes on
_LEAST = 1e-5  # of a window's weight


def unmixed(linear: Array, alpha: Array, where: Array) -> Pair:
    """Returns what is in front and what is behind, where pixels show both.

    Args:
      linear: `[H, W, 3]` float32, linear light.
      alpha: `[H, W]` float32 in [0, 1], how much of each pixel is what is in front.
      where: `[H, W]` uint8, not 0 in the `n` pixels of which it is wanted, where alpha
        is neither 0 nor 1.

    Returns:
      front, behind: `[n, 3]`, row by row.
    """
    count = cv2.countNonZero(where)
    if not count:
        front, behind = np.empty((2, 0, 3), np.float32)
        return front, behind
    guess = _Guess(linear, alpha, where)
    width, found = where.shape[1], []
    for top in range(0, len(where), _BLOCK):
        band = where[top : top + _BLOCK]
        places = np.flatnonzero(band > 0)
        if not len(places):
            continue
        rows = slice(top, top + len(band))
        parts = np.empty((2, len(band), width, 3), np.float32)  # where it is wanted
        for down, across in _blocks(band):
            block = slice(top + down.start, top + down.stop), across
            parts[:, down, across] = _fine(linear, alpha, guess, block)
        # The rest is of each pixel alone. Nothing is darker than black, so the first
        # correction may leave a lack, most of which the second gives to the other.
        alone = _Mixture(_picked(linear[rows], places), _picked(alpha[rows], places))
        ahead, beyond = (_picked(part, places) for part in parts)
        ahead, beyond = alone.corrected(*alone.corrected(ahead, beyond))
        found.append(alone.colours(ahead, beyond))
    front, behind = (
        np.concatenate(values, axis=1)[0] for values in zip(*found, strict=True)
    )
    return front, behind


def _fine(linear: Array, alpha: Array, guess: _Guess, block: Block) -> Pair:
    """Returns both parts of the light in a block, smoothed at full size."""
    outer = tuple(
        slice(max(0, part.start - _MARGIN), min(part.stop + _MARGIN, side))
        for part, side in zip(block, alpha.shape, strict=True)
    )
    mixture = _Mixture(linear[outer], alpha[outer])
    parts = mixture.parts(*guess.part(*outer))
    for size in _FINE:
        parts = mixture.smoothed(*mixture.corrected(*parts), size)
    ahead, beyond = parts
    inner = tuple(
        slice(part.start - whole.start, part.stop - whole.start)
        for part, whole in zip(block, outer, strict=True)
    )
    return ahead[inner], beyond[inner]


def _picked(values: Array, places: Array) -> Array:
    """Returns pixels of `[h, w, ...]` beside one another, `[1, n, ...]`."""
    each = values.shape[2:]
    return values.reshape(-1, *each).take(places, axis=0)[None]


def _blocks(band: Array) -> Iterator[Block]:
    """Yields the parts of a band of rows in which pixels are wanted."""
    for left in range(0, band.shape[1], _BLOCK):
        here = np.ascontiguousarray(band[:, left : left + _BLOCK])
        x, y, across, down = cv2.boundingRect(here)
        if across:
            yield slice(y, y + down), slice(left + x, left + x + across)


class _Guess:
    """What is in front and behind around all mixed pixels, on a coarse grid.

    Args:
      linear, alpha, where: as in `unmixed`.
    """

    def __init__(self, linear: Array, alpha: Array, where: Array) -> None:
        x, y, width, height = cv2.boundingRect(where)
        finest = math.floor(math.log2(min(alpha.shape)))  # a cell at least
        cells = round(math.log2(max(alpha.shape) / _CELLS))
        self._step = step = 2 ** max(0, min(cells, finest))
        margin = _COARSE[0] * step
        self._top, self._left = max(0, y - margin), max(0, x - margin)
        rows = slice(self._top, min(y + height + margin, len(alpha)))
        columns = slice(self._left, min(x + width + margin, alpha.shape[1]))
        rows, columns = (
            slice(part.start, part.stop - (part.stop - part.start) % step)
            for part in (rows, columns)
        )
        light, share = (
            _means(values[rows, columns], step) for values in (linear, alpha)
        )
        mixture = _Mixture(light, share)
        parts = mixture.parts(light, light)
        for size in _COARSE[:-1]:
            parts = mixture.corrected(*mixture.smoothed(*parts, size))
        both = mixture.colours(*parts, _COARSE[-1])
        # its edge goes on, for what lies beside it or is no whole cell
        self._both = [
            cv2.copyMakeBorder(values, *(_BESIDE,) * 4, cv2.BORDER_REPLICATE)
            for values in both
        ]

    def part(self, rows: slice, columns: slice) -> Pair:
        """Returns both at the photo's size, bilinearly."""
        step = self._step
        top, left = rows.start - self._top, columns.start - self._left
        down, across = rows.stop - rows.start, columns.stop - columns.start
        cells = tuple(
            slice(first // step - 1 + _BESIDE, -(-(first + side) // step) + 1 + _BESIDE)
            for first, side in ((top, down), (left, across))
        )
        y, x = top % step + step, left % step + step
        front, behind = (
            coarse.enlarged(values[cells], step)[y : y + down, x : x + across]
            for values in self._both
        )
        return front, behind


class _Mixture:
    """A part of the photo, and how it is mixed.

    What a pixel shows is the sum of two parts, each a colour times its share.

    Args:
      light: `[h, w, 3]`.
      alpha: `[h, w]`, how much of each pixel is what is in front.
    """

    def __init__(self, light: Array, alpha: Array) -> None:
        clear = 1 - alpha
        self._light, self._share = light, (alpha, clear)
        self._shares = _triple(alpha), _triple(clear)
        square = alpha * alpha
        self._ahead = _triple(square / (square + clear * clear))

    def parts(self, front: Array, behind: Array) -> Pair:
        """Returns what a pixel shows of each of two colours."""
        ahead, beyond = (
            cv2.multiply(colour, share)
            for colour, share in zip((front, behind), self._shares, strict=True)
        )
        return ahead, beyond

    def corrected(self, ahead: Array, beyond: Array) -> Pair:
        """Changes both colours by as little as makes their parts' sum the photo."""
        lack = cv2.subtract(self._light, ahead)
        cv2.subtract(lack, beyond, dst=lack)
        cv2.multiply(lack, self._ahead, dst=lack)
        ahead = cv2.add(ahead, lack, dst=lack)
        beyond = cv2.subtract(self._light, ahead)
        return _at_least_0(ahead), _at_least_0(beyond)

    def smoothed(self, ahead: Array, beyond: Array, size: int) -> Pair:
        """Smooths both colours within a window, by their shares."""
        ahead, beyond = (
            cv2.multiply(_blurred(part, size), _triple(share / weight))
            for part, share, weight in zip(
                (ahead, beyond), self._share, self._weights(size), strict=True
            )
        )
        return ahead, beyond

    def colours(self, ahead: Array, beyond: Array, size: int = 1) -> Pair:
        """Returns both colours, smooth within a window, by their shares."""
        front, behind = (
            cv2.divide(_blurred(part, size), _triple(weight))
            for part, weight in zip((ahead, beyond), self._weights(size), strict=True)
        )
        return front, behind

    def _weights(self, size: int) -> Pair:
        around = _blurred(self._share[0], size)
        return around + np.float32(_LEAST), np.float32(1 + _LEAST) - around


def _blurred(values: Array, size: int) -> Array:
    """Returns means of windows; of the smallest ones a filter is faster than a blur."""
    if size > 3:
        return cv2.blur(values, (size, size), borderType=cv2.BORDER_REPLICATE)
    if size == 1:
        return values
    mean = np.full(size, 1 / size)
    return cv2.sepFilter2D(values, -1, mean, mean, borderType=cv2.BORDER_REPLICATE)


def _means(values: Array, step: int) -> Array:
    """Returns the means of cells; of three channels this is faster than halving."""
    size = values.shape[1] // step, values.shape[0] // step
    return cv2.resize(values, size, interpolation=cv2.INTER_AREA)


def _triple(share: Array) -> Array:
    return cv2.cvtColor(share, cv2.COLOR_GRAY2RGB)


def _at_least_0(values: Array) -> Array:
    return cv2.threshold(values, 0, 0, cv2.THRESH_TOZERO, dst=values)[1]
