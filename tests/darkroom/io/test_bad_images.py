"""What is no picture, or cannot be written as one, is one sentence with its path."""

import os
import pathlib

import numpy as np
import pytest
from PIL import Image

from darkroom.io import decoding, images, reading

HEIGHT, WIDTH = 24, 41


def picture(kind: type = np.uint8) -> np.ndarray:
    """Noise."""
    random = np.random.Generator(np.random.PCG64(7))
    return random.integers(0, np.iinfo(kind).max, (HEIGHT, WIDTH, 3), kind)


def test_a_format_without_its_package_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(decoding, "learn_heif", lambda: None)
    monkeypatch.setattr(Image, "SAVE", {})
    with pytest.raises(ValueError, match=r"a\.heic: HEIF .* pip install pillow-heif"):
        images.write(tmp_path / "a.heic", picture())
    assert not list(tmp_path.iterdir())


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
