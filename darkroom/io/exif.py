"""EXIF blocks, copied entry by entry as the bytes they are.

A block is a small TIFF file (EXIF 2.32, section 4.5; TIFF 6.0, section 2). Cameras and
editors write entries of wrong types and text in any encoding: a library that reads the
values and writes them again fails on the first and loses the second. Here an entry's
bytes travel as they stand, and one that points outside the block is dropped.
"""

from __future__ import annotations

import dataclasses
import re
import struct

import numpy as np

PREFIX = b"Exif\0\0"
ORIENTATION = 0x0112
EXIF, GPS, INTEROPERABILITY = 0x8769, 0x8825, 0xA005  # pointers to folders
_MAKER_NOTE = 0x927C
_APPLE = b"Apple iOS\0\0\1MM"
_THUMBNAIL = (0x0201, 0x0202)
_SUB_FOLDERS = 0x014A  # pointers to further pictures of the file
# Of a TIFF's own folder only what tells of the photograph: description, make, model,
# software, date, artist, copyright, and the two folders. The rest lays out the file.
_TELLING = (270, 271, 272, 305, 306, 315, 33432)
_LAYOUT = {*range(254, 270), 273, *range(277, 282), 284, *range(320, 347), 512, 529}
_LONGEST_JPEG = 65_000  # a segment of a JPEG file holds 64 KB
# Bytes of a value, by its type's number (TIFF 6.0, section 2).
_SIZES = dict(enumerate((1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4), start=1))
_SIZES |= {16: 8, 17: 8, 18: 8}  # of BigTIFF alone
_WORDS = {5: 4, 10: 4}  # a fraction is two numbers


@dataclasses.dataclass(frozen=True)
class Entry:
    """One entry of a folder: its type, how many values, and their bytes."""

    kind: int
    count: int
    values: bytes


Folder = dict[int, Entry]


@dataclasses.dataclass(frozen=True)
class Block:
    """What an EXIF block holds; its bytes are in `order`, "<" or ">"."""

    order: str
    main: Folder
    exif: Folder
    gps: Folder
    interoperability: Folder


def parse(block: bytes) -> Block:
    """Reads a block, or the head of a TIFF file; what is damaged is left out."""
    block = block.removeprefix(PREFIX)
    order = {b"II": "<", b"MM": ">"}.get(block[:2], "")
    if not order or len(block) < 16:
        return Block("<", {}, {}, {}, {})
    at, code = (8, "Q") if is_big(block) else (4, "I")
    (start,) = struct.unpack_from(f"{order}{code}", block, at)
    main = _folder(block, order, start)
    exif = _taken(block, order, main, EXIF)
    gps = _taken(block, order, main, GPS)
    return Block(order, main, exif, gps, _taken(block, order, exif, INTEROPERABILITY))


def is_big(block: bytes) -> bool:
    """Tells whether it is the head of a BigTIFF, whose numbers are twice as wide."""
    return block[:4] in (b"II+\0", b"MM\0+")


def lines(block: bytes, order: str, start: int) -> range:
    """Returns where the entries of the folder at `start` stand in a block."""
    code, width, line = ("Q", 8, 20) if is_big(block) else ("H", 2, 12)
    if start < 8 or start + width > len(block):
        return range(0)
    (count,) = struct.unpack_from(f"{order}{code}", block, start)
    first = start + width
    return range(first, min(first + line * count, len(block) - line + 1), line)


def _folder(block: bytes, order: str, start: int) -> Folder:
    folder: Folder = {}
    code, inline = ("Q", 8) if is_big(block) else ("I", 4)
    for at in lines(block, order, start):
        tag, kind, values = struct.unpack_from(f"{order}HH{code}", block, at)
        size = _SIZES.get(kind, 0) * values
        place = at + 4 + inline
        if size > inline:
            (place,) = struct.unpack_from(f"{order}{code}", block, place)
        if size and place + size <= len(block):
            folder.setdefault(tag, Entry(kind, values, block[place : place + size]))
    return folder


def _taken(block: bytes, order: str, folder: Folder, tag: int) -> Folder:
    """The folder that an entry points to, in whose place it stands from now on."""
    start = number(folder.pop(tag, None), order)
    return _folder(block, order, start) if start is not None else {}


def number(entry: Entry | None, order: str) -> int | None:
    """Returns the first value of an entry of whole numbers; None of any other."""
    code = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q"}.get(entry.kind) if entry else None
    if entry is None or code is None:
        return None
    return int(struct.unpack_from(order + code, entry.values)[0])


def fraction(entry: Entry | None, order: str) -> float | None:
    """Returns the first value of an entry of fractions; None of others, and of n/0."""
    code = {5: "II", 10: "ii"}.get(entry.kind) if entry else None
    if entry is None or code is None:
        return None
    over, under = struct.unpack_from(order + code, entry.values)
    return float(over / under) if under else None


def apple_note(block: bytes) -> Folder:
    """Returns the entries of Apple's maker note, big-endian; of others' nothing."""
    note = parse(block).exif.get(_MAKER_NOTE)
    if note is None or not note.values.startswith(_APPLE):
        return {}
    return _folder(note.values, ">", len(_APPLE))


