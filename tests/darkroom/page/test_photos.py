"""What is open, and for how long."""

import io

import numpy as np
import pytest
from PIL import Image
from werkzeug import exceptions

from darkroom import pixels
from darkroom.io import images
from darkroom.page import photos, scenes, uploads
from darkroom.render import autofocus

ALLOWED = uploads.Limits()


def file(height, width, format="PNG", **options):
    target = io.BytesIO()
    Image.fromarray(np.zeros((height, width, 3), np.uint8)).save(
        target, format, **options
    )
    return uploads.File(f"a.{format.lower()}", target.getvalue())


def png(values):
    target = io.BytesIO()
    Image.fromarray(values).save(target, "PNG")
    return target.getvalue()


def test_a_small_photo_is_its_own_preview():
    opened = photos.read(file(60, 90), ALLOWED)
    np.testing.assert_array_equal(opened.small.pixels, opened.photo.pixels)


def test_a_preview_has_as_many_pixels_as_a_window_and_the_photos_shape():
    opened = photos.read(file(1500, 2000), ALLOWED)
    assert opened.small.pixels.shape == (670, 894, 3)


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
        photos.read(uploads.File("a.jpg", b"no picture"), ALLOWED)
    whole = file(60, 90).data
    with pytest.raises(ValueError, match=r"^a\.png: the picture is damaged"):
        photos.read(uploads.File("a.png", whole[: len(whole) // 2]), ALLOWED)
    with pytest.raises(exceptions.RequestEntityTooLarge):
        photos.read(file(60, 90), uploads.Limits(pixels=5000))


def test_a_depth_that_fails_leaves_the_old_one(photo_file, depth_file):
    opened = photos.read(photo_file, ALLOWED)
    source = scenes.Source(depth_file)
    photos.give_depth(opened, source, ALLOWED)
    scene = opened.scene
    with pytest.raises(ValueError, match="not a picture"):
        wrong = scenes.Source(uploads.File("x.png", b"no map"))
        photos.give_depth(opened, wrong, ALLOWED)
    assert opened.scene is scene
    assert opened.source is source


def opened(pixels=1000):
    photo = images.Photo(np.zeros((pixels // 10, 10, 3), np.uint8))
    return photos.Opened(uploads.File("a.png", b"12"), photo, photo)


def test_the_size_counts_files_pixels_disparity_and_a_picture():
    previews = 3000 + 58_000
    assert opened().size() == 2 + 2 * 3000 + 8000 + previews
    with_map = opened()
    with_map.source = scenes.Source(uploads.File("a_depth.png", b"123"))
    assert with_map.size() == opened().size() + 3


@pytest.fixture
def photo(photo_file):
    return _read(photo_file)


def _read(file):
    with uploads.on_disk(file) as [path]:
        return images.read(path)


def small(photo):
    return images.Photo(photo.pixels[1::3, 1::3])


def find(file, photo, source, allowed=ALLOWED):
    return scenes.find(file, photo, small(photo), source, allowed)


def test_the_small_depth_is_the_full_one_at_every_third_pixel(
    photo_file, photo, depth_file
):
    """Between two surfaces there is none: only values that the map has."""
    scene = find(photo_file, photo, scenes.Source(depth_file))
    np.testing.assert_array_equal(
        scene.small.disparity, scene.full.disparity[1::3, 1::3]
    )
    assert scene.full.disparity.shape == photo.pixels.shape[:2]
    assert "a_depth.png" in scene.origin


def test_the_start_lies_in_what_is_focused(photo_file, photo, depth_file):
    scene = find(photo_file, photo, scenes.Source(depth_file))
    x, y = scene.start
    assert scene.focus.disparity == pytest.approx(scene.full.disparity.max(), abs=0.02)
    assert 0.1 < x < 0.4  # the left half is near
    assert 0.3 < y < 0.7


def test_a_subject_comes_along_in_both_sizes(
    photo_file, photo, depth_file, monkeypatch
):
    there = np.zeros(photo.pixels.shape[:2], np.float32)
    there[12:30, 60:81] = 1
    focus = autofocus.Focus(0.5, "a face", there)
    monkeypatch.setattr(autofocus, "find", lambda *_, **__: focus)
    scene = find(photo_file, photo, scenes.Source(depth_file))
    np.testing.assert_array_equal(scene.small.subject, there[1::3, 1::3])
    assert scene.focus is focus
    assert scene.start == pytest.approx((0.78, 0.35), abs=0.06)


def test_inverted_and_metres_reach_the_depth(photo_file, photo, depth_file):
    plain, turned = (
        find(photo_file, photo, scenes.Source(depth_file, invert=invert))
        for invert in (False, True)
    )
    np.testing.assert_allclose(
        turned.full.disparity, 1 - plain.full.disparity, atol=1e-3
    )
    metres = find(photo_file, photo, scenes.Source(depth_file, unit="metres"))
    assert metres.full.disparity[30, 80] > metres.full.disparity[30, 10]


def test_a_matte_is_in_focus_and_comes_along_in_both_sizes(
    photo_file, photo, depth_file
):
    matte = np.zeros(photo.pixels.shape[:2], np.uint8)
    matte[9:51, 60:81] = 255
    matte[9:51, 58:60] = 100
    sent = uploads.File("hair.png", png(matte))
    scene = find(photo_file, photo, scenes.Source(depth_file, matte=sent))
    np.testing.assert_allclose(scene.full.matte, matte / 255, atol=1e-6)
    assert scene.full.subject is scene.full.matte
    expected = pixels.resize_to(scene.full.matte, (20, 30))
    np.testing.assert_array_equal(scene.small.matte, expected)
    assert scene.focus.name == "what the matte shows"
    assert scene.focus.disparity < 0.3  # it is in the far half
    alone = find(photo_file, photo, scenes.Source(name="none", matte=sent))
    assert "what the matte shows in front" in alone.origin
    nothing = uploads.File("m.png", png(0 * matte))
    with pytest.raises(ValueError, match=r"^m\.png: the matte is darker than grey"):
        find(photo_file, photo, scenes.Source(depth_file, matte=nothing))


def test_a_map_that_is_too_large_is_not_decoded(photo_file, photo, depth_file):
    with pytest.raises(exceptions.RequestEntityTooLarge, match=r"a_depth\.png"):
        find(photo_file, photo, scenes.Source(depth_file), uploads.Limits(pixels=1000))


def test_the_sentence_names_the_file_not_its_folder(photo_file, photo):
    broken = uploads.File("map.png", b"no picture")
    with pytest.raises(ValueError, match=r"^map\.png: it is not a picture"):
        find(photo_file, photo, scenes.Source(broken))


@pytest.mark.parametrize(
    ("source", "flags"),
    [
        (scenes.Source(), {}),
        (scenes.Source(name="prior"), {"depth": "prior"}),
        (
            scenes.Source(uploads.File("m.png", b""), invert=True),
            {"depth": "m.png", "invert_depth": "true"},
        ),
        (
            scenes.Source(uploads.File("m.npy", b""), unit="metres"),
            {"depth": "m.npy", "depth_unit": "metres"},
        ),
        (
            scenes.Source(box=(0.25, 0, 0.5, 1), matte=uploads.File("h.png", b"")),
            {"subject": "0.25,0,0.5,1", "matte": "h.png"},
        ),
    ],
)
def test_the_flags_say_the_same(source, flags):
    assert source.flags() == flags
