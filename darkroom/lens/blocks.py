"""Which layers are where, in blocks of the photo: what a tile need not look at.

Looked up once for all tiles, as their surroundings overlap.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from darkroom.lens.layers import Layers
from darkroom.lens.mixed import Mixed

_SIDE = 16  # pixels of a block's side
_ROWS = 16 * _SIDE  # that are looked at at once
_FAR = 1 << 20  # pixels, farther than any blur

Place = tuple[slice, slice]  # rows and columns


class Blocks:
    """The layers of each block, one bit for each.

    Args:
      depth: the layers, 16 at most.
      mixed: pixels that are of a second layer as well; or None.
    """

    def __init__(self, depth: Layers, mixed: Mixed | None) -> None:
        bits = 1 << np.arange(len(depth.radii), dtype=np.uint16)
        table = ((depth.share > 0) * bits[:, None]).sum(axis=0, dtype=np.uint16)
        self._size = height, width = depth.labels.shape
        whole = np.zeros((-(-height // _SIDE), -(-width // _SIDE)), np.uint16)
        for top in range(0, height, _ROWS):  # that stay in the cache
            part = cv2.LUT(depth.labels[top : top + _ROWS], table)
            part = np.pad(part, [(0, -side % _SIDE) for side in part.shape])
            part = np.bitwise_or.reduce(part.reshape(-1, _SIDE, part.shape[1]), 1)
            part = np.bitwise_or.reduce(part.reshape(len(part), -1, _SIDE), 2)
            whole[top // _SIDE : top // _SIDE + len(part)] = part
        if mixed is not None:
            place = mixed.rows // _SIDE, mixed.columns // _SIDE
            np.bitwise_or.at(whole, place, table[mixed.far])
        self._layers, self._bits = whole, bits

    def nearest_first(
        self, rows: slice, columns: slice, reach: int
    ) -> Iterator[tuple[int, Place]]:
        """Yields the layers near a tile, and the photo's part that holds all of each.

        Args:
          rows, columns: the tile, in pixels.
          reach: how far beyond it counts, in pixels.
        """
        top = max(0, rows.start - reach) // _SIDE
        left = max(0, columns.start - reach) // _SIDE
        near = self._layers[
            top : -(-(rows.stop + reach) // _SIDE),
            left : -(-(columns.stop + reach) // _SIDE),
        ]
        in_rows, in_columns = (np.bitwise_or.reduce(near, axis) for axis in (1, 0))
        for layer in range(len(self._bits) - 1, -1, -1):
            down, across = (
                np.flatnonzero(there & self._bits[layer])
                for there in (in_rows, in_columns)
            )
            if len(down):
                height, width = self._size
                yield (
                    layer,
                    (
                        _beyond(top + down[0], top + down[-1] + 1, height),
                        _beyond(left + across[0], left + across[-1] + 1, width),
                    ),
                )


def _beyond(first: int, last: int, side: int) -> slice:
    """Returns blocks' pixels; what is at the photo's edge goes on without end."""
    start, stop = int(first) * _SIDE, int(last) * _SIDE
    return slice(start if start else -_FAR, stop if stop < side else side + _FAR)
