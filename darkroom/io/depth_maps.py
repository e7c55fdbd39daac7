"""Depth and disparity maps from files: one channel of any kind of number.

What the values mean (which end is near, how far) is the caller's to know.
"""

from __future__ import annotations

import io
import math
import pathlib
import re
import zipfile
import zlib
from typing import Any

import numpy as np

from darkroom import pixels, quiet
from darkroom.io import decoding, images, reading, sixteen_bit, tiff

Array = np.ndarray[Any, Any]

SUFFIXES = (*images.SUFFIXES, ".npy", ".npz", ".pgm", ".pfm", ".exr")


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
    readers = {
        **dict.fromkeys((".npy", ".npz"), array),
        **dict.fromkeys((".tif", ".tiff"), _tiff),
        ".pfm": _pfm,
        ".exr": _exr,
    }
    values = readers.get(path.suffix.lower(), _picture)(path)
    if values.ndim > 2 and max(values.shape[:-2]) == 1:  # networks' batch and channel
        values = values.reshape(values.shape[-2:])
    if values.ndim == 3 and values.size and _is_grey(values):
        values = values[..., 0]
    if values.ndim != 2 or not values.size or values.dtype.kind not in "buif":
        raise ValueError(
            f"{path}: it holds {values.dtype} of the shape {values.shape}; expected "
            "[H, W] numbers"
        )
    if values.dtype in (np.uint8, np.uint16):
        return values.astype(values.dtype.newbyteorder("="), copy=False)
    return values.astype(np.float32)


def _is_grey(values: Array) -> bool:
    """Tells whether all channels are equal; what is not a number equals itself here."""
    first = values[..., :1]
    return bool(((values == first) | ((values != values) & (first != first))).all())


def array(path: pathlib.Path) -> Array:
    """Reads a `.npy` file, or the only array of a `.npz` file, whatever it holds.

    Raises:
      OSError: there is no such file, or it may not be read.
      ValueError: it is damaged, or holds Python objects, or several arrays.
    """
    stored = reading.content(path)
    with reading.decoding(path, "the array"):
        if not stored.startswith(b"PK"):
            return _npy(path, stored)
        with zipfile.ZipFile(io.BytesIO(stored)) as archive:
            names = archive.namelist()
            if len(names) != 1:
                raise ValueError(
                    f"{path}: it holds {len(names)} arrays; expected one: save the map "
                    "as .npy"
                )
            reading.check_size(path, archive.getinfo(names[0]).file_size)
            return _npy(path, archive.read(names[0]))


def _npy(path: pathlib.Path, stored: bytes) -> Array:
    """An array whose head does not claim more numbers than there are bytes."""
    file = io.BytesIO(stored)
    version = np.lib.format.read_magic(file)
    read_head = (
        np.lib.format.read_array_header_1_0
        if version == (1, 0)
        else np.lib.format.read_array_header_2_0
    )
    shape, _, kind = read_head(file)
    if kind.hasobject:
        raise ValueError(
            f"{path}: it is not an array that can be read: it holds Python objects, "
            "which may be code; save numbers"
        )
    if math.prod(shape) * kind.itemsize > len(stored):
        raise ValueError(f"{path}: the array is cut short; get a whole copy")
    return np.load(io.BytesIO(stored), allow_pickle=False)


def _picture(path: pathlib.Path) -> Array:
    image = decoding.load(path)
    if image.mode == "L" or image.mode.startswith("I;16"):
        values = np.asarray(image)
        return values.astype(values.dtype.newbyteorder("="), copy=False)
    if image.mode == "I" and image.format == "PPM":  # 16 bits, in Pillow's wider mode
        return np.asarray(image, np.uint16)
    picture = images.read(path).pixels
    if (picture != picture[..., :1]).any():
        raise ValueError(
            f"{path}: it is a picture in colour; expected a grey map, or three equal "
            "channels"
        )
    return picture[..., 0]


def _tiff(path: pathlib.Path) -> Array:
    import tifffile

    stored = reading.content(path)
    with reading.decoding(path, "the TIFF"):
        head = tiff.parse(path, stored)
        with tifffile.TiffFile(io.BytesIO(stored)) as file:
            page = file.pages.first
            if page.dtype in (np.uint8, np.uint16):
                return _picture(path)
            # Pillow does not know the other number types, or mixes up their bytes if
            # compressed.
            reading.check_size(path, page.nbytes)
            _check_deflated(path, page, stored)
            return sixteen_bit.turn(page.asarray(), head.orientation)


def _check_deflated(path: pathlib.Path, page: Any, stored: bytes) -> None:
    """Refuses strips and tiles that inflate to more than they may hold.

    tifffile inflates one whole, whatever comes out.
    """
    if page.compression not in (8, 32946):
        return
    rows = (
        page.tilelength if page.is_tiled else min(page.rowsperstrip, page.imagelength)
    )
    columns = page.tilewidth if page.is_tiled else page.imagewidth
    most = rows * columns * page.samplesperpixel * page.dtype.itemsize
    for start, length in zip(page.dataoffsets, page.databytecounts, strict=True):
        inflate = zlib.decompressobj()
        inflate.decompress(stored[start : start + length], most)
        if inflate.unconsumed_tail and inflate.decompress(inflate.unconsumed_tail, 1):
            raise ValueError(
                f"{path}: it holds more numbers than it says; it is damaged"
            )


def _pfm(path: pathlib.Path) -> Array:
    """Portable float map: the last row first; a negative scale is little endian."""
    data = reading.content(path)
    header = re.match(rb"P([fF])\s+(\d+)\s+(\d+)\s+([-+.\deE]+)(\r\n|\s)", data)
    if header is None:
        raise ValueError(f"{path}: it is no PFM file; its header is missing")
    shape = (int(header[3]), int(header[2]), 3 if header[1] == b"F" else 1)
    reading.check_size(path, 4 * math.prod(shape))
    left_over = len(data) - header.end() - 4 * math.prod(shape)
    if left_over == -1 and header[5] == b"\r\n":
        # Then the line ends in the first of both, and a number begins with the other.
        header = re.match(rb"P([fF])\s+(\d+)\s+(\d+)\s+([-+.\deE]+)\s", data)
        assert header is not None
    elif left_over < 0:
        raise ValueError(f"{path}: the map is cut short; get a whole copy")
    elif left_over:
        raise ValueError(
            f"{path}: {left_over} bytes are left over behind the map of {shape[0]}x"
            f"{shape[1]}; it is damaged, perhaps by a change of its line ends"
        )
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
    reading.check_regular(path)
    try:
        with quiet.chatter():
            with OpenEXR.File(str(path), header_only=True) as file:
                (left, top), (right, bottom) = file.header()["dataWindow"]
            reading.check_size(path, 4 * (bottom - top + 1) * (right - left + 1))
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
