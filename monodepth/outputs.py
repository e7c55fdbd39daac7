"""What a disparity is written as.

NAME_disp.npy              fractions of the width, `[H, W]` float32
NAME_disparity.png         16 bits, stretched: 65535 is nearest, 0 is farthest; darkroom
                           takes it, and its ImageDescription says what it was made of
NAME_disparity_colour.png  to look at
"""

from __future__ import annotations

import pathlib
from typing import Any

import numpy as np
from PIL import Image

from darkroom import colours, command, images, pixels
from darkroom.depth import scaling

Array = np.ndarray[Any, Any]

ENDINGS = {
    "npy": "_disp.npy",
    "png": "_disparity.png",
    "colour": "_disparity_colour.png",
}
_IMAGE_DESCRIPTION = 0x010E


def formats(text: str) -> list[str]:
    """The formats in a list with commas.

    Raises:
      ValueError: one is unknown.
    """
    found = [name.strip() for name in text.split(",")]
    for name in found:
        if name not in ENDINGS:
            raise ValueError(
                f"--formats is {text}; expected some of {','.join(ENDINGS)}"
            )
    return found


def files(becomes: pathlib.Path, formats: list[str]) -> dict[str, pathlib.Path]:
    """The file of each format."""
    return {f: becomes.with_name(becomes.name + ENDINGS[f]) for f in formats}


def is_one(path: pathlib.Path) -> bool:
    """Whether a picture is an output, by its name."""
    return any(path.name.endswith(ending) for ending in ENDINGS.values())


def write(files: dict[str, pathlib.Path], disparity: Array) -> None:
    """Writes a disparity, `[H, W]` float32, as each format's file.

    Raises:
      OSError: one cannot be written.
    """
    writers = {"npy": _write_array, "png": _write_map, "colour": _write_colours}
    for name, path in files.items():
        writers[name](path, disparity)


def _write_array(path: pathlib.Path, disparity: Array) -> None:
    command.write(path, lambda to: np.save(to, disparity))


def _write_map(path: pathlib.Path, disparity: Array) -> None:
    least, most = float(disparity.min()), float(disparity.max())
    exif = Image.Exif()
    exif[_IMAGE_DESCRIPTION] = (
        f"disparity = {least:.6g} + value / 65535 * {most - least:.6g}, a fraction of "
        "the width"
    )
    values = pixels.to_uint16(scaling.stretched(disparity))
    images.write(path, values, like=images.Photo(values, exif=exif.tobytes()))


def _write_colours(path: pathlib.Path, disparity: Array) -> None:
    images.write(path, colours.disparity(disparity))
