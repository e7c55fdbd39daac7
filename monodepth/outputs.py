"""What a disparity is written as.

NAME_disp.npy              fractions of the width, `[H, W]` float32
NAME_disparity.png         16 bits, stretched: 65535 is nearest, 0 is farthest; darkroom
                           takes it, and its ImageDescription says what it was made of
NAME_disparity_colour.png  to look at
"""

from __future__ import annotations

import pathlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from darkroom.depth import writing

Array = np.ndarray[Any, Any]

ENDINGS = {"npy": "_disp.npy", "png": writing.MAP, "colour": writing.COLOURS}
UNIT = "a fraction of the width"


def write(files: Mapping[str, pathlib.Path], disparity: Array) -> None:
    """Writes a disparity, `[H, W]` float32, as each format's file.

    Raises:
      OSError: one cannot be written.
    """
    for name, path in files.items():
        if name == "npy":
            writing.write_array(path, disparity)
        elif name == "png":
            writing.write_map(path, disparity, UNIT)
        else:
            writing.write_colours(path, disparity)
