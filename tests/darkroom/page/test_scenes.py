"""A photo's depth, in both sizes."""

import numpy as np
import pytest
from werkzeug import exceptions

from darkroom.io import images
from darkroom.page import files, limits, scenes
from darkroom.render import autofocus

ALLOWED = limits.Limits()


@pytest.fixture
def photo(photo_file):
    return _read(photo_file)


def _read(file):
    with files.laid_out(file) as [path]:
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
    assert "a_depth.png" in scene.said


def test_the_start_lies_in_what_is_focused(photo_file, photo, depth_file):
    scene = find(photo_file, photo, scenes.Source(depth_file))
    x, y = scene.start
    assert scene.focus == pytest.approx(scene.full.disparity.max(), abs=0.02)
    assert 0.1 < x < 0.4  # the left half is near
    assert 0.3 < y < 0.7


def test_a_subject_comes_along_in_both_sizes(
    photo_file, photo, depth_file, monkeypatch
):
    there = np.zeros(photo.pixels.shape[:2], np.float32)
    there[12:30, 60:81] = 1
    focus = autofocus.Focus(0.5, "a face", there)
    monkeypatch.setattr(autofocus, "find", lambda *_: focus)
    scene = find(photo_file, photo, scenes.Source(depth_file))
    np.testing.assert_array_equal(scene.small.subject, there[1::3, 1::3])
    assert scene.focus == 0.5
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


def test_a_map_that_is_too_large_is_not_decoded(photo_file, photo, depth_file):
    with pytest.raises(exceptions.RequestEntityTooLarge, match=r"a_depth\.png"):
        find(photo_file, photo, scenes.Source(depth_file), limits.Limits(pixels=1000))


def test_the_sentence_names_the_file_not_its_folder(photo_file, photo):
    broken = files.File("map.png", b"no picture")
    with pytest.raises(ValueError, match=r"^map\.png: it is not a picture"):
        find(photo_file, photo, scenes.Source(broken))


@pytest.mark.parametrize(
    ("source", "flags"),
    [
        (scenes.Source(), {}),
        (scenes.Source(name="prior"), {"depth": "prior"}),
        (
            scenes.Source(files.File("m.png", b""), invert=True),
            {"depth": "m.png", "invert_depth": "true"},
        ),
        (
            scenes.Source(files.File("m.npy", b""), unit="metres"),
            {"depth": "m.npy", "depth_unit": "metres"},
        ),
    ],
)
def test_the_flags_say_the_same(source, flags):
    assert source.flags() == flags
