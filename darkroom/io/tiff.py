"""The head of a TIFF file: what its libraries do not agree on, or trust too far.

Pillow scrambles uncompressed pictures that lie on their side, OpenCV turns some kinds
and not others, and both hold a tile in memory of whatever size the file claims. So a
file is read as it is stored, and turned here. (TIFF 6.0, sections 2, 8 and 15.)
"""

from __future__ import annotations

import dataclasses
import pathlib
import struct

from darkroom.io import exif, reading

MARKS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_ORIENTATION, _BITS, _COMPRESSION, _PHOTOMETRIC = 274, 258, 259, 262
_WIDTH, _HEIGHT, _SAMPLES, _ROWS = 256, 257, 277, 278
_TILE_WIDTH, _TILE_HEIGHT, _EXTRA, _FORMAT = 322, 323, 338, 339
_LARGEST_TILE = 128_000_000  # bytes, decoded
_FLOAT = 3


@dataclasses.dataclass(frozen=True)
class Tiff:
    """What the head of a TIFF file says.

    Attributes:
      plain: the file, with its orientation set to 1.
      orientation: the one that it had, 1 to 8.
      bits: per channel, the most of all.
      samples: channels.
      white_is_zero: whether it is a negative.
      has_alpha: whether the last channel is said to be transparency.
      is_float: whether its numbers are floating point.
    """

    plain: bytes
    orientation: int
    bits: int
    samples: int
    white_is_zero: bool
    has_alpha: bool
    is_float: bool


def parse(path: str | pathlib.Path, data: bytes) -> Tiff:
    """Reads the head of a TIFF or BigTIFF file.

    Args:
      path: for the sentence.
      data: the file.

    Raises:
      ValueError: it claims tiles or rows that do not fit into the memory.
    """
    block = exif.parse(data)
    order, folder = block.order, block.main

    def numbers(tag: int, otherwise: int) -> list[int]:
        entry = folder.get(tag)
        code = {1: "B", 3: "H", 4: "I", 16: "Q"}.get(entry.kind) if entry else None
        if entry is None or code is None or not entry.values:
            return [otherwise]
        return list(struct.unpack(f"{order}{entry.count}{code}", entry.values))

    bits, samples = max(numbers(_BITS, 1)), numbers(_SAMPLES, 1)[0]
    width, height = numbers(_WIDTH, 0)[0], numbers(_HEIGHT, 0)[0]
    pixel = samples * max(1, bits // 8)
    reading.check_size(path, width * height * pixel)
    tile = numbers(_TILE_WIDTH, 0)[0] * numbers(_TILE_HEIGHT, 0)[0]
    if tile * pixel > max(_LARGEST_TILE, 4 * width * height * pixel):
        raise ValueError(
            f"{path}: its tiles are far larger than the picture; save it in strips"
        )
    lies = numbers(_ORIENTATION, 1)[0]
    return Tiff(
        _upright(data, order) if 2 <= lies <= 8 else data,
        lies if 1 <= lies <= 8 else 1,
        bits,
        samples,
        numbers(_PHOTOMETRIC, 1)[0] == 0,
        numbers(_EXTRA, 0)[-1] in (1, 2),
        _FLOAT in numbers(_FORMAT, 1),
    )


def _upright(data: bytes, order: str) -> bytes:
    """The file with orientation 1 in its first folder."""
    big = exif.is_big(data)
    (start,) = struct.unpack_from(
        f"{order}{'Q' if big else 'I'}", data, 8 if big else 4
    )
    for at in exif.lines(data, order, start):
        (tag,) = struct.unpack_from(f"{order}H", data, at)
        if tag == _ORIENTATION:
            layout = f"{order}HHQHHI" if big else f"{order}HHIHH"
            one = struct.pack(layout, tag, 3, 1, 1, 0, *([0] if big else []))
            return data[:at] + one + data[at + len(one) :]
    return data
