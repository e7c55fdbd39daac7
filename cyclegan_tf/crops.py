"""Which part of a picture a training sample shows, and which way round.

Pictures are brought to a load size, whatever their own, and a random part of it is
taken, half of the time mirrored (Zhu et al. 2017; 286 and 256 pixels in the original).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from darkroom import pixels

Array = np.ndarray[Any, Any]
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
    """Raises ValueError unless a part of `size` fits into `load`."""
    if min(size) < 1 or size[0] > load[0] or size[1] > load[1]:
        raise ValueError(
            f"crops of {size[0]}x{size[1]} do not fit into pictures loaded at "
            f"{load[0]}x{load[1]}; make the load size larger, or the crop size smaller"
        )


def drawn(load: Size, size: Size, mirror: bool, chance: np.random.Generator) -> Window:
    """A random window, half of the time mirrored if `mirror`."""
    top, left = (int(chance.integers(load[n] - size[n] + 1)) for n in (0, 1))
    turned = bool(chance.integers(2))  # drawn always, so that the places stay the same
    return Window(load, top, left, size, mirror and turned)


def whole(size: Size) -> Window:
    """All of a picture, brought to `size`."""
    return Window(size, 0, 0, size, False)


def cut(picture: Array, window: Window) -> Array:
    """The window of a picture, `[H, W, 3]` or `[H, W]`, bicubic, in the same type."""
    if picture.shape[:2] != window.load:
        picture = pixels.resize_to(picture, window.load)
    return _part(picture, window)


def cut_mask(mask: Array, window: Window) -> Array:
    """The window of a mask, `[H, W]` bool: the nearest pixels, so bool again."""
    if mask.shape != window.load:
        image = Image.fromarray(mask)
        mask = np.asarray(image.resize(window.load[::-1], Image.Resampling.NEAREST))
    return _part(mask, window)


def _part(picture: Array, window: Window) -> Array:
    rows = slice(window.top, window.top + window.size[0])
    columns = slice(window.left, window.left + window.size[1])
    part = picture[rows, columns]
    return part[:, ::-1] if window.mirrored else part
