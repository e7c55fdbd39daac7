"""What a photo's depth is written as: formats, and their writers.

A program has a table of `endings`: each format's name, and what the photo's name gets
there, as in {"png": "_disparity.png"}.
"""

from __future__ import annotations

import pathlib
from collections.abc import Mapping

import numpy as np
from PIL import Image

from darkroom import pixels
from darkroom.depth import scaling
from darkroom.io import colours, images, saving
from darkroom.pixels import Array

Endings = Mapping[str, str]

# What render finds beside a photo, and what is made to look at.
MAP, COLOURS = "_disparity.png", "_disparity_colour.png"
_IMAGE_DESCRIPTION = 0x010E


def formats(text: str, endings: Endings) -> list[str]:
    """Splits a list of formats with commas.

    Raises:
      ValueError: one is unknown.
    """
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in endings:
            raise ValueError(
                f"--formats is {text}; expected some of {','.join(endings)}"
            )
    return names


def write_array(path: pathlib.Path, values: Array) -> None:
    """Writes the numbers as they are, `.npy`.

    Raises:
      OSError: it cannot be written.
    """
    saving.write(path, lambda to: np.save(to, values))


def write_map(path: pathlib.Path, disparity: Array, unit: str) -> None:
    """Writes a map of 16 bits, stretched: 65535 is nearest, 0 is farthest.

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
    """Writes a picture to look at: near is light.

    Raises:
      OSError: it cannot be written.
    """
    images.write(path, colours.disparity(disparity))
