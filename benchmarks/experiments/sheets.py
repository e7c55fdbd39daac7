"""Pictures of an experiment, small enough for a page: JPEG below 300 kB."""

from __future__ import annotations

import io
import pathlib
from collections.abc import Sequence

import numpy as np
from PIL import Image

from darkroom import pixels
from darkroom.io import saving
from darkroom.pixels import Array

LARGEST = 290_000  # bytes
WIDEST = 1600  # pixels
_QUALITIES = (92, 88, 84, 78, 70, 60, 50)


def write(
    path: pathlib.Path,
    rows: Sequence[Sequence[Array]],
    captions: Sequence[str],
    gap: int = 6,
) -> None:
    """Writes rows of pictures under captions, with as little loss as its size allows.

    Args:
      path: NAME.jpg.
      rows: pictures and maps, as `pixels.grid` takes them.
      captions: above the first row.
      gap: pixels between the pictures.

    Raises:
      OSError: it cannot be written.
    """
    # The pictures are reduced, not the grid: its captions stay as large as they are.
    widths = [sum(view.shape[1] for view in row) for row in rows]
    room = WIDEST - gap * (max(map(len, rows)) - 1)
    share = min(1.0, room / max(widths))
    small = [[_reduced(view, share) for view in row] for row in rows]
    grid = pixels.grid(small, [captions] + [()] * (len(rows) - 1), gap)
    content = encode(grid)
    saving.write(path, lambda to: to.write_bytes(content))


def _reduced(picture: Array, share: float) -> Array:
    height, width = (max(1, int(side * share)) for side in picture.shape[:2])
    return picture if share == 1 else pixels.resize_to(picture, (height, width))


def encode(picture: Array) -> bytes:
    """Returns a JPEG of at most `LARGEST` bytes, or the smallest of `_QUALITIES`."""
    image = Image.fromarray(np.ascontiguousarray(picture))
    for quality in _QUALITIES:
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=quality, optimize=True, progressive=True)
        if buffer.tell() <= LARGEST:
            break
    return buffer.getvalue()


def part(picture: Array, top: float, left: float, share: float) -> Array:
    """Cuts a part of a picture, enlarged to the picture's own size without smoothing.

    Args:
      picture: `[H, W, 3]` uint8.
      top: of the part, a share of the height.
      left: likewise of the width.
      share: of height and width that the part has.
    """
    height, width = picture.shape[:2]
    rows, columns = int(height * share), int(width * share)
    y, x = int(height * top), int(width * left)
    cut = Image.fromarray(picture[y : y + rows, x : x + columns])
    return np.asarray(cut.resize((width, height), Image.Resampling.NEAREST))
