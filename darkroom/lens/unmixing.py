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

_COARSE = 23, 11, 5, 3  # cells: windows on the coarse grid
_FINE = 7, 3  # pixels: windows at full size
_CELLS = 200  # of the coarse grid along the photo's longer side, about
_BLOCK = 128  # pixels: only blocks with mixed pixels are done at full size
_BESIDE = 2  # cells beside the coarse grid in which it goes on
_LEAST = 1e-5  # of a window's weight


def unmixed(linear: Array, alpha: Array, where: Array) -> Pair:
    """Returns what is in front and what is behind, where pixels show both.

    Args:
      linear: `[H, W, 3]` float32, linear light.
      alpha: `[H, W]` float32 in [0, 1], how much of each pixel is what is in front.
      where: `[H, W]` uint8, not 0 in the `n` pixels of which it is wanted.

    Returns:
      front, behind: `[n, 3]`, row by row.
    """
    count = cv2.countNonZero(where)
    front, behind = np.empty((2, count, 3), np.float32)
    if not count:
        return front, behind
    guess = _Guess(linear, alpha, where)
    for inner, index in _blocks(where):
        outer = _wider(inner[0], len(where)), _wider(inner[1], where.shape[1])
        light, share = linear[outer], alpha[outer]
        inside = np.zeros(share.shape, bool)
        rows, columns = (
            slice(part.start - whole.start, part.stop - whole.start)
            for part, whole in zip(inner, outer, strict=True)
        )
        inside[rows, columns] = where[inner]
        mixture = _Mixture(light, share)
        both = mixture.fused(*mixture.corrected(*guess.part(*outer)), _FINE[:-1])
        both = mixture.means(*both, _FINE[-1])
        # The rest is of each pixel alone. Nothing is darker than black, so the first
        # correction may leave a lack, most of which the second gives to the other.
        own = np.flatnonzero(inside)
        alone = _Mixture(_picked(light, own), _picked(share, own))
        both = alone.corrected(*(_picked(values, own) for values in both))
        both = alone.corrected(*both)
        front[index], behind[index] = (values[0] for values in both)
    return front, behind


def _wider(part: slice, side: int) -> slice:
    """Returns rows or columns with what the windows around them reach."""
    margin = sum(size // 2 for size in _FINE)
    return slice(max(0, part.start - margin), min(part.stop + margin, side))


def _picked(values: Array, places: Array) -> Array:
    """Returns pixels of `[h, w, ...]` beside one another, `[1, n, ...]`."""
    each = values.shape[2:]
    return values.reshape(-1, *each).take(places, axis=0)[None]


def _blocks(where: Array) -> Iterator[tuple[tuple[slice, slice], Array]]:
    """Yields parts in which pixels are wanted, and which of all these each is."""
    first = 0
    for top in range(0, len(where), _BLOCK):
        band = where[top : top + _BLOCK]
        places = np.flatnonzero(band > 0)
        order = np.empty(band.shape, np.int32)
        order.ravel()[places] = np.arange(first, first + len(places))
        first += len(places)
        for left in range(0, band.shape[1] if len(places) else 0, _BLOCK):
            here = np.ascontiguousarray(band[:, left : left + _BLOCK])
            x, y, across, down = cv2.boundingRect(here)
            if across:
                rows, columns = slice(y, y + down), slice(left + x, left + x + across)
                index = order[rows, columns][band[rows, columns] > 0]
                yield (slice(top + y, top + y + down), columns), index


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
            coarse.reduced(values[rows, columns], step) for values in (linear, alpha)
        )
        both = _Mixture(light, share).fused(light, light, _COARSE)
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

    Args:
      light: `[h, w, 3]`.
      alpha: `[h, w]`, how much of each pixel is what is in front.
    """

    def __init__(self, light: Array, alpha: Array) -> None:
        clear = 1 - alpha
        least = 1 / (alpha * alpha + clear * clear)
        self.light = light
        self.shares = alpha, clear
        self.wide = [_triple(share) for share in self.shares]
        self.gains = [_triple(share * least) for share in self.shares]

    def corrected(self, front: Array, behind: Array) -> Pair:
        """Changes both by as little as makes their mixture the photo."""
        lack = cv2.subtract(self.light, cv2.multiply(front, self.wide[0]))
        cv2.subtract(lack, cv2.multiply(behind, self.wide[1]), dst=lack)
        front, behind = (
            _at_least_0(cv2.add(values, cv2.multiply(lack, gain)))
            for values, gain in zip((front, behind), self.gains, strict=True)
        )
        return front, behind

    def means(self, front: Array, behind: Array, size: int) -> Pair:
        """Smooths both within a window, by their shares."""
        front, behind = (
            self._mean(values, which, size)
            for which, values in enumerate((front, behind))
        )
        return front, behind

    def fused(self, front: Array, behind: Array, sizes: tuple[int, ...]) -> Pair:
        """Smooths both within windows, and corrects them each time."""
        for size in sizes:
            front, behind = self.corrected(*self.means(front, behind, size))
        return front, behind

    def _mean(self, values: Array, which: int, size: int) -> Array:
        window, border = (size, size), cv2.BORDER_REPLICATE
        weight = cv2.blur(self.shares[which], window, borderType=border)
        total = cv2.multiply(values, self.wide[which])
        total = cv2.blur(total, window, borderType=border)
        return cv2.divide(total, _triple(weight + np.float32(_LEAST)))


def _triple(share: Array) -> Array:
    return cv2.cvtColor(share, cv2.COLOR_GRAY2RGB)


def _at_least_0(values: Array) -> Array:
    return cv2.threshold(values, 0, 0, cv2.THRESH_TOZERO, dst=values)[1]
