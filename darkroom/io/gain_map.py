"""The gain map inside a photo: how much brighter than on paper its parts were.

A phone's photo is graded for paper, and a small picture beside it says by how much each
part was brighter. Read are Ultra HDR (developer.android.com/media/platform/
hdr-image-format) with Google's XMP or the metadata of ISO 21496-1, annex C, and Apple's
(developer.apple.com, "Applying Apple HDR effect to your photos") in JPEG and HEIC.
"""

from __future__ import annotations

import dataclasses
import io
import struct
from typing import Any

import numpy as np
from PIL import Image

from darkroom.io import exif, jpeg, sixteen_bit

Array = np.ndarray[Any, Any]

_HDRGM = "{http://ns.adobe.com/hdr-gain-map/1.0/}"
_APPLE_XMP = "{http://ns.apple.com/pixeldatainfo/1.0/}AuxiliaryImageType"
_APPLE_HEADROOM = "{http://ns.apple.com/HDRGainMap/1.0/}HDRGainMapHeadroom"
_APPLE = "urn:com:apple:photo:2020:aux:hdrgainmap"
_ISO = b"urn:iso:std:iso:ts:21496:-1\0"
_APP2 = 0xE2
_MANY_CHANNELS, _COMMON_DENOMINATOR, _BASE_IS_HDR = 0x80, 0x08, 0x04
_MARKS = (b"hdr-gain-map", _ISO, b"aux:hdrgainmap")  # one of them, or there is none
_LIGHT = 21 / 640  # of the longer side; what is smaller may be a light
_HIGHEST = 16.0  # doublings; a map that says more is damaged


@dataclasses.dataclass(frozen=True)
class GainMap:
    """How much brighter a photo's parts are than their pixels say.

    Attributes:
      gain: `[h, w, 1]` or `[h, w, 3]` float32, upright, a factor of linear light.
      offset_sdr: `[3]`, added to the photo's linear light before.
      offset_hdr: `[3]`, taken off after.
    """

    gain: Array
    offset_sdr: Array
    offset_hdr: Array

    def applied(self, linear: Array) -> Array:
        """Returns the light as it was, `[H, W, 3]` float32; paper's white is 1."""
        import cv2

        height, width = linear.shape[:2]
        gain = cv2.resize(self.gain, (width, height), interpolation=cv2.INTER_LINEAR)
        gain = gain[..., None] if gain.ndim == 2 else gain
        bright = (linear + self.offset_sdr) * gain - self.offset_hdr
        return np.maximum(bright, 0).astype(np.float32)

    def lit(self, linear: Array) -> Array:
        """Returns the photo with its lights as bright as they were, `[H, W, 3]`.

        All else stays as it was graded for paper: a map makes skies brighter, too. So
        only what it says of small parts counts, over what it says around them.
        """
        import cv2

        strongest = self.gain.max(axis=2)
        size = 2 * round(max(strongest.shape) * _LIGHT / 2) + 1
        around = cv2.morphologyEx(
            strongest, cv2.MORPH_OPEN, np.ones((size, size), np.uint8)
        )
        ratio = np.maximum(self.gain / np.maximum(around, 1e-6)[..., None], 1)
        height, width = linear.shape[:2]
        factor = cv2.resize(ratio, (width, height), interpolation=cv2.INTER_LINEAR)
        return linear * (factor[..., None] if factor.ndim == 2 else factor)


@dataclasses.dataclass(frozen=True)
class _Recipe:
    """What a map's fractions mean, `[3]` each; `low` and `high` are in doublings."""

    low: Array
    high: Array
    gamma: Array
    offset_sdr: Array
    offset_hdr: Array

    def gain_map(self, fraction: Array) -> GainMap:
        numbers = [self.low, self.high, self.gamma, self.offset_sdr, self.offset_hdr]
        if not np.isfinite(numbers).all() or (self.gamma <= 0).any():
            raise ValueError("its numbers are out of range")
        if max(np.abs(self.low).max(), np.abs(self.high).max()) > _HIGHEST:
            raise ValueError(f"it says more than {_HIGHEST:g} doublings of light")
        power = fraction ** (1 / self.gamma)
        gain = np.exp2(self.low + (self.high - self.low) * power)
        offsets = (o.astype(np.float32) for o in (self.offset_sdr, self.offset_hdr))
        return GainMap(gain.astype(np.float32), *offsets)


def find(stored: bytes, orientation: int) -> GainMap | None:
    """Finds the gain map in a photo's file; None if it has none.

    Args:
      stored: the file.
      orientation: how the photo is stored, 1 to 8; a JPEG's map lies as it does.

    Raises:
      ValueError: there is one, and it is damaged or of a kind that is not read.
    """
    is_jpeg = stored.startswith(jpeg.START)
    if is_jpeg and not any(mark in stored for mark in _MARKS):
        return None
    try:
        if is_jpeg:
            return _in_jpeg(stored, orientation)
        return _in_heif(stored)
    except Exception as error:  # of any of the libraries that read it
        said = " ".join(str(error).split()) or type(error).__name__
        raise ValueError(f"its gain map is damaged ({said}) and left out") from None


def _in_jpeg(stored: bytes, orientation: int) -> GainMap | None:
    about = _merged(jpeg.properties(stored))
    announced = f"{_HDRGM}Version" in about
    for start in jpeg.following(stored):
        own = _merged(jpeg.properties(stored, start))
        iso = _iso_segment(stored, start)
        is_apple = own.get(_APPLE_XMP) == _APPLE
        if not (iso or is_apple or f"{_HDRGM}Version" in own):
            continue
        file = stored[start : jpeg.end(stored, start)]
        with Image.open(io.BytesIO(file), formats=["JPEG"]) as image:
            fraction = sixteen_bit.turn(_fraction(image), orientation)
        if is_apple and not iso and f"{_HDRGM}Version" not in own:
            return _apple(fraction, _exif_of(stored), own)
        recipe = _iso_recipe(iso) if iso else _xmp_recipe(own)
        return recipe.gain_map(fraction)
    if announced:
        raise ValueError("the picture that it names is not there")
    return None


