"""What stands in a JPEG file beside its picture: XMP, and files behind its end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree

START = b"\xff\xd8\xff"
XMP = b"http://ns.adobe.com/xap/1.0/\0"
EXTENDED_XMP = b"http://ns.adobe.com/xmp/extension/\0"  # then a hash, length and offset
_EXTENDED_HEAD = len(EXTENDED_XMP) + 32 + 8
_HAS_EXTENDED = "{http://ns.adobe.com/xmp/note/}HasExtendedXMP"
_ITEM = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li"
APP0, APP1 = 0xE0, 0xE1
_SCAN, _END = 0xDA, 0xD9
_MOST = 32  # files behind a photo; phones write a handful
# within a scan, 255 is followed by 0, or is a restart marker, or fills
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")

Properties = dict[str, str]  # "{namespace}name" to value, as ElementTree writes names


def segments(data: bytes, start: int = 0) -> Iterator[tuple[int, int, int]]:
    """Yields the segments of a JPEG: marker, where its content starts and ends.

    The last one is the end marker: its content's start is where the JPEG ends. What
    is damaged ends without it.
    """
    at = start + 2
    while at + 4 <= len(data) + 2 and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # fills
            at += 1
            continue
        if marker == _END:
            yield marker, at + 2, at + 2
            return
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        yield marker, at + 4, at + 2 + length
        at += 2 + length
        if marker == _SCAN:
            after = _AFTER_SCAN.search(data, at)
            at = after.start() if after else len(data)


def end(data: bytes, start: int = 0) -> int:
    """Returns where the JPEG at `start` ends; the file's end if it is cut short."""
    for marker, at, _ in segments(data, start):
        if marker == _END:
            return at
    return len(data)


def following(data: bytes) -> Iterator[int]:
    """Yields where the JPEG files behind the first one start, the first `_MOST`."""
    at = data.find(START, end(data))
    for _ in range(_MOST):
        if at < 0:
            return
        yield at
        at = data.find(START, max(end(data, at), at + 1))


def properties(data: bytes, start: int = 0) -> list[Properties]:
    """Reads the XMP of the JPEG that starts at `start`: a dict per XML element.

    An element's attributes and its children that are plain text are its properties.
    Extended XMP (XMP specification part 3, 1.1.3.1), put together from its segments,
    comes after the standard one. Of several, only the one that the standard one names:
    an editor may have left another photo's.
    """
    packets: list[bytes] = []
    extended: dict[str, dict[int, bytes]] = {}
    for marker, begin, stop in segments(data, start):
        if marker == APP1 and data.startswith(XMP, begin):
            packets.append(data[begin + len(XMP) : stop])
        elif marker == APP1 and data.startswith(EXTENDED_XMP, begin):
            head = begin + _EXTENDED_HEAD
            guid = data[begin + len(EXTENDED_XMP) : head - 8].decode("latin-1")
            offset = int.from_bytes(data[head - 4 : head], "big")
            extended.setdefault(guid, {})[offset] = data[head:stop]
    found = [element for packet in packets for element in elements(packet)]
    named = {e[_HAS_EXTENDED] for e in found if _HAS_EXTENDED in e} or set(extended)
    for guid in named & extended.keys():
        parts = extended[guid]
        found += elements(b"".join(parts[offset] for offset in sorted(parts)))
    return found


def elements(packet: bytes) -> Iterator[Properties]:
    """Yields the properties of each element of an XMP packet; a broken one has none.

    A list of plain texts is one property, with spaces between them.
    """
    try:
        root = ElementTree.fromstring(packet.strip(b"\0 \n\r\t"))
    except ElementTree.ParseError:  # XMP of others may be broken; the photo is not
        return
    for element in root.iter():
        plain = {c.tag: c.text for c in element if c.text and not len(c)}
        lists = {c.tag: " ".join(_items(c)) for c in element if _items(c)}
        properties = {**element.attrib, **lists, **plain}
        if properties:
            yield properties


def _items(element: ElementTree.Element) -> list[str]:
    """Returns the texts of an element that is an RDF list; of others nothing."""
    items = element.findall(f"*/{_ITEM}")
    return [item.text for item in items if item.text and item.text.strip()]
