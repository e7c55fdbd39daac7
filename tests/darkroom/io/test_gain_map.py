"""Gain maps, in files written here by the published layouts."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from PIL import Image

from darkroom.io import gain_map, images

ISO = b"urn:iso:std:iso:ts:21496:-1\0"
XMP = b"http://ns.adobe.com/xap/1.0/\0"
HDRGM = 'xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/"'
STORED = np.tile(np.array([0, 64, 128, 255], np.uint8), (6, 2))  # a map, [6, 8]
RNG = np.random.default_rng(0)
PHOTO = np.repeat(RNG.integers(40, 220, (24, 32, 1), np.uint8), 3, axis=2)


def encoded(picture, exif=b""):
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=100, exif=exif)
    return file.getvalue()


def segment(marker, content):
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


def packet(attributes, inside=""):
    return (
        XMP
        + (
            '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
            f"<rdf:Description {attributes}>{inside}</rdf:Description>"
            "</rdf:RDF></x:xmpmeta>"
        ).encode()
    )


def after_exif(jpeg, *segments):
    """Puts segments behind JFIF's and EXIF's."""
    at = 2
    while jpeg[at + 1] in (0xE0, 0xE1):
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return jpeg[:at] + b"".join(segments) + jpeg[at:]


def mpf(first, second, start):
    """CIPA DC-007: two pictures; `start` is the second's, from the segment's TIFF."""
    entries = struct.pack(">IIIHH", 0x20030000, first, 0, 0, 0)
    entries += struct.pack(">IIIHH", 0, second, start, 0, 0)
    folder = struct.pack(">HHHI4s", 3, 0xB000, 7, 4, b"0100")
    folder += struct.pack(">HHII", 0xB001, 4, 1, 2)
    folder += struct.pack(">HHII", 0xB002, 7, len(entries), 8 + 2 + 36 + 4)
    return b"MPF\0MM\0*" + struct.pack(">I", 8) + folder + bytes(4) + entries


def ultra_hdr(own, stored=STORED, exif=b"", announced=True):
    """A photo, and behind it a map that carries `own` segments."""
    behind = after_exif(encoded(stored), *own)
    photo = encoded(PHOTO, exif)
    version = ' hdrgm:Version="1.0"' if announced else ""
    about = segment(0xE1, packet(f"{HDRGM}{version}"))
    place = len(segment(0xE2, mpf(0, 0, 0)))
    whole = len(photo) + len(about) + place
    tiff = photo.index(b"\xff\xdb") + len(about) + 8  # after marker, length and "MPF\0"
    return (
        after_exif(photo, about, segment(0xE2, mpf(whole, len(behind), whole - tiff)))
        + behind
    )


def google(inside="", **values):
    attributes = "".join(f' hdrgm:{name}="{value}"' for name, value in values.items())
    return segment(0xE1, packet(f'{HDRGM} hdrgm:Version="1.0"{attributes}', inside))


def iso(rows, flags=0x40, common=0):
    """ISO 21496-1, annex C: rows of min, max, gamma and both offsets."""
    body = struct.pack(">HHB", 0, 0, flags)
    scale = common or 1000
    pairs = [(0, scale), (2 * scale, scale)]
    pairs += [(round(value * scale), scale) for row in rows for value in row]
    if common:
        body += struct.pack(">I", common)
        pairs = [(over,) for over, _ in pairs]
    for pair in pairs:
        body += struct.pack(">" + "i" * len(pair), *pair)
    return segment(0xE2, ISO + body)


def written(tmp_path, content, name="photo.jpg"):
    path = tmp_path / name
    path.write_bytes(content)
    return path


def gains(found):
    """Of the map's columns; JPEG changes a level or so."""
    return found.gain_map.gain[2, :4]


def test_google_s_numbers(tmp_path):
    numbers = google(GainMapMin="-0.5", GainMapMax="2.5", Gamma="2", OffsetSDR="0.1")
    found = images.read(written(tmp_path, ultra_hdr([numbers])))
    power = np.sqrt(np.array([0, 64, 128, 255]) / 255)
    expected = 2 ** (-0.5 + 3 * power)
    np.testing.assert_allclose(gains(found)[:, 0], expected, rtol=0.05)
    assert found.gain_map.gain.shape == (6, 8, 3)
    np.testing.assert_allclose(found.gain_map.offset_sdr, 0.1, atol=1e-6)
    np.testing.assert_allclose(found.gain_map.offset_hdr, 1 / 64)  # the default
    light = np.full((24, 32, 3), 0.5, np.float32)
    bright = found.gain_map.applied(light)
    at_white = (0.5 + 0.1) * 2**2.5 - 1 / 64
    assert bright[12, 31] == pytest.approx(at_white, rel=1e-2)


def test_google_s_numbers_for_each_channel(tmp_path):
    three = "".join(f"<rdf:li>{n}</rdf:li>" for n in (1, 2, 3))
    inside = f"<hdrgm:GainMapMax><rdf:Seq>{three}</rdf:Seq></hdrgm:GainMapMax>"
    found = images.read(written(tmp_path, ultra_hdr([google(inside)])))
    np.testing.assert_allclose(gains(found)[3], (2, 4, 8), rtol=1e-2)


