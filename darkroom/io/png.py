"""PNG files, chunk by chunk: what is needed to see the picture, and its colours.

Text of any length, and damage in a chunk that no picture needs, keep nobody from the
picture (PNG 3rd edition, 5.4: a chunk whose name begins with a small letter).
"""

from __future__ import annotations

import dataclasses
import struct
import zlib

from darkroom.io import colour_profile

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_NEEDED = (b"tRNS",)  # of the chunks that may be missing
_LARGEST_PROFILE = 16_000_000
_XMP = b"XML:com.adobe.xmp\0\0"
_SRGB_GAMMA = 0.45455


@dataclasses.dataclass(frozen=True)
class Png:
    """A PNG file, taken apart.

    Attributes:
      plain: the file with the chunks that the pixels need, and no others.
      bits: per channel.
      exif, xmp: as stored; empty if there is none.
      icc: the colour profile, made of gAMA and cHRM or of cICP where there is no other;
        None for sRGB.
    """

    plain: bytes
    bits: int
    exif: bytes
    xmp: bytes
    icc: bytes | None


def parse(data: bytes) -> Png:
    """Takes a PNG file apart.

    Raises:
      ValueError: its colours cannot be kept, or it has no head.
    """
    kept: list[bytes] = [SIGNATURE]
    more: dict[bytes, bytes] = {}
    at = len(SIGNATURE)
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        kind, end = data[at + 4 : at + 8], at + 12 + length
        if kind[:1].isupper() or kind in _NEEDED:
            kept.append(data[at:end])
        elif end <= len(data) and zlib.crc32(data[at + 4 : end - 4]) == int.from_bytes(
            data[end - 4 : end], "big"
        ):
            content = data[at + 8 : end - 4]
            if kind != b"iTXt" or content.startswith(_XMP):
                more.setdefault(kind, content)
        at = end
        if kind == b"IEND":
            break
    if len(kept) < 2 or len(kept[1]) < 25:
        raise ValueError("its head is missing")
    return Png(
        b"".join(kept),
        kept[1][16],
        more.get(b"eXIf", b""),
        more.get(b"iTXt", b"")[len(_XMP) + 3 :],
        _profile(more),
    )


def _profile(chunks: dict[bytes, bytes]) -> bytes | None:
    """The chunks' colours, by their precedence (PNG 3rd edition, 4.3)."""
    if len(chunks.get(b"cICP", b"")) == 4:
        points = chunks[b"cICP"]
        return colour_profile.of_code_points(points[0], points[1])
    if b"iCCP" in chunks:
        _, _, compressed = chunks[b"iCCP"].partition(b"\0")
        inflate = zlib.decompressobj()
        try:
            icc = inflate.decompress(compressed[1:], _LARGEST_PROFILE)
        except zlib.error:
            return None
        if inflate.unconsumed_tail:
            raise ValueError(
                f"its colour profile takes more than {_LARGEST_PROFILE // 10**6} MB; "
                "save it with another"
            )
        return icc
    if b"sRGB" in chunks or len(chunks.get(b"gAMA", b"")) != 4:
        return None
    gamma = int.from_bytes(chunks[b"gAMA"], "big") / 100_000
    primaries: colour_profile.Primaries = colour_profile.SRGB
    if len(chunks.get(b"cHRM", b"")) == 32:
        x_and_y = [value / 100_000 for value in struct.unpack(">8I", chunks[b"cHRM"])]
        primaries = tuple(zip(x_and_y[::2], x_and_y[1::2], strict=True))
    if not 0.01 <= gamma <= 100:
        return None
    near_srgb = abs(gamma - _SRGB_GAMMA) < 0.001 and all(
        abs(a - b) < 0.002
        for given, known in zip(primaries, colour_profile.SRGB, strict=True)
        for a, b in zip(given, known, strict=True)
    )
    if near_srgb:
        return None
    return colour_profile.matrix(primaries, colour_profile.power(1 / gamma))
