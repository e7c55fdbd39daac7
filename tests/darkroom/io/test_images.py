"""Files survive reading and writing, upright, with all their bits and belongings."""

import numpy as np
import pytest
from PIL import Image, ImageCms

from darkroom import pixels
from darkroom.io import decoding, images, sixteen_bit

HEIGHT, WIDTH = 24, 41


def picture(kind: type = np.uint8, channels: int = 3) -> np.ndarray:
    """Noise on a ramp, so that no two turns of it are alike."""
    random = np.random.Generator(np.random.PCG64(7))
    top = np.iinfo(kind).max
    ramp = np.linspace(0, 0.6, HEIGHT)[:, None, None] * np.ones(
        (HEIGHT, WIDTH, channels)
    )
    return ((ramp + 0.4 * random.random(ramp.shape)) * top).astype(kind)


def belongings() -> tuple[bytes, bytes]:
    exif = Image.Exif()
    exif[271] = "A maker"
    exif.get_ifd(0x8769)[33434] = 0.125  # the exposure time, in the EXIF folder
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    return exif.tobytes(), profile.tobytes()


def as_stored(upright: np.ndarray, orientation: int) -> np.ndarray:
    """What a camera that was held so stores; the oracle is Pillow's transpose."""
    undo = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    if undo is None:
        return upright
    planes = [Image.fromarray(upright[..., c].astype(np.float32)) for c in range(3)]
    turned = [np.asarray(plane.transpose(undo)) for plane in planes]
    return np.stack(turned, axis=-1).astype(upright.dtype)