@pytest.mark.parametrize("common", [0, 640])
def test_the_numbers_of_iso_21496(tmp_path, common):
    rows = [(0, 1, 1, 0.1, 0.2), (0, 2, 1, 0.1, 0.2), (-1, 3, 1, 0.1, 0.2)]
    flags = 0xC0 | (8 if common else 0)
    content = ultra_hdr([iso(rows, flags, common)], announced=False)
    found = images.read(written(tmp_path, content))
    np.testing.assert_allclose(gains(found)[3], (2, 4, 8), rtol=1e-2)
    np.testing.assert_allclose(gains(found)[0], (1, 1, 0.5), rtol=2e-2)
    np.testing.assert_allclose(found.gain_map.offset_hdr, 0.2, atol=2e-3)
    one = iso([(0, 2, 1, 0, 0)], 0x40)
    found = images.read(written(tmp_path, ultra_hdr([one], announced=False)))
    np.testing.assert_allclose(gains(found)[3], 4, rtol=1e-2)


def apple(headroom, gain):
    """EXIF with Apple's note: a big-endian folder of two fractions behind 14 bytes."""
    note = b"Apple iOS\0\0\1MM" + struct.pack(">H", 2)
    at = 14 + 2 + 24 + 4
    for tag, place in ((33, at), (48, at + 8)):
        note += struct.pack(">HHII", tag, 10, 1, place)
    note += bytes(4)
    for value in (headroom, gain):
        note += struct.pack(">ii", round(value * 10_000), 10_000)
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x927C] = note
    return exif.tobytes()


@pytest.mark.parametrize(
    ("headroom", "gain", "stops"),
    [(0.5, 0.005, 1.7), (0.5, 1.0, 1.5), (1.2, 0.01, 2.3), (1.2, 1.0, 2.0)],
)
def test_apple_s_map_and_note(tmp_path, headroom, gain, stops):
    own = segment(
        0xE1,
        packet(
            'xmlns:apdi="http://ns.apple.com/pixeldatainfo/1.0/" '
            'apdi:AuxiliaryImageType="urn:com:apple:photo:2020:aux:hdrgainmap"'
        ),
    )
    content = ultra_hdr([own], exif=apple(headroom, gain), announced=False)
    found = images.read(written(tmp_path, content))
    most = 2**stops
    light = ((128 / 255 + 0.099) / 1.099) ** (1 / 0.45)  # Rec. 709
    np.testing.assert_allclose(gains(found)[3], most, rtol=1e-2)
    np.testing.assert_allclose(gains(found)[2], 1 + (most - 1) * light, rtol=2e-2)


def test_the_map_is_turned_as_the_photo_is(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # its right side is up
    content = ultra_hdr([google(GainMapMax="2")], exif=exif.tobytes())
    found = images.read(written(tmp_path, content))
    assert found.pixels.shape == (32, 24, 3)
    assert found.gain_map.gain.shape[:2] == (8, 6)
    np.testing.assert_allclose(found.gain_map.gain[3, :, 0], 4, rtol=2e-2)


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ([google()], "it has no GainMapMax"),
        ([google(GainMapMax="x")], "could not convert"),
        ([google(GainMapMax="40")], "more than 16 doublings"),
        ([google(GainMapMax="2", Gamma="0")], "its numbers are out of range"),
        ([google(GainMapMax="1", BaseRenditionIsHDR="True")], "the bright one"),
        ([iso([(0, 2, 1, 0, 0)], 0x44)], "the bright one"),
        ([segment(0xE2, ISO + b"\0\0\0\0\x40abc")], "unpack_from"),
        ([segment(0xE2, ISO + b"\0\1\0\0\x40" + bytes(60))], "of version 1"),
        ([], "is not there"),
    ],
)
def test_a_damaged_one_is_one_sentence_and_the_photo_is_read(tmp_path, own, said):
    found = images.read(written(tmp_path, ultra_hdr(own)))
    assert found.gain_map is None
    assert found.note.startswith("its gain map is damaged (") and said in found.note
    assert "\n" not in found.note
    whole = images.read(written(tmp_path, encoded(PHOTO)))
    np.testing.assert_array_equal(found.pixels, whole.pixels)


def test_a_cut_off_file_at_any_place_is_a_photo_or_a_sentence(tmp_path):
    content = ultra_hdr([google(GainMapMax="2")])
    end = len(content) - len(encoded(STORED))
    for stop in range(end, len(content), 97):
        found = images.read(written(tmp_path, content[:stop]))
        assert found.pixels.shape == PHOTO.shape
        assert found.gain_map is None or not found.note


def test_other_photos_have_none(tmp_path):
    found = images.read(written(tmp_path, encoded(PHOTO)))
    assert found.gain_map is None and found.note == ""


def test_only_what_is_brighter_than_around_it_is_lit():
    gain = np.ones((48, 64, 1), np.float32)
    gain[:24] = 3  # a sky
    gain[35:37, 30:32] = 8  # a lamp
    bright = gain_map.GainMap(gain, *np.zeros((2, 3), np.float32))
    lit = bright.lit(np.full((48, 64, 3), 0.9, np.float32))
    np.testing.assert_allclose(lit[35:37, 30:32], 0.9 * 8, rtol=1e-6)
    np.testing.assert_allclose(lit[:20], 0.9, rtol=1e-6)
    np.testing.assert_allclose(lit[40:], 0.9, rtol=1e-6)