def _merged(properties: list[jpeg.Properties]) -> jpeg.Properties:
    return {name: text for each in properties for name, text in each.items()}


def _fraction(image: Image.Image) -> Array:
    """Returns `[h, w, 1]` or `[h, w, 3]` in [0, 1]."""
    picture = image if image.mode == "L" else image.convert("RGB")
    values = np.asarray(picture, np.float32) / 255
    return values[..., None] if values.ndim == 2 else values


def _xmp_recipe(own: jpeg.Properties) -> _Recipe:
    """Reads Google's XMP; what is left out has the specification's default."""
    if own.get(f"{_HDRGM}BaseRenditionIsHDR", "False").lower() == "true":
        raise ValueError("its photo is the bright one, which is not read here")

    def three(name: str, default: float | None = None) -> Array:
        text = own.get(f"{_HDRGM}{name}")
        if text is None:
            if default is None:
                raise ValueError(f"it has no {name}")
            return np.full(3, default)
        return np.broadcast_to(np.array([float(n) for n in text.split()]), 3)

    return _Recipe(
        three("GainMapMin", 0.0),
        three("GainMapMax"),
        three("Gamma", 1.0),
        three("OffsetSDR", 1 / 64),
        three("OffsetHDR", 1 / 64),
    )


def _iso_segment(stored: bytes, start: int) -> bytes:
    """Returns the metadata of the JPEG at `start`; a version alone is none."""
    for marker, begin, stop in jpeg.segments(stored, start):
        if marker == _APP2 and stored.startswith(_ISO, begin):
            metadata = stored[begin + len(_ISO) : stop]
            return metadata if len(metadata) > 4 else b""
    return b""


def _iso_recipe(metadata: bytes) -> _Recipe:
    """Reads ISO 21496-1's numbers: fractions of big-endian 32-bit integers."""
    least, _, flags = struct.unpack_from(">HHB", metadata)
    if least > 0:
        raise ValueError(f"it is of version {least}")
    if flags & _BASE_IS_HDR:
        raise ValueError("its photo is the bright one, which is not read here")
    kinds = ("i", "i", "I", "i", "i")  # min, max, gamma, both offsets
    channels = 3 if flags & _MANY_CHANNELS else 1
    at, common = 5, None
    if flags & _COMMON_DENOMINATOR:
        (common,) = struct.unpack_from(">I", metadata, at)
        at += 4 + 8  # and both headrooms, which only displays need
    else:
        at += 16
    rows = []
    for _ in range(channels):
        row = []
        for kind in kinds:
            if common is None:
                over, under = struct.unpack_from(f">{kind}I", metadata, at)
                at += 8
            else:
                (over,), under = struct.unpack_from(f">{kind}", metadata, at), common
                at += 4
            row.append(over / under)
        rows.append(row)
    low, high, gamma, sdr, hdr = np.broadcast_to(np.array(rows), (3, 5)).T
    return _Recipe(low, high, gamma, sdr, hdr)


def _apple(fraction: Array, block: bytes, own: jpeg.Properties) -> GainMap:
    """Applies Apple's: a grey map of light behind Rec. 709's curve, and a headroom."""
    if f"{_APPLE_HEADROOM}" in own:
        headroom = float(own[_APPLE_HEADROOM])
    else:
        headroom = 2 ** max(_apple_stops(block), 0.0)
    if not 1 <= headroom <= 2**_HIGHEST:
        raise ValueError(f"its headroom is {headroom:g}")
    value = fraction[..., :1]
    light = np.where(
        value < 0.081, value / 4.5, ((value + 0.099) / 1.099) ** (1 / 0.45)
    )
    gain = 1 + (headroom - 1) * light
    return GainMap(gain.astype(np.float32), *np.zeros((2, 3), np.float32))


def _apple_stops(block: bytes) -> float:
    """Returns the headroom in doublings, by two numbers of the maker's note."""
    note = exif.apple_note(block)
    headroom, gain = (exif.fraction(note.get(tag), ">") for tag in (33, 48))
    if headroom is None:
        raise ValueError("Apple's note says no headroom")
    gain = gain or 0.0
    if headroom < 1:
        return 1.8 - 20 * gain if gain <= 0.01 else 1.601 - 0.101 * gain
    return 3.0 - 70 * gain if gain <= 0.01 else 2.303 - 0.303 * gain


def _exif_of(stored: bytes) -> bytes:
    for marker, begin, stop in jpeg.segments(stored):
        if marker == jpeg.APP1 and stored.startswith(exif.PREFIX, begin):
            return stored[begin:stop]
    return b""


def _in_heif(stored: bytes) -> GainMap | None:
    """Reads Apple's auxiliary picture of an HEIC, which lies as the photo is shown."""
    if b"ftyp" not in stored[:16] or _MARKS[2] not in stored:
        return None
    try:
        import pillow_heif
    except ImportError:
        return None
    file = pillow_heif.open_heif(io.BytesIO(stored))
    numbers = file.info.get("aux", {}).get(_APPLE)
    if not numbers:
        return None
    picture = file.get_aux_image(numbers[0]).to_pillow()
    xmp = b"".join(
        each["data"] for each in file.info.get("metadata", []) if each["type"] == "mime"
    )
    own = _merged(list(jpeg.elements(xmp)))
    return _apple(_fraction(picture), file.info.get("exif") or b"", own)
