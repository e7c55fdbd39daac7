"""Depth and disparity maps from files: one channel, scaled to [0, 1].

What the values mean (which end is near, how far) is the caller's to know.
"""

from __future__ import annotations

import io
import pathlib
from typing import Any

import numpy as np

from darkroom import pixels
from darkroom.io import images

Array = np.ndarray[Any, Any]


def read(path: str | pathlib.Path) -> Array:
    """Reads a map, `[H, W]` float32 in [0, 1]: 255 or 65535 becomes 1.

    Raises:
      OSError, ValueError: as `stored`.
    """
    return pixels.to_float(stored(path))


def stored(path: str | pathlib.Path) -> Array:
    """A map as its file holds it: `[H, W]` uint8 or uint16; float32 from `.npy`.

    Raises:
      OSError: there is no such file, or it may not be read.
      ValueError: it is damaged, or a picture in colour, or an array of another shape
        or outside [0, 1].
    """
    if pathlib.Path(path).suffix.lower() == ".npy":
        return _array(path)
    image = images.load(path)
    if image.mode == "L" or image.mode.startswith("I;16"):
        values = np.asarray(image)
        return values.astype(values.dtype.newbyteorder("="), copy=False)
    picture = images.read(path).pixels
    if (picture != picture[..., :1]).any():
        raise ValueError(
            f"{path}: it is a picture in colour; expected a grey map, or three equal "
            "channels"
        )
    return picture[..., 0]


def _array(path: str | pathlib.Path) -> Array:
    try:
        values = np.load(io.BytesIO(pathlib.Path(path).read_bytes()))
    except (ValueError, EOFError) as e:
        raise ValueError(f"{path}: it is not an array that can be read ({e})") from None
    if values.ndim != 2 or not values.size or values.dtype.kind != "f":
        raise ValueError(
            f"{path}: got an array of {values.dtype} and shape {values.shape}; "
            "expected [H, W] of float in [0, 1]"
        )
    if not (values.min() >= 0 and values.max() <= 1):
        raise ValueError(
            f"{path}: its values run from {values.min():.4g} to {values.max():.4g}; "
            "expected [0, 1]: scale them first"
        )
    return values.astype(np.float32)
