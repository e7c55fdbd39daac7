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

from darkroom.pixels import Array

Pair = tuple[Array, Array]  # what is in front, what is behind

_COARSE = 23, 11, 5, 3  # cells: windows on the coarse grid
_FINE = 7, 3  # pixels: windows at full size
_CELLS = 200  # of the coarse grid along the photo's longer side, about
_BLOCK = 128  # pixels: only blocks with mixed pixels are done at full size
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
    places = np.flatnonzero(where > 0)
    front, behind = np.empty((2, len(places), 3), np.float32)
    if not len(places):
        return front, behind
    x, y, width, height = cv2.boundingRect(where)
    finest = math.floor(math.log2(min(alpha.shape)))  # a cell at least
    step = 2 ** max(0, min(round(math.log2(max(alpha.shape) / _CELLS)), finest))
    margin = _COARSE[0] * step
    top, left = max(0, y - margin), max(0, x - margin)
    part = np.s_[top : y + height + margin, left : x + width + margin]
    coarse = _coarse(linear[part], alpha[part], step)
    for inner, outer in _blocks(where):
        place = outer[0].start - top, outer[1].start - left
        size = outer[0].stop - outer[0].start, outer[1].stop - outer[1].start
        guess = (_enlarged(values, step, place, size) for values in coarse)
        mixture = _Mixture(linear[outer], alpha[outer])
        both = mixture.fused(*mixture.corrected(*guess), _FINE)
        rows, columns = np.nonzero(where[inner] > 0)
        own = (rows + inner[0].start) * where.shape[1] + columns + inner[1].start
        index = np.searchsorted(places, own)
        rows += inner[0].start - outer[0].start
        columns += inner[1].start - outer[1].start
        for whole, values in zip((front, behind), both, strict=True):
            whole[index] = values[rows, columns]
    return front, behind


def _coarse(linear: Array, alpha: Array, step: int) -> Pair:
    """Returns front and behind on a grid of cells of `step` pixels."""
    size = alpha.shape[1] // step, alpha.shape[0] // step
    whole = np.s_[: size[1] * step, : size[0] * step]
    light, share = (
        cv2.resize(values, size, interpolation=cv2.INTER_AREA)
        for values in (linear[whole], alpha[whole])
    )
    return _Mixture(light, share).fused(light, light, _COARSE)


def _blocks(
    where: Array,
) -> Iterator[tuple[tuple[slice, slice], tuple[slice, slice]]]:
    """Yields the parts that are wanted, and each with a margin."""
    margin = sum(size // 2 for size in _FINE)
    height, width = where.shape
    for top in range(0, height, _BLOCK):
        for left in range(0, width, _BLOCK):
            here = where[top : top + _BLOCK, left : left + _BLOCK]
            x, y, across, down = cv2.boundingRect(np.ascontiguousarray(here))
            if not across:
                continue
            first, last = (top + y, left + x), (top + y + down, left + x + across)
            rows, columns = map(slice, first, last)
            yield (
                (rows, columns),
                (
                    slice(max(0, first[0] - margin), min(height, last[0] + margin)),
                    slice(max(0, first[1] - margin), min(width, last[1] + margin)),
                ),
            )


def _enlarged(
    cells: Array, step: int, place: tuple[int, int], size: tuple[int, int]
) -> Array:
    """Returns a part, `size` pixels at `place`, of a coarse grid, bilinearly."""
    if step == 1:
        return cells[place[0] : place[0] + size[0], place[1] : place[1] + size[1]]
    # cell k's middle is at pixel (k + .5) * step - .5
    offset = [(start + 0.5) / step - 0.5 for start in place[::-1]]
    matrix = np.array([[1 / step, 0, offset[0]], [0, 1 / step, offset[1]]])
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    shape = size[1], size[0]
    return cv2.warpAffine(
        cells, matrix, shape, flags=how, borderMode=cv2.BORDER_REPLICATE
    )


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
            np.maximum(cv2.add(values, cv2.multiply(lack, gain)), 0)
            for values, gain in zip((front, behind), self.gains, strict=True)
        )
        return front, behind

    def fused(self, front: Array, behind: Array, sizes: tuple[int, ...]) -> Pair:
        """Smooths both within windows, by their shares, and corrects them each time."""
        for size in sizes:
            front, behind = self.corrected(
                self._mean(front, 0, size), self._mean(behind, 1, size)
            )
        return front, behind

    def _mean(self, values: Array, which: int, size: int) -> Array:
        window, border = (size, size), cv2.BORDER_REPLICATE
        weight = cv2.blur(self.shares[which], window, borderType=border)
        total = cv2.multiply(values, self.wide[which])
        total = cv2.blur(total, window, borderType=border)
        return cv2.divide(total, _triple(weight + np.float32(_LEAST)))


def _triple(share: Array) -> Array:
    return cv2.merge([share] * 3)
