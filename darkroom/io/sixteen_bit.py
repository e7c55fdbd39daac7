"""Files of 16-bit colour, which Pillow cuts to 8 bits in reading and cannot write.

OpenCV decodes and encodes them; what it leaves out (which way is up, the colour
profile, EXIF) is done here.
"""

from __future__ import annotations

import pathlib
import struct
import zlib
from typing import Any

import numpy as np
from PIL import Image

Array = np.ndarray[Any, Any]

_ROWS = 256  # compared at once


def decode(
    path: str | pathlib.Path, stored: bytes, eight: Image.Image, orientation: int
) -> Array:
    """Decodes a PNG or TIFF, `[H, W, 3]` or, with alpha, `[H, W, 4]` uint16, upright.

    Args:
      path: for the sentence.
      stored: the file, which says of no orientation.
      eight: Pillow's upright reading of it. What comes out must agree with it, so
        that nothing is ever turned twice or read in a wrong order.
      orientation: how the stored picture lies, 1 to 8.

    Raises:
      ValueError: the file's kind is beyond OpenCV.
    """
    import cv2

    data = np.frombuffer(stored, np.uint8)
    values: Array | None = cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
    if values is not None and values.ndim == 3 and values.shape[2] in (3, 4):
        red = values[..., 2].copy()  # OpenCV's order is blue, green, red
        values[..., 2] = values[..., 0]
        values[..., 0] = red
        values = turn(values, orientation)
        if values.shape[:2] == (eight.height, eight.width) and _agree(values, eight):
            return values
    raise ValueError(
        f"{path}: 16-bit colour of this kind cannot be read; save it as a plain 16-bit "
        "PNG"
    )


def _agree(values: Array, eight: Image.Image) -> bool:
    for top in range(0, len(values), _ROWS):
        part = eight.crop((0, top, eight.width, min(top + _ROWS, eight.height)))
        low = np.asarray(part.convert("RGB")).astype(np.int16)
        high = (values[top : top + _ROWS, :, :3] // 256).astype(np.int16)
        if np.abs(high - low).max() > 1:
            return False
    return True


def turn(values: Array, orientation: int) -> Array:
    """The picture upright, from as it is stored (EXIF 2.3, tag Orientation, 1 to 8)."""
    if orientation >= 5:
        values = np.swapaxes(values, 0, 1)
    down = -1 if orientation in (3, 4, 7, 8) else 1
    right = -1 if orientation in (2, 3, 6, 7) else 1
    return np.ascontiguousarray(values[::down, ::right])


def write_png(
    path: pathlib.Path, values: Array, exif: bytes = b"", icc: bytes | None = None
) -> None:
    """Writes `[H, W]`, `[H, W, 3]` or `[H, W, 4]` uint16."""
    import cv2

    plain = cv2.imencode(".png", _swap_red_and_blue(values))[1].tobytes()
    chunks = b""
    for kind, data in (
        (b"iCCP", b"icc\0\0" + zlib.compress(icc) if icc else b""),
        (b"eXIf", exif.removeprefix(b"Exif\0\0")),
    ):
        if data:
            check = struct.pack(">I", zlib.crc32(kind + data))
            chunks += struct.pack(">I", len(data)) + kind + data + check
    header = 33  # the signature and IHDR, which come first
    path.write_bytes(plain[:header] + chunks + plain[header:])


def write_tiff(path: pathlib.Path, values: Array, icc: bytes | None = None) -> None:
    """Writes `[H, W]`, `[H, W, 3]` or `[H, W, 4]` uint16."""
    import tifffile

    tifffile.imwrite(
        path,
        values,
        photometric="minisblack" if values.ndim == 2 else "rgb",
        extrasamples=["unassalpha"] if values.shape[2:] == (4,) else None,
        compression="zlib",
        iccprofile=icc,
        metadata=None,
    )


def _swap_red_and_blue(values: Array) -> Array:
    """OpenCV's order of the channels from ours, and back."""
    if values.ndim == 2:
        return values
    return np.ascontiguousarray(values[..., [2, 1, 0, 3][: values.shape[2]]])
