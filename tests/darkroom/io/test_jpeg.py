"""What stands beside a JPEG's picture is found, and nothing that only looks like it."""

import io
import time

import numpy as np
import pytest
from PIL import Image

from darkroom.io import jpeg

XMP = b"http://ns.adobe.com/xap/1.0/\0"
EXTENDED = b"http://ns.adobe.com/xmp/extension/\0"


def encoded(**options) -> bytes:
    random = np.random.Generator(np.random.PCG64(2))
    file = io.BytesIO()
    noise = random.integers(0, 256, (40, 56, 3), np.uint8)  # many 255s in the scan
    Image.fromarray(noise).save(file, "JPEG", **options)
    return file.getvalue()


def with_segments(data: bytes, *contents: bytes) -> bytes:
    segments = [
        b"\xff\xe1" + (len(each) + 2).to_bytes(2, "big") + each for each in contents
    ]
    return data[:2] + b"".join(segments) + data[2:]


def packet(inside: str) -> bytes:
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="urn:rdf">'
        f'<rdf:Description xmlns:n="urn:n" {inside}</rdf:Description>'
        "</rdf:RDF></x:xmpmeta>"
    ).encode()


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"quality": 100}])
def test_a_jpeg_ends_where_it_ends(options):
    """Catches: an end marker looked for in a thumbnail, or in a table of a scan."""
    data = encoded(**options)
    data = with_segments(data, b"Exif\0\0 thumbnail \xff\xd8\xff\xd9 and more")
    assert jpeg.end(data) == len(data)
    assert jpeg.end(data + b"\xff\xd9 more") == len(data)
    assert jpeg.end(data[:-30]) == len(data) - 30


def test_jpegs_behind_the_first_are_found_over_gaps():
    first, second, third = encoded(), encoded(quality=50), encoded(quality=30)
    whole = first + b"\0" * 5 + second + b"gap" + third
    behind = list(jpeg.following(whole))
    assert whole[behind[0] : jpeg.end(whole, behind[0])] == second
    assert whole[behind[1] :] == third
    assert len(behind) == 2
    assert not list(jpeg.following(first))
    assert list(jpeg.following(first + jpeg.START)) == [len(first)]


def test_thousands_of_jpegs_behind_a_photo_cost_nothing():
    """Catches a scan that copies, or searches, all that comes after each of them."""
    whole = encoded() + (jpeg.START + b"\xd9") * 300_000
    before = time.process_time()
    assert len(list(jpeg.following(whole))) == 32
    assert time.process_time() - before < 0.2


def test_properties_are_attributes_and_children():
    inside = 'n:a="1"><n:b>2</n:b><n:c><n:d>3</n:d></n:c>'
    found = jpeg.properties(with_segments(encoded(), XMP + packet(inside)))
    assert found == [{"{urn:n}a": "1", "{urn:n}b": "2"}, {"{urn:n}d": "3"}]


def test_extended_properties_are_put_together_in_order():
    whole = packet(f'n:data="{"x" * 900}end">')
    parts = [
        EXTENDED + b"h" * 32 + len(whole).to_bytes(4, "big")
        + at.to_bytes(4, "big") + whole[at : at + 400]
        for at in (400, 0, 800)
    ]  # fmt: skip
    data = with_segments(encoded(), XMP + packet('n:a="1">'), *parts)
    assert jpeg.properties(data)[1] == {"{urn:n}data": "x" * 900 + "end"}


def test_extended_properties_are_those_that_the_photo_names():
    """Catches the depth of another photo, which an editor left in the file."""
    note = "{http://ns.adobe.com/xmp/note/}HasExtendedXMP"

    def part(letter: bytes, text: str) -> bytes:
        whole = packet(f'n:data="{text}">')
        length = len(whole).to_bytes(4, "big")
        return EXTENDED + letter * 32 + length + bytes(4) + whole

    standard = (
        f'<a xmlns:n="http://ns.adobe.com/xmp/note/" n:HasExtendedXMP="{"B" * 32}"/>'
    )
    parts = [part(b"B", "own"), part(b"A", "stale")]
    data = with_segments(encoded(), XMP + standard.encode(), *parts)
    found = jpeg.properties(data)
    assert found == [{note: "B" * 32}, {"{urn:n}data": "own"}]


@pytest.mark.parametrize("broken", [b"", b"<x:xmpmeta", b"<a>&b;</a>", b"\xff\xfe"])
def test_broken_xmp_is_none(broken):
    assert jpeg.properties(with_segments(encoded(), XMP + broken)) == []
    assert jpeg.properties(encoded()[:40]) == []


def test_a_billion_laughs_are_not_laughed():
    """Entities that grow without end: expat stops them, and the photo goes on."""
    lines = "".join(
        f'<!ENTITY l{i} "{f"&l{i - 1};" * 10 if i else "ha"}">' for i in range(12)
    )
    bomb = f'<!DOCTYPE a [{lines}]><a b="&l11;"/>'.encode()
    assert jpeg.properties(with_segments(encoded(), XMP + bomb)) == []