def orientation(block: bytes, xmp: bytes = b"") -> int:
    """Returns how a picture lies, 1 to 8 (EXIF 2.32, Orientation); 1 if it is unsaid.

    Args:
      block: EXIF, may be empty.
      xmp: the picture's XMP, asked where EXIF says nothing.
    """
    parsed = parse(block)
    said = number(parsed.main.get(ORIENTATION), parsed.order)
    if said is None:
        found = re.search(rb"tiff:Orientation(?:=['\"]|>)([1-8])", xmp)
        said = int(found[1]) if found else 1
    return said if 1 <= said <= 8 else 1


def copied(block: bytes, *, of_tiff: bool = False) -> bytes:
    """Returns the block that a new picture may carry.

    Without the orientation, since pictures are read upright, the thumbnail, which
    shows the old picture, and pointers whose targets do not come along.

    Args:
      block: EXIF, or the head of a TIFF file; may be empty.
      of_tiff: whether it is the latter, whose folder lays out the file as well.
    """
    parsed = parse(block)
    main = {
        tag: entry
        for tag, entry in parsed.main.items()
        if tag not in (ORIENTATION, _SUB_FOLDERS, *_THUMBNAIL)
        and (tag in _TELLING if of_tiff else tag not in _LAYOUT)
    }
    kept = dataclasses.replace(parsed, main=main)
    return PREFIX + _spelled(kept) if _tells(kept) else b""


def fitting_jpeg(block: bytes) -> bytes:
    """Returns a block that fits into a JPEG's segment, if need be without maker's note.

    Empty where even that is too long.
    """
    if len(block) <= _LONGEST_JPEG:
        return block
    parsed = parse(block)
    exif = {tag: e for tag, e in parsed.exif.items() if tag != _MAKER_NOTE}
    shorter = PREFIX + _spelled(dataclasses.replace(parsed, exif=exif))
    return shorter if len(shorter) <= _LONGEST_JPEG else b""


def added_to_tiff(file: bytes, block: bytes) -> bytes:
    """Returns a TIFF file that carries what a block tells of the photograph.

    A new first folder, the old one's entries and the block's, is put at the end.
    """
    old, told = parse(file), parse(block)
    told = dataclasses.replace(
        told, main={tag: e for tag, e in told.main.items() if tag in _TELLING}
    )
    if not _tells(told):
        return file
    told = _in_order(told, old.order)
    (start,) = struct.unpack_from(f"{old.order}I", file, 4)
    # What stands in the old folder's entries stays where it is in the file.
    (count,) = struct.unpack_from(f"{old.order}H", file, start)
    lines = {}
    for at in range(start + 2, start + 2 + 12 * count, 12):
        (tag,) = struct.unpack_from(f"{old.order}H", file, at)
        lines[tag] = file[at : at + 12]
    following = file[start + 2 + 12 * count :][:4]
    file += b"\0" * (len(file) % 2)
    tail, first = _folders(told, len(file), lines, following)
    return file[:4] + struct.pack(f"{old.order}I", first) + file[8:] + tail


def _tells(block: Block) -> bool:
    return bool(block.main or block.exif or block.gps)


def _spelled(block: Block) -> bytes:
    body, first = _folders(block, 8, {}, b"\0\0\0\0")
    mark = b"II*\0" if block.order == "<" else b"MM\0*"
    return mark + struct.pack(f"{block.order}I", first) + body


def _folders(
    block: Block, base: int, lines: dict[int, bytes], following: bytes
) -> tuple[bytes, int]:
    """The folders as bytes that will stand at `base`, and where the first one begins.

    Args:
      lines: entries of the first folder that are written already, by tag.
      following: where the next folder is, as it is written.
    """
    body = b""

    def put(
        folder: Folder, pointers: dict[int, int], ready: dict[int, bytes], end: bytes
    ) -> int:
        nonlocal body
        table = dict(ready)
        for tag, entry in folder.items():
            value = entry.values.ljust(4, b"\0")
            if len(value) > 4:
                place = base + len(body)
                body += value + b"\0" * (len(value) % 2)
                value = struct.pack(f"{block.order}I", place)
            head = struct.pack(f"{block.order}HHI", tag, entry.kind, entry.count)
            table[tag] = head + value
        for tag, place in pointers.items():
            table[tag] = struct.pack(f"{block.order}HHII", tag, 4, 1, place)
        place = base + len(body)
        body += struct.pack(f"{block.order}H", len(table))
        body += b"".join(table[tag] for tag in sorted(table)) + end
        return place

    none = b"\0\0\0\0"
    inner, outer = {}, {}
    if block.interoperability:
        inner[INTEROPERABILITY] = put(block.interoperability, {}, {}, none)
    if block.exif or inner:
        outer[EXIF] = put(block.exif, inner, {}, none)
    if block.gps:
        outer[GPS] = put(block.gps, {}, {}, none)
    first = put(block.main, outer, lines, following)
    return body, first


def _in_order(block: Block, order: str) -> Block:
    if block.order == order:
        return block

    def turned(entry: Entry) -> Entry:
        width = _WORDS.get(entry.kind, _SIZES[entry.kind])
        values = np.frombuffer(entry.values, f"u{width}").byteswap().tobytes()
        return dataclasses.replace(entry, values=values)

    def change(folder: Folder) -> Folder:
        return {tag: turned(entry) for tag, entry in folder.items()}

    return Block(
        order,
        change(block.main),
        change(block.exif),
        change(block.gps),
        change(block.interoperability),
    )
