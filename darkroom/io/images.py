"""Picture files: read upright with 8 or 16 bits, written back with what they carried.

Maps of one channel are read by `darkroom.io.depth_maps`; the arithmetic on what was
read is in `darkroom.pixels`.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import io
import pathlib
import struct
import warnings
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from darkroom import pixels, quiet
from darkroom.io import exif, png, reading, saving, sixteen_bit, tiff

Array = np.ndarray[Any, Any]

MAX_PIXELS = (
    200_000_000  # what one picture may hold; a few hundred bytes can claim more
)
Image.MAX_IMAGE_PIXELS = MAX_PIXELS

_JPEG = {"format": "JPEG", "quality": 95, "subsampling": 0}
_TIFF = {"format": "TIFF"}  # libtiff's compression fails on EXIF folders
_HEIF = {"format": "HEIF", "quality": 90}
_WRITES: dict[str, dict[str, Any]] = {
    ".jpg": _JPEG,
    ".jpeg": _JPEG,
    ".png": {"format": "PNG"},
    ".webp": {"format": "WEBP", "quality": 95},
    ".tif": _TIFF,
    ".tiff": _TIFF,
    ".heic": _HEIF,
    ".heif": _HEIF,
    ".avif": {"format": "AVIF", "quality": 90},
}
SUFFIXES = tuple(_WRITES)
_SIXTEEN_BIT = (".png", ".tif", ".tiff")
_WITHOUT_ALPHA = (".jpg", ".jpeg")  # nor long EXIF blocks
_TIFF_ENDINGS = (".tif", ".tiff")
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


@dataclasses.dataclass(frozen=True)
class Photo:
    """A picture file's content.

    Attributes:
      pixels: `[H, W, 3]` uint8 or uint16, RGB, upright (EXIF orientation applied).
      alpha: `[H, W]` of the same type, or None.
      exif: the EXIF block without orientation and thumbnail; empty if none.
      icc: the RGB colour profile, or None.
    """

    pixels: Array
    alpha: Array | None = None
    exif: bytes = b""
    icc: bytes | None = None


def load(path: str | pathlib.Path) -> Image.Image:
    """Decodes a file with Pillow, in whatever mode it has, upright.

    Raises:
      OSError: there is no such file, or it may not be read.
      ValueError: it is no picture, damaged, cut short, or above `MAX_PIXELS`.
    """
    return _decoded(path, reading.content(path)).image


def load_bytes(stored: bytes, name: str) -> Image.Image:
    """Decodes a file that is in memory, as `load` does; `name` is for the sentence."""
    return _decoded(name, stored).image


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
    xmp = image.info.get("xmp", b"")
    xmp = xmp if isinstance(xmp, bytes) else xmp.encode()
    return exif.orientation(image.info.get("exif", b""), xmp)


class _Decoded(NamedTuple):
    """A file's picture, upright, and what Pillow does not say of it."""

    image: Image.Image
    bits: int  # per channel of the file
    exif: bytes  # that a new picture may carry
    icc: bytes | None
    has_alpha: bool
    stored: bytes  # the file, for another decoder, to be turned
    orientation: int


def _decoded(path: str | pathlib.Path, stored: bytes) -> _Decoded:
    with reading.decoding(path, "the picture"):
        if stored.startswith(png.SIGNATURE):
            return _decoded_png(path, stored)
        if stored.startswith(tiff.MARKS):
            return _decoded_tiff(path, stored)
        image = _opened(path, stored)
        told, lies = image.info.get("exif", b""), _orientation(image)
        bits = {"I;16": 16, "I;16B": 16, "I": 32}.get(image.mode, 8)
        icc = image.info.get("icc_profile")
        return _Decoded(
            _turned(image, lies), bits, exif.copied(told), icc, True, b"", lies
        )


