"""Files survive reading and writing, upright, with all their bits and belongings."""

import os
import pathlib

import numpy as np
import pytest
from PIL import Image, ImageCms

from darkroom import pixels
from darkroom.io import decoding, images, reading, sixteen_bit

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


def test_a_format_without_its_package_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(decoding, "learn_heif", lambda: None)
    monkeypatch.setattr(Image, "SAVE", {})
    with pytest.raises(ValueError, match=r"a\.heic: HEIF .* pip install pillow-heif"):
        images.write(tmp_path / "a.heic", picture())
    assert not list(tmp_path.iterdir())


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


@pytest.mark.parametrize(
    "name", ["cut.jpg", "cut.png", "cut.webp", "cut.tif", "deep.png", "deep.tif"]
)
def test_a_file_cut_short_is_one_sentence_with_its_path(tmp_path, name):
    path = tmp_path / name
    kind = np.uint16 if name.startswith("deep") else np.uint8
    images.write(path, np.tile(picture(kind), (8, 8, 1)))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(ValueError, match=r"cut short|not a picture") as error:
        images.read(path)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "content", [b"", b"not a picture at all", b"\x89PNG\r\n\x1a\n"]
)
def test_what_is_no_picture_is_one_sentence_with_its_path(tmp_path, content):
    path = tmp_path / "notes.jpg"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"notes\.jpg: .*(not a picture|damaged)"):
        images.read(path)


def test_a_missing_file_is_an_oserror_that_names_it(tmp_path):
    with pytest.raises(FileNotFoundError) as error:
        images.read(tmp_path / "none.jpg")
    assert error.value.filename == str(tmp_path / "none.jpg")


@pytest.mark.parametrize("ending", [*images.SUFFIXES, ".gif", ".bmp", ".ppm"])
def test_a_file_that_claims_too_many_pixels_is_refused(tmp_path, monkeypatch, ending):
    path = tmp_path / f"large{ending}"
    if ending in images.SUFFIXES:
        images.write(path, picture())
    else:
        Image.fromarray(picture()).save(path)
    monkeypatch.setattr(decoding, "MAX_PIXELS", HEIGHT * WIDTH - 1)
    with pytest.raises(ValueError, match=r"it has more than .* megapixels.*--max_mega"):
        images.read(path)
    monkeypatch.setattr(decoding, "MAX_PIXELS", HEIGHT * WIDTH)
    assert images.read(path).pixels.size


def test_how_much_is_taken_can_be_set(tmp_path, monkeypatch):
    for owner, name in (
        (decoding, "MAX_PIXELS"),
        (reading, "MAX_BYTES"),
        (Image, "MAX_IMAGE_PIXELS"),
    ):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    path = tmp_path / "large.png"
    Image.new("L", (1000, 1001)).save(path)
    decoding.allow(1)
    with pytest.raises(ValueError, match="it has more than 1 megapixels"):
        images.read(path)
    decoding.allow(2)
    assert images.read(path).pixels.size


@pytest.mark.parametrize("mode", ["F", "I", "LAB"])
def test_numbers_without_a_known_range_are_refused(tmp_path, mode):
    Image.new(mode, (WIDTH, HEIGHT)).save(tmp_path / "numbers.tif")
    with pytest.raises(ValueError, match=f"numbers.tif: it holds .* mode {mode};"):
        images.read(tmp_path / "numbers.tif")


@pytest.mark.parametrize("name", ["out.bmp", "out"])
def test_an_unknown_ending_lists_the_known_ones(tmp_path, name):
    with pytest.raises(
        ValueError, match=r"\.jpg, \.jpeg, \.png, \.webp, \.tif, \.tiff, \.heic"
    ):
        images.write(tmp_path / name, picture())
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (np.zeros((4, 5, 2), np.uint8), "shape"),
        (np.zeros((4, 5, 3), np.int64), "int64"),
        (np.full((4, 5, 3), np.nan), "NaN"),
    ],
)
def test_what_is_no_picture_is_not_written(tmp_path, bad, said):
    with pytest.raises(ValueError, match=said):
        images.write(tmp_path / "out.png", bad)
    assert not list(tmp_path.iterdir())


def test_alpha_of_another_size_is_refused(tmp_path):
    like = images.Photo(picture(), alpha=np.zeros((3, 4), np.uint8))
    with pytest.raises(ValueError, match=f"{HEIGHT}x{WIDTH}, the alpha .* 3x4"):
        images.write(tmp_path / "out.png", picture(), like)


def test_a_long_maker_s_note_does_not_stop_a_jpeg(tmp_path):
    exif = Image.Exif()
    exif[270] = "x" * 70_000
    like = images.Photo(picture(), exif=exif.tobytes())
    images.write(tmp_path / "out.jpg", picture(), like)
    assert images.read(tmp_path / "out.jpg").exif == b""


def test_exif_that_makes_no_sense_does_not_stop_a_photo(tmp_path):
    Image.fromarray(picture()).save(tmp_path / "a.jpg", exif=b"Exif\0\0" + b"\x07" * 64)
    assert images.read(tmp_path / "a.jpg").pixels.shape == (HEIGHT, WIDTH, 3)


def test_an_old_file_survives_a_failed_write(tmp_path, monkeypatch):
    path = tmp_path / "out.png"
    images.write(path, picture())
    before = path.read_bytes()

    def full_disk(self, file, **options):
        pathlib.Path(file).write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", full_disk)
    with pytest.raises(OSError, match="No space"):
        images.write(path, 255 - picture())
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_pipes_and_devices_are_no_files(tmp_path):
    """Catches a read that never ends."""
    os.mkfifo(tmp_path / "pipe.jpg")
    for path in (tmp_path / "pipe.jpg", pathlib.Path("/dev/zero")):
        with pytest.raises(ValueError, match="it is a pipe, a socket or a device"):
            images.read(path)
    with pytest.raises(ValueError, match="it is a folder; expected a file"):
        images.read(tmp_path)


def test_an_eps_file_starts_no_other_program(tmp_path, monkeypatch):
    monkeypatch.setattr("subprocess.Popen", None)
    eps = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n"
    (tmp_path / "a.jpg").write_bytes(eps)
    with pytest.raises(ValueError, match=r"a\.jpg: it is not a picture"):
        images.read(tmp_path / "a.jpg")


def test_what_takes_too_much_memory_is_one_sentence(tmp_path, monkeypatch):
    Image.fromarray(picture()).save(tmp_path / "a.png")

    def none_left(*_):
        raise MemoryError

    monkeypatch.setattr(Image.Image, "load", none_left)
    with pytest.raises(ValueError, match=r"a\.png: the picture is too large for the m"):
        images.read(tmp_path / "a.png")
