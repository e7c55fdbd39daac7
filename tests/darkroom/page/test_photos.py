"""What is open, and for how long."""

import io

import numpy as np
import pytest
from PIL import Image
from werkzeug import exceptions

from darkroom.io import images
from darkroom.page import files, limits, photos, scenes

ALLOWED = limits.Limits()


def file(height, width, format="PNG", **options):
    target = io.BytesIO()
    Image.fromarray(np.zeros((height, width, 3), np.uint8)).save(
        target, format, **options
    )
    return files.File(f"a.{format.lower()}", target.getvalue())


def test_a_small_photo_is_its_own_preview():
    opened = photos.read(file(60, 90), ALLOWED)
    np.testing.assert_array_equal(opened.small.pixels, opened.photo.pixels)


def test_a_preview_has_a_megapixel_and_the_photos_shape():
    opened = photos.read(file(1500, 2000), ALLOWED)
    assert opened.small.pixels.shape == (866, 1154, 3)


def test_a_line_of_pixels_has_a_preview():
    assert photos.read(file(1, 1_100_000), ALLOWED).small.pixels.shape[0] == 1


def test_a_preview_is_upright_and_keeps_the_profile():
    exif, profile = Image.Exif(), b"\0" * 16 + b"RGB " + b"\0" * 108
    exif[0x0112] = 6
    sent = file(40, 60, "JPEG", exif=exif.tobytes(), icc_profile=profile)
    opened = photos.read(sent, ALLOWED)
    assert opened.small.pixels.shape == (60, 40, 3)
    assert opened.small.icc == opened.photo.icc == profile


def test_what_cannot_be_read_is_one_sentence():
    with pytest.raises(ValueError, match=r"^a\.jpg: it is not a picture"):
        photos.read(files.File("a.jpg", b"no picture"), ALLOWED)
    whole = file(60, 90).data
    with pytest.raises(ValueError, match=r"^a\.png: the picture is damaged"):
        photos.read(files.File("a.png", whole[: len(whole) // 2]), ALLOWED)
    with pytest.raises(exceptions.RequestEntityTooLarge):
        photos.read(file(60, 90), limits.Limits(pixels=5000))


def test_a_depth_that_fails_leaves_the_old_one(photo_file, depth_file):
    opened = photos.read(photo_file, ALLOWED)
    source = scenes.Source(depth_file)
    photos.give_depth(opened, source, ALLOWED)
    scene = opened.scene
    with pytest.raises(ValueError, match="not a picture"):
        wrong = scenes.Source(files.File("x.png", b"no map"))
        photos.give_depth(opened, wrong, ALLOWED)
    assert opened.scene is scene
    assert opened.source is source


def opened(pixels=1000):
    photo = images.Photo(np.zeros((pixels // 10, 10, 3), np.uint8))
    return photos.Opened(files.File("a.png", b"12"), photo, photo)


def test_the_size_counts_pixels_disparity_and_a_picture():
    assert opened().size() == 2 + 3000 + 3000 + 4000


def test_the_least_recently_used_photo_goes_first():
    shelf = photos.Shelf(memory=25_000)  # two and a half of them
    first, second = shelf.put(opened()), shelf.put(opened())
    shelf.get(first)
    third = shelf.put(opened())
    with pytest.raises(exceptions.NotFound, match="open it again"):
        shelf.get(second)
    assert shelf.get(first) is not shelf.get(third)


def test_the_newest_photo_stays_even_if_it_is_too_large():
    shelf = photos.Shelf(memory=1)
    names = [shelf.put(opened()) for _ in range(2)]
    assert shelf.get(names[1])
    with pytest.raises(exceptions.NotFound):
        shelf.get(names[0])


def test_names_cannot_be_guessed():
    shelf = photos.Shelf(10**9)
    names = {shelf.put(opened()) for _ in range(20)}
    assert len(names) == 20
    assert min(map(len, names)) >= 16
