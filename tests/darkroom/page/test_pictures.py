"""Pictures of an open photo are those that the command draws."""

import dataclasses
import io

import numpy as np
import pytest
from PIL import Image

from darkroom.page import photos, pictures, samples, scenes, settings, uploads
from darkroom.render import autofocus, look, shot, surface

ALLOWED = uploads.Limits()
WEAK = settings.Settings(look.Look(strength=20), "0.25,0.5")


@pytest.fixture
def opened(photo_file, depth_file):
    opened = photos.read(photo_file, ALLOWED)
    photos.give_depth(opened, scenes.Source(depth_file), ALLOWED)
    return opened


def test_a_click_focuses_on_what_is_there(opened):
    near, far = (
        pictures.shown(opened, dataclasses.replace(WEAK, focus=point), "full").focus
        for point in ("0.2,0.5", "0.8,0.5")
    )
    assert near == pytest.approx(opened.scene.full.disparity[30, 18])
    assert far == pytest.approx(opened.scene.full.disparity[30, 72])
    assert near > far


def test_a_preview_has_the_focus_of_the_full_size():
    """A corner of the map that the small one has not: the median is another there."""
    values = np.full((1200, 1200), 20, np.uint8)
    values[:, 600:] = 220
    target = io.BytesIO()
    Image.fromarray(values).convert("RGB").save(target, "PNG")
    file = uploads.File("a.png", target.getvalue())
    opened = photos.read(file, ALLOWED)
    small = np.zeros(opened.small.pixels.shape[:2], np.float32)
    full = values / np.float32(255)
    opened.scene = scenes.Scene(
        "",
        scenes.View(opened.photo, full, None),
        scenes.View(opened.small, small, None),
        autofocus.Focus(0.5, "it"),
        (0.5, 0.5),
    )
    one = pictures.shown(opened, dataclasses.replace(WEAK, focus="0.9,0.5"), "small")
    assert one.focus == pytest.approx(220 / 255)
    assert one.disparity is small


def test_who_was_found_is_moved_into_focus_unless_a_point_is_named(opened):
    face = np.zeros(opened.photo.pixels.shape[:2], bool)
    face[:10, 70:] = True
    view = dataclasses.replace(opened.scene.full, subject=face.astype(np.float32))
    focus = autofocus.Focus(0.6, "a face", spread=surface.Spread(0.5, 0.8))
    opened.scene = dataclasses.replace(opened.scene, full=view, focus=focus)
    found = pictures.shown(opened, settings.Settings(look.Look()), "full")
    assert (found.focus, found.band) == pytest.approx((0.65, 0.3))
    plain = look.Look(focal_range=0.0)
    found = pictures.shown(opened, settings.Settings(plain), "full")
    assert (found.focus, found.band) == (0.6, 0)
    assert (found.disparity[face] == np.float32(0.6)).all()
    clicked = pictures.shown(opened, WEAK, "full")
    assert (clicked.disparity[face] != np.float32(0.6)).all()


def test_what_was_painted_stays_sharp_or_is_blurred(opened):
    near, far = (np.s_[25:35, 8:15], np.s_[25:35, 75:82])
    strokes = (
        settings.Stroke("blurred", 0.25, ((0.13, 0.5),)),
        settings.Stroke("sharp", 0.25, ((0.87, 0.5),)),
    )
    plain = pictures.full(opened, WEAK).picture
    painted = dataclasses.replace(WEAK, strokes=strokes)
    brushed = pictures.full(opened, painted).picture
    photo = opened.photo.pixels
    assert (plain[near] == photo[near]).all()
    assert (brushed[far] == photo[far]).all()
    assert (brushed[near] != photo[near]).mean() > 0.5
    assert (plain[far] != photo[far]).mean() > 0.5


def test_the_depth_view_shows_what_was_painted(opened):
    stroke = settings.Stroke("sharp", 0.2, ((0.85, 0.5),))
    brushed = dataclasses.replace(WEAK, strokes=(stroke,))
    plain, changed = (
        shot.depth_view(pictures.shown(opened, asked, "small"))
        for asked in (WEAK, brushed)
    )
    there = np.s_[28:32, 74:79]
    assert np.ptp(changed[there], axis=-1).max() <= 1  # white under the photo's shading
    assert np.ptp(plain[there], axis=-1).min() > 20
    np.testing.assert_array_equal(plain[:, :40], changed[:, :40])


def test_a_photo_without_depth_says_so(photo_file):
    with pytest.raises(ValueError, match=r"a\.png: it has no depth yet"):
        pictures.shown(photos.read(photo_file, ALLOWED), WEAK, "small")


def test_the_full_picture_is_drawn_once_until_something_changes(opened, monkeypatch):
    drawn = []
    draw = shot.draw
    monkeypatch.setattr(shot, "draw", lambda *a: drawn.append(1) or draw(*a))
    for turn in (1, 2):
        pictures.full(opened, dataclasses.replace(WEAK, turn=turn))
    assert len(drawn) == 1
    stronger = dataclasses.replace(WEAK, look=look.Look(strength=90))
    strong, weak = (pictures.full(opened, how).picture for how in (stronger, WEAK))
    assert (strong != weak).any()
    assert len(drawn) == 3
    photos.give_depth(opened, scenes.Source(name="prior"), ALLOWED)
    pictures.full(opened, WEAK)
    assert len(drawn) == 4


def test_a_file_of_any_ending_is_written(opened):
    picture = opened.photo.pixels
    formats = {".jpg": "JPEG", ".png": "PNG", ".tif": "TIFF", ".webp": "WEBP"}
    for ending, format in formats.items():
        data = pictures.encode(opened, picture, ending)
        assert Image.open(io.BytesIO(data)).format == format
    with pytest.raises(ValueError, match=r"^a\.gif: a picture cannot be written"):
        pictures.encode(opened, picture, ".gif")


def test_a_jpeg_for_the_screen_keeps_the_colour_profile():
    sixteen = np.full((8, 8, 3), 65535 // 2, np.uint16)
    found = Image.open(io.BytesIO(pictures.jpeg(sixteen, icc=b"profile")))
    assert found.info["icc_profile"] == b"profile"
    np.testing.assert_allclose(np.asarray(found), 127, atol=1)


def test_the_point_of_light_has_the_openings_shape():
    disc, ring = (pictures.point_of_light(look.Look(shape=s)) for s in ("disc", "ring"))
    assert disc.shape == ring.shape
    middle = len(disc) // 2
    assert (disc[middle, middle], ring[middle, middle]) == (255, 0)
    assert disc[0, 0] == ring[0, 0] == 0


def test_a_click_after_others_draws_what_it_draws_alone():
    """What is remembered of a photo changes no bit of a picture."""
    file, depth_map = samples.files(2)  # it has lights and noise
    source = scenes.Source(depth_map)
    looks = [look.Look(f_number=1.4), look.Look(f_number=2, boost=4, grain=2)]
    clicks = [
        settings.Settings(how, at) for how in looks for at in ("0.3,0.4", "0.8,0.3")
    ]

    def drawn(opened, click):
        return shot.draw(pictures.shown(opened, click, "small"), click.look)

    def opened():
        one = photos.read(file, ALLOWED)
        photos.give_depth(one, source, ALLOWED)
        return one

    one = opened()
    for click in [*clicks, *clicks]:
        after = drawn(one, click)
        np.testing.assert_array_equal(after, drawn(opened(), click))
