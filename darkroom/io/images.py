"""Picture files: read upright with 8 or 16 bits, written back with what they carried.

Maps of one channel are read by `darkroom.io.depth_maps`; the arithmetic on what was
read is in `darkroom.pixels`.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import pathlib
import struct
import zlib
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from darkroom import pixels
from darkroom.io import saving, sixteen_bit

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
_ORIENTATION = 0x0112
# In a TIFF file the tags that tell of the photograph are mixed with those that lay
# out the file; only these may travel: description, make, model, software, date,
# artist, copyright, and the EXIF and GPS folders.
_TRAVELS = (270, 271, 272, 305, 306, 315, 33432, 34665, 34853)


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
    _learn_heif()
    try:
        with Image.open(path) as image:
            if image.width * image.height > MAX_PIXELS:
                raise Image.DecompressionBombError
            image.load()
            ImageOps.exif_transpose(image, in_place=True)
            return image
    except Image.DecompressionBombError:
        raise ValueError(
            f"{path}: it has more than {MAX_PIXELS // 10**6} megapixels; "
            "make it smaller first"
        ) from None
    except Image.UnidentifiedImageError:
        raise ValueError(
            f"{path}: it is not a picture that can be read here; expected JPEG, PNG, "
            "WebP, TIFF or AVIF (for HEIC: pip install pillow-heif)"
        ) from None
    except (OSError, ValueError, SyntaxError, EOFError, struct.error, zlib.error) as e:
        if isinstance(e, OSError) and e.strerror:
            raise
        raise ValueError(
            f"{path}: the picture is damaged or cut short ({e}); get a whole copy"
        ) from None


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
    image = load(path)
    bits = _bits(path, image)
    if image.mode.startswith("I") and bits <= 16:
        values = np.asarray(image, np.uint16)
    elif bits == 16:
        values = sixteen_bit.read(path, np.asarray(image.convert("RGB")))
    elif image.mode in ("I", "F", "LAB"):
        raise ValueError(
            f"{path}: it holds pixels of Pillow's mode {image.mode}; expected grey or "
            "colour of 8 or 16 bits: save it as such"
        )
    else:
        mode = "RGBA" if image.has_transparency_data else "RGB"
        values = np.asarray(image.convert(mode))
    if values.ndim == 2:
        values = np.repeat(values[..., None], 3, axis=-1)
    icc = image.info.get("icc_profile")
    return Photo(
        pixels=values[..., :3],
        alpha=values[..., 3] if values.shape[-1] == 4 else None,
        exif=_exif(image),
        # A grey or CMYK profile does not fit the pixels any more.
        icc=icc if icc and icc[16:20] == b"RGB " else None,
    )


def write(path: str | pathlib.Path, picture: Array, like: Photo | None = None) -> None:
    """Writes a picture; the file's format is its suffix's.

    What `like` carries goes along where the format can hold it: a JPEG has no
    alpha, a 16-bit TIFF keeps the colour profile but no EXIF. 16 bits are kept by
    PNG and TIFF; float pixels get 16 bits there if `like` has them, else 8.

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
                f"{path}: the picture is {pixels.size(picture)}, the alpha channel to "
                f"keep is {pixels.size(like.alpha)}; they must be of one size"
            )
        values = np.dstack([values, change(like.alpha)])
    icc = like.icc if picture.ndim == 3 else None  # a profile of three channels
    saving.write(path, lambda to: _save(to, values, like.exif, icc))


def _save(path: pathlib.Path, values: Array, exif: bytes, icc: bytes | None) -> None:
    suffix = path.suffix.lower()
    if values.dtype == np.uint8:
        options = _WRITES[suffix]
        # A JPEG segment holds 64 KB; a longer EXIF block (a maker's note) is left out.
        if exif and not (suffix in _WITHOUT_ALPHA and len(exif) > 65_000):
            options = {**options, "exif": exif}
        Image.fromarray(values).save(path, icc_profile=icc, **options)
    elif suffix == ".png":
        sixteen_bit.write_png(path, values, exif, icc)
    else:
        sixteen_bit.write_tiff(path, values, icc)


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


def _bits(path: str | pathlib.Path, image: Image.Image) -> int:
    """Bits per channel of the file; Pillow cuts 16-bit colour to 8 without a word."""
    if image.format == "PNG":
        with pathlib.Path(path).open("rb") as file:
            return file.read(25)[24]  # the depth in IHDR
    if image.format == "TIFF":
        return max(image.tag_v2.get(258, (1,)))  # type: ignore[attr-defined]
    return {"I;16": 16, "I;16B": 16, "I": 32}.get(image.mode, 8)


def _exif(image: Image.Image) -> bytes:
    exif = image.getexif()
    kept = Image.Exif()
    for tag, value in exif.items():
        if tag != _ORIENTATION and (image.format != "TIFF" or tag in _TRAVELS):
            kept[tag] = value
    for folder in (0x8769, 0x8825):
        if folder in kept:
            kept[folder] = exif.get_ifd(folder)
    return kept.tobytes() if len(kept) else b""
