"""Which part of a picture a training sample shows, and which way round.

Pictures are brought to a load size, whatever their own, and a random part of it is
taken, half of the time mirrored (Zhu et al. 2017; 286 and 256 pixels in the original).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from PIL import Image

from darkroom import pixels
from darkroom.pixels import Array

Size = tuple[int, int]  # height and width


class Window(NamedTuple):
    """A part of a picture.

    Attributes:
      load: the size that the whole picture is brought to first.
      top, left: of the part, in its pixels.
      size: of the part.
      mirrored: whether left becomes right.
    """

    load: Size
    top: int
    left: int
    size: Size
    mirrored: bool


def check(load: Size, size: Size) -> None:
    """Checks that a part of `size` fits into `load`.

    Raises:
      ValueError: it does not.
    """
    if min(size) < 1 or size[0] > load[0] or size[1] > load[1]:
        raise ValueError(
            f"crops of {size[0]}x{size[1]} do not fit into pictures loaded at "
            f"{load[0]}x{load[1]}; make the load size larger, or the crop size smaller"
        )


def random_window(
    load: Size, size: Size, mirror: bool, rng: np.random.Generator
) -> Window:
    """Draws a window, half of the time mirrored if `mirror`."""
    top, left = (int(rng.integers(load[n] - size[n] + 1)) for n in (0, 1))
    turned = bool(rng.integers(2))  # drawn always, so that the places stay the same
    return Window(load, top, left, size, mirror and turned)


def whole_window(size: Size) -> Window:
    """Returns all of a picture, brought to `size`."""
    return Window(size, 0, 0, size, False)


def cut(picture: Array, window: Window) -> Array:
    """Cuts a window out of a picture, `[H, W, 3]` or `[H, W]`: bicubic, its type."""
    if picture.shape[:2] != window.load:
        picture = pixels.resize_to(picture, window.load)
    return _part(picture, window)


def cut_mask(mask: Array, window: Window) -> Array:
    """Cuts a window out of a mask, `[H, W]` bool: nearest pixels, so bool again."""
    if mask.shape != window.load:
        image = Image.fromarray(mask)
        mask = np.asarray(image.resize(window.load[::-1], Image.Resampling.NEAREST))
    return _part(mask, window)


def _part(picture: Array, window: Window) -> Array:
    rows = slice(window.top, window.top + window.size[0])
    columns = slice(window.left, window.left + window.size[1])
    part = picture[rows, columns]
    return part[:, ::-1] if window.mirrored else part
