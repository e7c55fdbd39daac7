"""What a depth is written as.

NAME_metres.npy            `[H, W]` float32
NAME_millimetres.png       16 bits, as in the training folders
NAME_disparity.png         1 / metres, 16 bits, stretched: near is light;
                           darkroom.render finds it beside the photo
NAME_disparity_colour.png  to look at
"""

from __future__ import annotations

import pathlib
from collections.abc import Mapping

import numpy as np

from cyclegan_tf.data.encoding import Encoding, millimetres
from darkroom.depth import writing
from darkroom.io import images
from darkroom.pixels import Array

METRIC = {"npy": "_metres.npy", "millimetres": "_millimetres.png"}
ENDINGS = {**METRIC, "png": writing.MAP, "colour": writing.COLOURS}
NEAREST = 0.05  # of white: nearer than 0.5 m of 10 m is as near


def formats(text: str | None, encoding: Encoding) -> list[str]:
    """Reads a list with commas; without one, returns all that the network can tell.

    Raises:
      ValueError: one is unknown, or wants metres that the network does not know.
    """
    if text is not None:
        names = writing.formats(text, ENDINGS)
        if encoding.farthest is None and not METRIC.keys().isdisjoint(names):
            encoding.decode(np.zeros(0))  # says why
        return names
    return [f for f in ENDINGS if encoding.farthest is not None or f not in METRIC]


def disparity(grey: Array) -> Array:
    """Turns depths in [0, 1], 1 is farthest, into disparities: 1 is nearest."""
    return NEAREST / np.maximum(grey, np.float32(NEAREST))


def write(files: Mapping[str, pathlib.Path], grey: Array, encoding: Encoding) -> None:
    """Writes a depth as each format's file.

    Args:
      files: by their formats.
      grey: `[H, W]` float32 in [0, 1], as the network gave it.
      encoding: what its greys mean.

    Raises:
      OSError: one cannot be written.
    """
    unit = "of 0 to 1"
    if encoding.farthest is not None:
        unit = f"times {1 / (NEAREST * encoding.farthest):g} per metre"
    for name, path in files.items():
        if name == "npy":
            writing.write_array(path, encoding.decode(grey))
        elif name == "millimetres":
            images.write(path, millimetres(encoding.decode(grey)))
        elif name == "png":
            writing.write_map(path, disparity(grey), unit)
        else:
            writing.write_colours(path, disparity(grey))
