"""What a photo's depth is written as: formats, and their writers.

A program has a table of `endings`: each format's name, and what the photo's name gets
there, as in {"png": "_disparity.png"}.
"""

from __future__ import annotations

import pathlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image

from darkroom import pixels
from darkroom.depth import scaling
from darkroom.io import colours, images, saving

Array = np.ndarray[Any, Any]
Endings = Mapping[str, str]

# What render finds beside a photo, and what is made to look at.
MAP, COLOURS = "_disparity.png", "_disparity_colour.png"
_IMAGE_DESCRIPTION = 0x010E


def formats(text: str, endings: Endings) -> list[str]:
    """The formats in a list with commas.

    Raises:
      ValueError: one is unknown.
    """
    found = [name.strip() for name in text.split(",")]
    for name in found:
        if name not in endings:
            raise ValueError(
                f"--formats is {text}; expected some of {','.join(endings)}"
            )
    return found


def write_array(path: pathlib.Path, values: Array) -> None:
    """The numbers as they are, `.npy`.

    Raises:
      OSError: it cannot be written.
    """
    saving.write(path, lambda to: np.save(to, values))


def write_map(path: pathlib.Path, disparity: Array, unit: str) -> None:
    """A map of 16 bits, stretched: 65535 is nearest, 0 is farthest; darkroom takes it.

    Args:
      path: a `.png`.
      disparity: `[H, W]`, larger is nearer.
      unit: what the numbers are, for the description that the file gets.

    Raises:
      OSError: it cannot be written.
    """
    least, most = float(disparity.min()), float(disparity.max())
    exif = Image.Exif()
    exif[_IMAGE_DESCRIPTION] = (
        f"disparity = {least:.6g} + value / 65535 * {most - least:.6g}, {unit}"
    )
    values = pixels.to_uint16(scaling.stretched(disparity))
    images.write(path, values, like=images.Photo(values, exif=exif.tobytes()))


def write_colours(path: pathlib.Path, disparity: Array) -> None:
    """To look at: near is light.

    Raises:
      OSError: it cannot be written.
    """
    images.write(path, colours.disparity(disparity))