@pytest.mark.parametrize("suffix", [".png", ".tif", ".webp", ".jpg"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied_exactly_once(tmp_path, suffix, orientation):
    """Catches: EXIF ignored, applied twice, or left in for the next program."""
    path = tmp_path / f"turned{suffix}"
    exif = Image.Exif()
    exif[274] = orientation
    upright = np.kron(picture()[:6, :9], np.ones((8, 8, 1), np.uint8))
    options = {"lossless": True} if suffix == ".webp" else {"quality": 95}
    image = Image.fromarray(as_stored(upright, orientation))
    image.save(path, exif=exif, **options)
    photo = images.read(path)
    assert photo.pixels.shape == upright.shape
    error = np.abs(photo.pixels.astype(int) - upright).mean()
    assert error < 6 if suffix == ".jpg" else error == 0
    images.write(tmp_path / "again.png", photo.pixels, photo)
    np.testing.assert_array_equal(
        images.read(tmp_path / "again.png").pixels, photo.pixels
    )


@pytest.mark.parametrize("suffix", [".png", ".tif"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_sixteen_bit_colour_is_upright_with_all_its_bits(tmp_path, suffix, orientation):
    """Catches: Pillow's silent cut to 8 bits; OpenCV turning a TIFF but not a PNG."""
    import tifffile

    upright = picture(np.uint16)
    stored, path = as_stored(upright, orientation), tmp_path / f"deep{suffix}"
    if suffix == ".tif":
        tags = [(274, 3, 1, orientation, True)]
        tifffile.imwrite(path, stored, photometric="rgb", extratags=tags)
    else:
        exif = Image.Exif()
        exif[274] = orientation
        sixteen_bit.write_png(path, stored, exif.tobytes())
    photo = images.read(path)
    assert photo.pixels.dtype == np.uint16
    np.testing.assert_array_equal(photo.pixels, upright)


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
@pytest.mark.parametrize("suffix", [".png", ".tif", ".TIFF", ".webp", ".jpg"])
def test_a_photo_comes_back_with_what_it_carried(tmp_path, kind, suffix):
    exif, icc = belongings()
    alpha = picture(kind, channels=1)[..., 0]
    photo = images.Photo(picture(kind), alpha, exif, icc)
    path = tmp_path / f"photo{suffix}"
    images.write(path, photo.pixels, photo)
    again = images.read(path)
    if suffix in (".webp", ".jpg"):
        difference = again.pixels.astype(int) - pixels.to_uint8(photo.pixels)
        assert again.pixels.dtype == np.uint8
        assert np.abs(difference).mean() < 25  # noise, through a lossy format
    else:
        np.testing.assert_array_equal(again.pixels, photo.pixels)
    if suffix == ".jpg":
        assert again.alpha is None
    else:
        np.testing.assert_array_equal(
            again.alpha, pixels.to_uint8(alpha) if suffix == ".webp" else alpha
        )
    assert again.icc == icc
    if not (kind is np.uint16 and suffix.lower().startswith(".tif")):
        read = Image.Exif()
        read.load(again.exif)
        assert read[271] == "A maker"
        assert read.get_ifd(0x8769)[33434] == 0.125


@pytest.mark.parametrize("suffix", [".heic", ".HEIF", ".avif"])
@pytest.mark.parametrize("orientation", [1, 6, 7])
def test_phones_formats_are_read_upright_and_written(tmp_path, suffix, orientation):
    """Catches a HEIC that is turned twice, by libheif and again by its EXIF."""
    if suffix != ".avif":
        pytest.importorskip("pillow_heif", reason="HEIC needs pillow-heif")
    upright = np.kron(picture()[:6, :9], np.ones((16, 16, 1), np.uint8))
    tags = Image.Exif()
    tags[274] = orientation
    path = tmp_path / f"turned{suffix}"
    decoding.learn_heif()
    Image.fromarray(as_stored(upright, orientation)).save(path, exif=tags.tobytes())
    photo = images.read(path)
    assert photo.pixels.shape == upright.shape
    assert np.abs(photo.pixels.astype(int) - upright).mean() < 16
    exif, icc = belongings()
    alpha = np.full(upright.shape[:2], 40, np.uint8)
    images.write(path, upright, images.Photo(upright, alpha, exif, icc))
    again = images.read(path)
    assert again.pixels.shape == upright.shape
    assert np.abs(again.pixels.astype(int) - upright).mean() < 12
    assert np.abs(again.alpha.astype(int) - 40).max() <= 2
    assert again.icc == icc
    assert b"A maker" in again.exif


def test_float_gets_the_bits_of_the_photo_it_was_made_from(tmp_path):
    fractions = picture(np.uint16) / 65535
    deep = images.Photo(picture(np.uint16))
    images.write(tmp_path / "deep.png", fractions, deep)
    images.write(tmp_path / "plain.png", fractions)
    images.write(tmp_path / "plain.webp", fractions, deep)
    np.testing.assert_array_equal(
        images.read(tmp_path / "deep.png").pixels, picture(np.uint16)
    )
    np.testing.assert_array_equal(
        images.read(tmp_path / "plain.png").pixels, np.rint(fractions * 255)
    )
    assert images.read(tmp_path / "plain.webp").pixels.dtype == np.uint8


@pytest.mark.parametrize("mode", ["L", "1", "P", "CMYK", "LA", "RGBA", "PA"])
def test_every_mode_becomes_rgb(tmp_path, mode):
    image = Image.fromarray(picture()).convert(mode)
    path = tmp_path / ("photo.tif" if mode in ("CMYK", "PA") else "photo.png")
    if mode == "PA":
        image = Image.fromarray(picture()).quantize(16)
        image.info["transparency"] = 3
        path = tmp_path / "photo.png"
        image.save(path, transparency=3)
    else:
        image.save(path)
    photo = images.read(path)
    assert photo.pixels.shape == (HEIGHT, WIDTH, 3)
    assert photo.pixels.dtype == np.uint8
    np.testing.assert_array_equal(photo.pixels, image.convert("RGB"))
    assert (photo.alpha is not None) == (mode in ("LA", "RGBA", "PA"))


def test_sixteen_bit_grey_becomes_colour(tmp_path):
    grey = picture(np.uint16, 1)[..., 0]
    images.write(tmp_path / "grey.png", grey)
    read = images.read(tmp_path / "grey.png").pixels
    np.testing.assert_array_equal(read, np.dstack([grey] * 3))


def test_a_grey_profile_is_left_behind(tmp_path):
    """Catches: a profile of one channel in a file of three, which viewers refuse."""
    icc = bytearray(belongings()[1])
    icc[16:20] = b"GRAY"
    Image.fromarray(picture()[..., 0]).save(tmp_path / "a.png", icc_profile=bytes(icc))
    assert images.read(tmp_path / "a.png").icc is None


def test_the_camera_s_thumbnail_is_left_behind(tmp_path):
    """Catches: a file browser that shows the photo as it was before."""
    exif, thumbnail = Image.Exif(), b"\xff\xd8" + b"t" * 400 + b"\xff\xd9"
    exif[271] = "A maker"
    plain = exif.tobytes()
    Image.fromarray(picture()).save(tmp_path / "a.jpg", exif=plain)
    data = bytearray((tmp_path / "a.jpg").read_bytes())
    start = data.index(b"Exif\0\0") - 2
    length = int.from_bytes(data[start : start + 2], "big")
    data[start : start + 2] = (length + len(thumbnail)).to_bytes(2, "big")
    data[start + length : start + length] = thumbnail
    (tmp_path / "a.jpg").write_bytes(data)
    photo = images.read(tmp_path / "a.jpg")
    assert b"A maker" in photo.exif
    assert b"tttt" not in photo.exif


def test_a_long_maker_s_note_does_not_stop_a_jpeg(tmp_path):
    exif = Image.Exif()
    exif[270] = "x" * 70_000
    like = images.Photo(picture(), exif=exif.tobytes())
    images.write(tmp_path / "out.jpg", picture(), like)
    assert images.read(tmp_path / "out.jpg").exif == b""


def test_exif_that_makes_no_sense_does_not_stop_a_photo(tmp_path):
    Image.fromarray(picture()).save(tmp_path / "a.jpg", exif=b"Exif\0\0" + b"\x07" * 64)
    assert images.read(tmp_path / "a.jpg").pixels.shape == (HEIGHT, WIDTH, 3)
