"""Depth and disparity maps from files: one channel of any kind of number.

What the values mean (which end is near, how far) is the caller's to know.
"""

from __future__ import annotations

import io
import math
import pathlib
import re
from typing import Any

import numpy as np

from darkroom import pixels, quiet
from darkroom.io import images, sixteen_bit

Array = np.ndarray[Any, Any]

SUFFIXES = (*images.SUFFIXES, ".npy", ".pfm", ".exr")


def read(path: str | pathlib.Path) -> Array:
    """Reads a map, `[H, W]` float32 in [0, 1]: 255 or 65535 becomes 1.

    Raises:
      OSError, ValueError: as `stored`.
    """
    return pixels.to_float(stored(path))


def stored(path: str | pathlib.Path) -> Array:
    """Reads a map as its file holds it, `[H, W]`: uint8, uint16, or float32 in [0, 1].

    Raises:
      OSError: there is no such file, or it may not be read.
      ValueError: as `numbers`, or it is outside [0, 1].
    """
    values = numbers(path)
    if values.dtype == np.float32 and not (values.min() >= 0 and values.max() <= 1):
        raise ValueError(
            f"{path}: its values run from {values.min():.4g} to {values.max():.4g}; "
            "expected [0, 1]: scale them first"
        )
    return values


def numbers(path: str | pathlib.Path) -> Array:
    """Reads a grey picture of 8 or 16 bits, a TIFF, `.npy`, `.pfm` or `.exr`.

    Returns:
      `[H, W]`, upright: uint8 or uint16 as stored; float32 from all other numbers.

    Raises:
      OSError: there is no such file, or it may not be read.
      ValueError: it is damaged, in colour, of another shape, or too large.
    """
    path = pathlib.Path(path)
    readers = {".npy": array, ".pfm": _pfm, ".exr": _exr, ".tif": _tiff, ".tiff": _tiff}
    values = readers.get(path.suffix.lower(), _picture)(path)
    if values.ndim == 3 and values.size and (values == values[..., :1]).all():
        values = values[..., 0]
    if values.ndim != 2 or not values.size or values.dtype.kind not in "buif":
        raise ValueError(
            f"{path}: it holds {values.dtype} of the shape {values.shape}; expected "
            "[H, W] numbers"
        )
    if values.dtype in (np.uint8, np.uint16):
        return values.astype(values.dtype.newbyteorder("="), copy=False)
    return values.astype(np.float32)


def array(path: pathlib.Path) -> Array:
    """Reads a `.npy` file, whatever it holds.

    Raises:
      OSError: there is no such file, or it may not be read.
      ValueError: it is damaged, or holds Python objects.
    """
    try:
        return np.load(io.BytesIO(path.read_bytes()))
    except (ValueError, EOFError) as e:
        raise ValueError(f"{path}: it is not an array that can be read ({e})") from None


def _picture(path: pathlib.Path) -> Array:
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


def _tiff(path: pathlib.Path) -> Array:
    import tifffile

    try:
        with tifffile.TiffFile(path) as file:
            page = file.pages.first
            tag = page.tags.get("Orientation")
            turned = tag.value if tag else 1
            if page.dtype == np.uint8 or (page.dtype == np.uint16 and turned == 1):
                return _picture(path)
            # Pillow does not know the other number types, or mixes up their bytes if
            # compressed, and 16 bits if turned.
            _check_size(path, page.imagelength, page.imagewidth)
            return sixteen_bit.turn(page.asarray(), turned)
    except (tifffile.TiffFileError, ValueError, LookupError) as e:
        if str(path) in str(e):
            raise
        raise ValueError(
            f"{path}: this TIFF cannot be read ({e}); save it again, uncompressed"
        ) from None


def _pfm(path: pathlib.Path) -> Array:
    """Portable float map: the last row first; a negative scale is little endian."""
    data = path.read_bytes()
    header = re.match(rb"P([fF])\s+(\d+)\s+(\d+)\s+([-+.\deE]+)\s", data)
    if header is None:
        raise ValueError(f"{path}: it is no PFM file; its header is missing")
    shape = (int(header[3]), int(header[2]), 3 if header[1] == b"F" else 1)
    if len(data) - header.end() < 4 * math.prod(shape):
        raise ValueError(f"{path}: the map is cut short; get a whole copy")
    order = "<f4" if header[4].startswith(b"-") else ">f4"
    values = np.frombuffer(data, order, math.prod(shape), header.end())
    return values.reshape(shape)[::-1]


def _exr(path: pathlib.Path) -> Array:
    """The channel that is alone, or named for depth (Z, `x.Z`, V, Y), or R, G and B."""
    try:
        import OpenEXR
    except ImportError:
        raise ValueError(
            f"{path}: EXR needs one more package: pip install openexr; or save the map "
            "as .tif, .pfm or .npy"
        ) from None
    path.open("rb").close()  # what is missing is an OSError
    try:
        with quiet.chatter():
            with OpenEXR.File(str(path), header_only=True) as file:
                (left, top), (right, bottom) = file.header()["dataWindow"]
            _check_size(path, bottom - top + 1, right - left + 1)
            with OpenEXR.File(str(path), separate_channels=True) as file:
                planes = {name: c.pixels for name, c in file.channels().items()}
    except (RuntimeError, ValueError) as e:
        if str(path) in str(e) and isinstance(e, ValueError):
            raise
        raise ValueError(f"{path}: the EXR file is damaged or cut short") from None
    named = [name for name in planes if name.rpartition(".")[2] in ("Z", "V", "Y")]
    if len(planes) == 1 or named:
        return planes[named[0] if named else next(iter(planes))]
    if {"R", "G", "B"} <= planes.keys():
        return np.dstack([planes[name] for name in "RGB"])
    raise ValueError(f"{path}: its channels are {', '.join(planes)}; expected Z or Y")


def _check_size(path: pathlib.Path, height: int, width: int) -> None:
    if height * width > images.MAX_PIXELS:
        raise ValueError(
            f"{path}: it has more than {images.MAX_PIXELS // 10**6} megapixels; make "
            "it smaller first"
        )
