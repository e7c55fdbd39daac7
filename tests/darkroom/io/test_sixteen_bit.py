"""16-bit colour: what is inside the files, and which ones are refused."""

import struct
import zlib

import numpy as np
import pytest
import tifffile
from PIL import Image, ImageOps

from darkroom.io import images, sixteen_bit


def picture(channels: int = 3) -> np.ndarray:
    random = np.random.Generator(np.random.PCG64(3))
    return random.integers(0, 65536, (14, 23, channels), np.uint16)


def eight(values: np.ndarray) -> np.ndarray:
    return (values[..., :3] // 256).astype(np.uint8)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_turn_is_pillow_s(orientation):
    """Catches: 6 and 8, or 5 and 7, taken for each other; maps turned like colour."""
    image = Image.fromarray(picture(1)[..., 0].astype(np.float32))
    image.getexif()[0x0112] = orientation
    expected = np.asarray(ImageOps.exif_transpose(image))
    got = sixteen_bit.turn(np.asarray(image), orientation)
    np.testing.assert_array_equal(got, expected)
    assert got.flags.c_contiguous


@pytest.mark.parametrize("orientation", [1, 3, 6])
def test_alpha_turns_along_with_the_colour(tmp_path, orientation):
    """Catches: alpha lost, multiplied into the colour, or left as stored."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    values, path = picture(4), tmp_path / "a.png"
    sixteen_bit.write_png(path, values, exif.tobytes())
    photo = images.read(path)
    found = np.dstack([photo.pixels, photo.alpha])
    np.testing.assert_array_equal(found, sixteen_bit.turn(values, orientation))


def test_png_chunks_stand_in_order_and_check(tmp_path):
    """Catches what Pillow overlooks: a wrong CRC, JPEG's prefix inside eXIf."""
    exif = Image.Exif()
    exif[271] = "A maker"
    path = tmp_path / "a.png"
    sixteen_bit.write_png(path, picture(), exif.tobytes(), b"profile")
    data, chunks = path.read_bytes()[8:], {}
    while data:
        (length,) = struct.unpack(">I", data[:4])
        kind, body = data[4:8], data[8 : 8 + length]
        assert data[8 + length : 12 + length] == struct.pack(
            ">I", zlib.crc32(kind + body)
        )
        chunks[kind] = body
        data = data[12 + length :]
    assert list(chunks) == [b"IHDR", b"iCCP", b"eXIf", b"IDAT", b"IEND"]
    assert chunks[b"eXIf"][:2] in (b"II", b"MM")
    assert zlib.decompress(chunks[b"iCCP"].split(b"\0\0", 1)[1]) == b"profile"


@pytest.mark.parametrize(
    ("channels", "photometric", "extra"), [(1, 1, ()), (3, 2, ()), (4, 2, (2,))]
)
def test_tiff_says_what_its_channels_are(tmp_path, channels, photometric, extra):
    """Catches: alpha marked as multiplied in (1), which viewers would divide out."""
    values = np.squeeze(picture(channels))
    sixteen_bit.write_tiff(tmp_path / "a.tif", values)
    with tifffile.TiffFile(tmp_path / "a.tif") as file:
        page = file.pages[0]
        assert page.photometric == photometric
        assert tuple(page.extrasamples) == extra
        assert page.bitspersample == 16
        np.testing.assert_array_equal(page.asarray(), values)


def test_a_big_endian_tiff_is_read(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", picture(), byteorder=">", photometric="rgb")
    np.testing.assert_array_equal(images.read(tmp_path / "a.tif").pixels, picture())


def test_what_disagrees_with_pillow_is_refused(tmp_path):
    """Catches: a picture in another order or turned, taken on trust."""

    def decode(stored: bytes, seen: np.ndarray) -> np.ndarray:
        image = Image.fromarray(np.ascontiguousarray(seen))
        return sixteen_bit.decode("a.png", stored, image, 1)

    path, values = tmp_path / "a.png", picture()
    sixteen_bit.write_png(path, values)
    stored, seen = path.read_bytes(), eight(values)
    near = np.clip(seen.astype(int) + 1, 0, 255).astype(np.uint8)
    np.testing.assert_array_equal(decode(stored, near), values)
    for other in (seen[..., ::-1], seen[::-1], seen.swapaxes(0, 1), seen[:1, :1]):
        with pytest.raises(ValueError, match=r"a\.png: 16-bit colour of this kind"):
            decode(stored, other)
    with pytest.raises(ValueError, match=r"a\.png: .* save it as a plain 16-bit PNG"):
        decode(b"no picture", seen)
