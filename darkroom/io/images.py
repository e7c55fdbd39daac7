"""Picture files: read upright with 8 or 16 bits, written back with what they carried.

Files are decoded by `darkroom.io.decoding`, maps of one channel read by
`darkroom.io.depth_maps`; the arithmetic on what was read is in `darkroom.pixels`.
"""

from __future__ import annotations

import dataclasses
import pathlib
from typing import Any

import numpy as np
from PIL import Image

from darkroom import pixels
from darkroom.io import decoding, exif, gain_map, heif, reading, saving, sixteen_bit

Array = np.ndarray[Any, Any]

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
_SIXTEEN_BIT = (".png", ".tif", ".tiff", ".heic", ".heif")
_WITHOUT_ALPHA = (".jpg", ".jpeg")  # nor long EXIF blocks
_TIFF_ENDINGS = (".tif", ".tiff")
_HEIF_ENDINGS = (".heic", ".heif")


@dataclasses.dataclass(frozen=True)
class Photo:
    """A picture file's content.

    Attributes:
      pixels: `[H, W, 3]` uint8 or uint16, RGB, upright (EXIF orientation applied).
      alpha: `[H, W]` of the same type, or None.
      exif: the EXIF block without orientation and thumbnail; empty if none.
      icc: the RGB colour profile, or None.
      gain_map: how much brighter its lights were, or None.
      note: what of the file was left out, in words; mostly nothing.
    """

    pixels: Array
    alpha: Array | None = None
    exif: bytes = b""
    icc: bytes | None = None
    gain_map: gain_map.GainMap | None = None
    note: str = ""


def read(path: str | pathlib.Path) -> Photo:
    """Reads a photo of any kind: grey, palette and CMYK become RGB.

    Raises:
      OSError, ValueError: as `decoding.load`, and for a kind without a colour.
    """
    stored = reading.content(path)
    photo, orientation = _read(path, stored)
    try:
        found = gain_map.find(stored, orientation)
    except ValueError as error:
        return dataclasses.replace(photo, note=str(error))
    return dataclasses.replace(photo, gain_map=found)


def pixels_of(path: str | pathlib.Path) -> Array:
    """Reads a photo's pixels alone, as `read`."""
    return _read(path, reading.content(path))[0].pixels


def _read(path: str | pathlib.Path, stored: bytes) -> tuple[Photo, int]:
    """Returns a photo without its gain map, and how it is stored, 1 to 8."""
    with reading.decoding(path, "the picture"):
        picture = decoding.decode(path, stored)
        return _photo(path, picture), picture.orientation


def _photo(path: str | pathlib.Path, picture: decoding.Decoded) -> Photo:
    image = picture.image
    if image.mode.startswith("I") and picture.bits <= 16:
        values = np.asarray(image, np.uint16)
    elif picture.bits == 16 and heif.is_heif(picture.stored):
        values = heif.decode(path, picture.stored, image, picture.orientation)
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
    alpha. 16 bits are kept by PNG and TIFF, 10 of them by HEIC; float pixels get 16
    bits there if `like` has them, else 8.

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
    elif suffix in _HEIF_ENDINGS:
        heif.write(path, values, told, icc)
    else:
        sixteen_bit.write_tiff(path, values, icc)
    if told and suffix in _TIFF_ENDINGS:
        path.write_bytes(exif.added_to_tiff(path.read_bytes(), told))


def _check_encoder(path: pathlib.Path) -> None:
    kind = _WRITES[path.suffix.lower()]["format"]
    package = {"HEIF": "pillow-heif", "AVIF": "-U pillow"}.get(kind)
    if package is None:
        return
    decoding.learn_heif()
    Image.init()
    if kind not in Image.SAVE:
        raise ValueError(
            f"{path}: {kind} cannot be written here; pip install {package}, or name a "
            "file that ends in .jpg or .png"
        )
