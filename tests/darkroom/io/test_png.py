"""A PNG is read in spite of its text, and keeps its colours."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms

from darkroom.io import colour_profile, images, png

PICTURE = np.random.Generator(np.random.PCG64(2)).integers(0, 256, (9, 8, 3), np.uint8)


def chunk(kind: bytes, data: bytes, check: int | None = None) -> bytes:
    check = zlib.crc32(kind + data) if check is None else check
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)


def with_chunks(path, *chunks: bytes) -> None:
    """A picture with more chunks behind its head."""
    out = io.BytesIO()
    Image.fromarray(PICTURE).save(out, "PNG")
    plain = out.getvalue()
    path.write_bytes(plain[:33] + b"".join(chunks) + plain[33:])


CASES = {
    "text of 2 MB": chunk(b"zTXt", b"x\0\0" + zlib.compress(bytes(2_000_000))),
    "damaged text": chunk(b"tEXt", b"x\0y", 7),
    "damaged profile": chunk(b"iCCP", b"x\0\0" + b"no zlib"),
    "animation": chunk(b"acTL", struct.pack(">II", 2, 0)),
    "odd gamma": chunk(b"gAMA", struct.pack(">I", 0)),
    "odd primaries": chunk(b"gAMA", struct.pack(">I", 1000))
    + chunk(b"cHRM", struct.pack(">8I", *(8 * [31270]))),
}


@pytest.mark.parametrize("case", [c for c in CASES if c != "odd primaries"])
def test_what_no_pixel_needs_stops_nobody(tmp_path, case):
    with_chunks(tmp_path / "a.png", CASES[case])
    photo = images.read(tmp_path / "a.png")
    np.testing.assert_array_equal(photo.pixels, PICTURE)


def test_impossible_primaries_are_said(tmp_path):
    with_chunks(tmp_path / "a.png", CASES["odd primaries"])
    with pytest.raises(ValueError, match=r"a\.png: .*primaries are on one line"):
        images.read(tmp_path / "a.png")


def test_a_long_profile_is_kept(tmp_path):
    icc = bytes(16) + b"RGB " + np.random.Generator(np.random.PCG64(1)).bytes(2_000_000)
    with_chunks(tmp_path / "a.png", chunk(b"iCCP", b"x\0\0" + zlib.compress(icc)))
    assert images.read(tmp_path / "a.png").icc == icc
    bomb = zlib.compress(bytes(17_000_000))
    with_chunks(tmp_path / "b.png", chunk(b"iCCP", b"x\0\0" + bomb))
    with pytest.raises(ValueError, match=r"b\.png: .*profile takes more than 16 MB"):
        images.read(tmp_path / "b.png")


def test_a_damaged_pixel_is_not_forgiven(tmp_path):
    out = io.BytesIO()
    Image.fromarray(PICTURE).save(out, "PNG")
    data = bytearray(out.getvalue())
    data[data.index(b"IDAT") + 12] ^= 255
    (tmp_path / "a.png").write_bytes(data)
    with pytest.raises(ValueError, match=r"a\.png: the picture is damaged"):
        images.read(tmp_path / "a.png")


def seen(icc: bytes | None, value: int) -> np.ndarray:
    """What LittleCMS makes of a grey and of pure colours, in sRGB."""
    picture = np.array([[[value] * 3, [255, 0, 0], [0, 255, 0]]], np.uint8)
    if icc is None:
        return picture[0].astype(int)
    profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
    made = ImageCms.profileToProfile(
        Image.fromarray(picture),
        profile,
        ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
    )
    return np.asarray(made)[0].astype(int)


def test_a_gamma_becomes_a_profile(tmp_path):
    """Catches colours that change: linear light that is shown as if it were sRGB."""
    with_chunks(tmp_path / "a.png", chunk(b"gAMA", struct.pack(">I", 100_000)))
    icc = images.read(tmp_path / "a.png").icc
    grey, red, green = seen(icc, 55)  # 55 / 255 of the light
    expected = round(255 * (1.055 * (55 / 255) ** (1 / 2.4) - 0.055))
    assert np.abs(grey - expected).max() <= 1
    assert np.abs(red - [255, 0, 0]).max() <= 1
    assert np.abs(green - [0, 255, 0]).max() <= 1
    images.write(tmp_path / "b.jpg", PICTURE, images.read(tmp_path / "a.png"))
    assert images.read(tmp_path / "b.jpg").icc == icc


@pytest.mark.parametrize("more", [(), (chunk(b"sRGB", b"\0"),)])
def test_srgb_needs_no_profile(tmp_path, more):
    with_chunks(tmp_path / "a.png", chunk(b"gAMA", struct.pack(">I", 45_455)), *more)
    assert images.read(tmp_path / "a.png").icc is None


def test_display_p3_becomes_a_profile(tmp_path):
    """P3's green is beyond sRGB's; a P3 value of sRGB's own green is (117, 251, 76)."""
    with_chunks(tmp_path / "a.png", chunk(b"cICP", bytes([12, 13, 0, 1])))
    icc = images.read(tmp_path / "a.png").icc
    profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
    made = ImageCms.profileToProfile(
        Image.fromarray(np.array([[[117, 251, 76]]], np.uint8)),
        profile,
        ImageCms.createProfile("sRGB"),
    )
    assert np.abs(np.asarray(made)[0, 0].astype(int) - [0, 255, 0]).max() <= 3
    assert np.abs(seen(icc, 128)[0] - 128).max() <= 1


def test_hdr_is_named_for_what_it_is(tmp_path):
    with_chunks(tmp_path / "a.png", chunk(b"cICP", bytes([9, 16, 0, 1])))
    with pytest.raises(ValueError, match=r"a\.png: .*PQ, of HDR"):
        images.read(tmp_path / "a.png")
    assert colour_profile.of_code_points(1, 13) is None


def test_the_head_is_missing():
    with pytest.raises(ValueError, match="head is missing"):
        png.parse(png.SIGNATURE)
