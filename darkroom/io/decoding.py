"""Picture files decoded with Pillow, upright, whatever their kind.

Few formats keep what they say of a picture in the same place: PNG and TIFF are read in
their own words (`png`, `tiff`), since Pillow cuts 16-bit colour to 8. `images.read`
makes photos of what is decoded here.
"""

from __future__ import annotations

import functools
import io
import pathlib
import struct
import warnings
from typing import NamedTuple

import numpy as np
from PIL import Image

from darkroom import quiet
from darkroom.io import exif, png, reading, tiff

# What a picture may hold, unless `allow` says else: a few hundred bytes can claim more.
MAX_PIXELS = Image.MAX_IMAGE_PIXELS = 200_000_000

# No others: Pillow would start Ghostscript for an EPS file, whatever its name.
_FORMATS = ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF", "GIF", "BMP", "PPM"]
_TURNS = {  # from as it is stored, by EXIF's number
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def allow(megapixels: int) -> None:
    """Sets how large a picture this process reads, and the bytes that it may take."""
    global MAX_PIXELS
    MAX_PIXELS = Image.MAX_IMAGE_PIXELS = megapixels * 10**6
    reading.MAX_BYTES = 5 * MAX_PIXELS


def load(path: str | pathlib.Path) -> Image.Image:
    """Decodes a file with Pillow, in whatever mode it has, upright.

    Raises:
      OSError: there is no such file, or it may not be read.
      ValueError: it is no picture, damaged, cut short, or above `MAX_PIXELS`.
    """
    return decode(path, reading.content(path)).image


def load_bytes(stored: bytes, name: str) -> Image.Image:
    """Decodes a file that is in memory, as `load` does; `name` is for the sentence."""
    return decode(name, stored).image


def size(path: str | pathlib.Path) -> tuple[int, int]:
    """Returns the height and the width that a file's head says, as it is stored.

    Raises:
      OSError, ValueError: as `load`.
    """
    return size_of(reading.content(path), str(path))


def size_of(stored: bytes, name: str = "the picture") -> tuple[int, int]:
    """Returns the same of a file in memory; `name` is for the sentence."""
    with reading.decoding(name, "the picture"):
        image = _open(name, stored)
        return image.height, image.width


def orientation(path: str | pathlib.Path) -> int:
    """Returns how a file's picture is stored, 1 to 8 (EXIF 2.32), 1 for upright.

    Raises:
      OSError, ValueError: as `load`.
    """
    return orientation_of(reading.content(path), str(path))


def orientation_of(stored: bytes, name: str = "the picture") -> int:
    """Returns the same of a file in memory; `name` is for the sentence."""
    with reading.decoding(name, "the picture"):
        if stored.startswith(png.SIGNATURE):
            parts = png.parse(stored)
            return exif.orientation(parts.exif, parts.xmp)
        if stored.startswith(tiff.MARKS):
            return tiff.parse(name, stored).orientation
        return _orientation(_open(name, stored))


def _orientation(image: Image.Image) -> int:
    xmp = image.info.get("xmp") or b""
    xmp = xmp if isinstance(xmp, bytes) else xmp.encode()
    return exif.orientation(image.info.get("exif") or b"", xmp)


class Decoded(NamedTuple):
    """A file's picture, upright, and what Pillow does not say of it."""

    image: Image.Image
    bits: int  # per channel of the file
    exif: bytes  # that a new picture may carry
    icc: bytes | None
    has_alpha: bool
    stored: bytes  # the file, for another decoder, to be turned
    orientation: int


def decode(path: str | pathlib.Path, stored: bytes) -> Decoded:
    with reading.decoding(path, "the picture"):
        if stored.startswith(png.SIGNATURE):
            return _png(path, stored)
        if stored.startswith(tiff.MARKS):
            return _tiff(path, stored)
        image = _opened(path, stored)
        told, lies = image.info.get("exif") or b"", _orientation(image)
        bits = {"I;16": 16, "I;16B": 16, "I": 32}.get(image.mode, 8)
        if image.format == "HEIF" and image.info.get("bit_depth", 8) > 8:
            bits = 16  # of which Pillow gives 8
        icc = image.info.get("icc_profile")
        return Decoded(
            _turned(image, lies), bits, exif.copied(told), icc, True, stored, lies
        )


def _png(path: str | pathlib.Path, stored: bytes) -> Decoded:
    parts = png.parse(stored)
    reading.check_size(path, _pixels_of_png(stored) * 4 * max(1, parts.bits // 8))
    lies = exif.orientation(parts.exif, parts.xmp)
    image = _turned(_opened(path, parts.plain), lies)
    told = exif.copied(parts.exif)
    return Decoded(image, parts.bits, told, parts.icc, True, parts.plain, lies)


def _pixels_of_png(stored: bytes) -> int:
    width, height = struct.unpack_from(">II", stored, 16)
    return int(width * height)


def _tiff(path: str | pathlib.Path, stored: bytes) -> Decoded:
    head = tiff.parse(path, stored)
    if head.is_float and head.samples >= 3:
        raise ValueError(
            f"{path}: it is a TIFF of {head.bits}-bit floating-point colour; save it "
            "as 16 bits"
        )
    with quiet.chatter():  # libtiff's, of tags that it does not know
        image = _opened(path, head.plain)
    if head.white_is_zero and image.mode.startswith("I;16"):
        image = Image.fromarray(65535 - np.asarray(image, np.uint16))
    return Decoded(
        _turned(image, head.orientation),
        head.bits,
        exif.copied(stored, of_tiff=True),
        image.info.get("icc_profile"),
        head.has_alpha,
        head.plain,
        head.orientation,
    )


def _opened(path: str | pathlib.Path, stored: bytes) -> Image.Image:
    """Decodes with Pillow, as it is stored."""
    image = _open(path, stored)
    count = image.width * image.height
    if count > MAX_PIXELS:
        raise _too_large(path)
    reading.check_size(path, count * len(image.getbands()))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of tags and palettes: the picture is there
        image.load()
    return image


def _open(path: str | pathlib.Path, stored: bytes) -> Image.Image:
    """Reads a file's head, of one of the formats that are meant."""
    formats = _FORMATS if learn_heif() else [f for f in _FORMATS if f != "HEIF"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return Image.open(io.BytesIO(stored), formats=formats)
        except Image.DecompressionBombError:
            raise _too_large(path) from None
        except Image.UnidentifiedImageError:
            raise ValueError(
                f"{path}: it is not a picture that can be read here; expected JPEG, "
                "PNG, WebP, TIFF or AVIF (for HEIC: pip install pillow-heif)"
            ) from None


def _too_large(path: str | pathlib.Path) -> reading.TooLargeError:
    return reading.TooLargeError(
        f"{path}: it has more than {MAX_PIXELS / 1e6:g} megapixels; make it smaller "
        "first (darkroom takes more with --max_megapixels)"
    )


def _turned(image: Image.Image, orientation: int) -> Image.Image:
    how = _TURNS.get(orientation)
    return image if how is None else image.transpose(how)


@functools.cache
def learn_heif() -> bool:
    """Teaches Pillow HEIC; tells whether the package for that is installed."""
    try:
        import pillow_heif
    except ImportError:
        return False
    pillow_heif.register_heif_opener()
    return True
