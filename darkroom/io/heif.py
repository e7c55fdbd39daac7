"""HEIC of 10 or 12 bits, which Pillow cuts to 8 in reading and cannot write.

pillow-heif gives the bits as the upper ones of 16; here 65535 is white.
"""

from __future__ import annotations

import io
import pathlib
from typing import Any

import numpy as np
from PIL import Image

from darkroom.io import sixteen_bit

Array = np.ndarray[Any, Any]

_QUALITY = 90
_MODES = {3: "RGB;16", 4: "RGBA;16"}


def is_heif(stored: bytes) -> bool:
    """Tells whether a file is of the container that HEIC is (ISO/IEC 14496-12)."""
    return stored[4:8] == b"ftyp"


def decode(
    path: str | pathlib.Path, stored: bytes, eight: Image.Image, orientation: int
) -> Array:
    """Decodes all bits, `[H, W, 3]` or, with alpha, `[H, W, 4]` uint16, upright.

    Args:
      path: for the sentence.
      stored: the file.
      eight: Pillow's upright reading of it, whose size it must have.
      orientation: how the stored picture lies, 1 to 8.

    Raises:
      ValueError: the picture is of another kind.
    """
    import pillow_heif

    file = pillow_heif.open_heif(io.BytesIO(stored), convert_hdr_to_8bit=False)
    values = np.asarray(file)
    if values.dtype != np.uint16 or values.ndim != 3:
        raise ValueError(f"{path}: its pixels are {file.mode}; save it as a 16-bit PNG")
    white = 65536 - (1 << (16 - file.info["bit_depth"]))
    values = np.rint(values * (65535 / white)).astype(np.uint16)
    values = sixteen_bit.turn(values, orientation)
    if values.shape[:2] != (eight.height, eight.width):
        raise ValueError(
            f"{path}: its picture is turned in a way that is not read here"
        )
    return values


def write(
    path: pathlib.Path, values: Array, exif: bytes = b"", icc: bytes | None = None
) -> None:
    """Writes `[H, W]`, `[H, W, 3]` or `[H, W, 4]` uint16 with 10 bits."""
    import pillow_heif

    if values.ndim == 2:
        values = np.repeat(values[..., None], 3, axis=2)
    height, width, channels = values.shape
    # The nearest of 1023 steps, as the upper bits.
    steps = np.rint(values * (1023 / 65535)).astype(np.uint16) << 6
    file = pillow_heif.from_bytes(_MODES[channels], (width, height), steps.tobytes())
    options: dict[str, Any] = {"quality": _QUALITY}
    if exif:
        options["exif"] = exif
    if icc:
        options["icc_profile"] = icc
    file.save(path, format="HEIF", **options)