def _decoded_png(path: str | pathlib.Path, stored: bytes) -> _Decoded:
    parts = png.parse(stored)
    reading.check_size(path, _pixels_of_png(stored) * 4 * max(1, parts.bits // 8))
    lies = exif.orientation(parts.exif, parts.xmp)
    image = _turned(_opened(path, parts.plain), lies)
    told = exif.copied(parts.exif)
    return _Decoded(image, parts.bits, told, parts.icc, True, parts.plain, lies)


def _pixels_of_png(stored: bytes) -> int:
    width, height = struct.unpack_from(">II", stored, 16)
    return int(width * height)


def _decoded_tiff(path: str | pathlib.Path, stored: bytes) -> _Decoded:
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
    return _Decoded(
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
    _learn_heif()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return Image.open(io.BytesIO(stored), formats=_FORMATS)
        except Image.DecompressionBombError:
            raise _too_large(path) from None
        except Image.UnidentifiedImageError:
            raise ValueError(
                f"{path}: it is not a picture that can be read here; expected JPEG, "
                "PNG, WebP, TIFF or AVIF (for HEIC: pip install pillow-heif)"
            ) from None


def _too_large(path: str | pathlib.Path) -> reading.TooLargeError:
    return reading.TooLargeError(
        f"{path}: it has more than {MAX_PIXELS // 10**6} megapixels; make it smaller "
        "first"
    )


def _turned(image: Image.Image, orientation: int) -> Image.Image:
    how = _TURNS.get(orientation)
    return image if how is None else image.transpose(how)


@functools.cache
def _learn_heif() -> None:
    with contextlib.suppress(ImportError):
        import pillow_heif

        pillow_heif.register_heif_opener()


def read(path: str | pathlib.Path) -> Photo:
    """Reads a photo of any kind: grey, palette and CMYK become RGB.

    Raises:
      OSError, ValueError: as `load`; ValueError also for a kind without a colour.
    """
    stored = reading.content(path)
    with reading.decoding(path, "the picture"):
        return _photo(path, _decoded(path, stored))


def _photo(path: str | pathlib.Path, picture: _Decoded) -> Photo:
    image = picture.image
    if image.mode.startswith("I") and picture.bits <= 16:
        values = np.asarray(image, np.uint16)
    elif picture.bits == 16:
        values = sixteen_bit.decode(path, picture.stored, image, picture.orientation)
    elif image.mode in ("I", "F", "LAB"):
        raise ValueError(
            f"{path}: it holds pixels of Pillow's mode {image.mode}; expected grey or "
            "colour of 8 or 16 bits: save it as such"
        )
    else:
        mode = "RGBA" if image.has_transparency_data else "RGB"
        values = np.asarray(image if image.mode == mode else image.convert(mode))
    if values.ndim == 2:
        values = np.repeat(values[..., None], 3, axis=-1)
    icc = picture.icc
    return Photo(
        pixels=values[..., :3],
        alpha=values[..., 3] if values.shape[-1] == 4 and picture.has_alpha else None,
        exif=picture.exif,
        # A grey or CMYK profile does not fit the pixels any more.
        icc=icc if icc and icc[16:20] == b"RGB " else None,
    )


def write(path: str | pathlib.Path, picture: Array, like: Photo | None = None) -> None:
    """Writes a picture; the file's format is its suffix's.

    What `like` carries goes along where the format can hold it: a JPEG has no
    alpha. 16 bits are kept by PNG and TIFF; float pixels get 16 bits there if `like`
    has them, else 8.

    Args:
      path: where to; its ending is one of `SUFFIXES`.
      picture: `[H, W, 3]`, or `[H, W]` for a map; uint8, uint16 or float in [0, 1].
      like: the photo that this was made from.

    Raises:
      ValueError: an unknown suffix, or one that needs another package, or pixels of
        another shape or type, or NaN.
      OSError: the file cannot be written.
    """
    path = pathlib.Path(path)
    suffix = path.suffix.lower()
    if suffix not in _WRITES:
        raise ValueError(
            f"{path}: a picture cannot be written as {suffix or 'it is'}"
            f"; known endings are {', '.join(SUFFIXES)}"
        )
    _check_encoder(path)
    if picture.ndim != 2 and picture.shape[2:] != (3,):
        raise ValueError(
            f"{path}: got pixels of the shape {picture.shape}; expected [H, W, 3] or "
            "[H, W]"
        )
    like = like or Photo(picture)
    more = picture.dtype != np.uint8 and np.uint16 in (picture.dtype, like.pixels.dtype)
    change = pixels.to_uint8
    if more and suffix in _SIXTEEN_BIT:
        change = pixels.to_uint16
    values = change(picture)
    if like.alpha is not None and picture.ndim == 3 and suffix not in _WITHOUT_ALPHA:
        if like.alpha.shape != picture.shape[:2]:
            raise ValueError(
                f"{path}: the picture is {pixels.hxw(picture)}, the alpha channel to "
                f"keep is {pixels.hxw(like.alpha)}; they must be of one size"
            )
        values = np.dstack([values, change(like.alpha)])
    icc = like.icc if picture.ndim == 3 else None  # a profile of three channels
    saving.write(path, lambda to: _save(to, values, like.exif, icc))


def _save(path: pathlib.Path, values: Array, told: bytes, icc: bytes | None) -> None:
    suffix = path.suffix.lower()
    if values.dtype == np.uint8:
        options = _WRITES[suffix]
        if suffix in _WITHOUT_ALPHA:
            told = exif.fitting_jpeg(told)
        if told and options is not _TIFF:
            options = {**options, "exif": told}
        Image.fromarray(values).save(path, icc_profile=icc, **options)
    elif suffix == ".png":
        sixteen_bit.write_png(path, values, told, icc)
    else:
        sixteen_bit.write_tiff(path, values, icc)
    if told and suffix in _TIFF_ENDINGS:
        path.write_bytes(exif.added_to_tiff(path.read_bytes(), told))


def _check_encoder(path: pathlib.Path) -> None:
    kind = _WRITES[path.suffix.lower()]["format"]
    package = {"HEIF": "pillow-heif", "AVIF": "-U pillow"}.get(kind)
    if package is None:
        return
    _learn_heif()
    Image.init()
    if kind not in Image.SAVE:
        raise ValueError(
            f"{path}: {kind} cannot be written here; pip install {package}, or name a "
            "file that ends in .jpg or .png"
        )
