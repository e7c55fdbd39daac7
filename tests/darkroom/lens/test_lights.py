"""darkroom.lens.lights: what counts as a light, and how bright it gets."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from darkroom.lens import layers, lights


def found(photo, radius=12.0, boost=10.0):
    depth = layers.split(np.zeros(photo.shape[:2], np.float32), 1.0, radius)
    return lights.find(photo, depth, boost)


def night(height=240, width=320):
    return np.full((height, width, 3), 0.05, np.float32)


def test_a_small_clipped_spot_gets_the_boost_besides_its_own_light():
    photo = night()
    photo[40:43, 50:53] = 1
    bright = found(photo, radius=30.0)
    assert bright.excess.sum() == pytest.approx(9 * 3 * (10 - 1))
    assert (bright.row.tolist(), bright.column.tolist()) == ([41], [51])


@pytest.mark.parametrize("radius", [1.0, 8.0, 40.0])
def test_putting_pixels_together_keeps_the_energy(radius):
    photo = night()
    photo[40:44, 50:54] = photo[80, 90] = 1
    assert found(photo, radius).excess.sum() == pytest.approx(17 * 3 * 9)


def lamp(brightness=8.0, hue=(1, 0.5, 0.1), sigma=2.0, around=0.02):
    """A coloured lamp with a halo of glare; what is above white is lost."""
    y, x = np.mgrid[:480, :640] - np.array([240, 320])[:, None, None]
    square = (x**2 + y**2) / (2 * sigma**2)
    glow = brightness * (np.exp(-square) + 0.03 * np.exp(-square / 20))
    return np.minimum(around + glow[..., None] * np.array(hue), 1).astype(np.float32)


def side_by_side(*photos):
    """A part of each, 160 pixels wide."""
    return np.concatenate([photo[:, 240:400] for photo in photos], axis=1)


def per_pixel(photo, part, boost=10.0):
    """The light that was added in a part's clipped pixels, over their number."""
    bright = found(photo, 40.0, boost)
    here = bright.column // 160 == part
    clipped = (photo[:, 160 * part : 160 * part + 160] >= 0.97).any(axis=2).sum()
    return bright.excess[here].sum() / max(clipped, 9)


def test_an_orange_lamp_whose_core_is_white_has_the_hue_of_its_halo():
    photo = lamp(brightness=20)
    core = (photo >= 0.97).any(axis=2)
    light = photo[core].sum(axis=0) + found(photo).excess.sum(axis=0)
    np.testing.assert_allclose(light / light[0], (1, 0.5, 0.1), atol=0.06)
    assert light[0] > 5 * core.sum() and photo[core].mean() > 0.75


def test_a_lamp_that_clips_in_red_alone_is_a_light():
    dim = lamp(2.0, (1, 0.25, 0.05))
    assert dim[..., 1].max() < 0.6
    assert found(dim).excess[:, 0].sum() > 20


def test_the_lamp_with_the_brighter_halo_is_the_brighter_one():
    both = side_by_side(lamp(2.0, sigma=1), lamp(12.0, sigma=1))
    assert per_pixel(both, 1) > 1.2 * per_pixel(both, 0) > 0


def test_boost_does_something_to_every_light():
    photo = side_by_side(lamp(2.0), lamp(5.0, (0.2, 0.4, 1)), lamp(30.0))
    total = [
        [per_pixel(photo, part, boost) for part in range(3)] for boost in (2, 4, 12, 24)
    ]
    assert (np.diff(total, axis=0) > 0).all()


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("brightness", np.linspace(1.25, 8, 28)),
        ("around", np.linspace(0.02, 0.4, 39)),
        ("sigma", np.linspace(1, 5, 21)),
    ],
)
def test_lamps_that_are_nearly_alike_are_lit_alike(name, values):
    """No step: neither in brightness, nor in width, nor in what is around."""
    lit = [per_pixel(lamp(**{name: value}), 2) for value in values]
    assert max(lit) > 5
    assert np.abs(np.diff(lit)).max() < 0.35 * max(lit)


def star(around):
    """A lamp with six rays, whose light is no even halo."""
    y, x = np.mgrid[:480, :640] - np.array([240, 320])[:, None, None]
    far = np.hypot(x, y)
    rays = 0.6 + 2 * np.exp(2 * np.cos(6 * np.arctan2(y, x)) - 2)
    glow = rays * (5 / np.maximum(far, 1)) ** 1.2 * np.exp(-far / 25)
    photo = np.minimum(around + glow, 1).astype(np.float32)
    return np.repeat(photo[..., None], 3, axis=2)


def test_twins_with_rays_are_both_lights_where_it_is_less_dark():
    """Catches a lone disc: by surroundings alone one had a fiftieth of another's."""
    lit = [per_pixel(star(around), 2) for around in (0.03, 0.06, 0.09)]
    assert min(lit) > 0.4 * max(lit) > 2


def test_a_white_bar_in_a_dark_photo_is_no_star():
    """A lit rail, a little blurred, before a striped wall."""
    photo = np.full((480, 640, 3), 0.09, np.float32)
    photo[:, np.arange(640) % 12 < 4] = 0.8
    photo[200:204, 300:350] = 1.5
    photo = np.minimum(cv2.GaussianBlur(photo, (0, 0), 1.5), 1)
    assert not len(found(photo).row)


def test_a_large_white_thing_is_no_light():
    photo = night()
    photo[40:60, 50:70] = 1
    assert not len(found(photo).row)


def test_a_clipped_colour_by_day_is_no_light():
    """Red letters on a grey wall."""
    photo = np.full((240, 320, 3), 0.3, np.float32)
    photo[40:43, 50:53] = (1, 0.1, 0.1)
    assert not len(found(photo).row)


def petals():
    """Orange rims, a few of them clipped in red, on deeper orange with dark gaps."""
    photo = np.empty((480, 640, 3), np.float32)
    photo[:] = np.array((0.45, 0.12, 0.02), np.float32)
    photo[::8] = photo[:, ::8] = np.array((0.05, 0.01, 0), np.float32)
    photo[4::8, 4::8] = photo[4::8, 5::8] = np.array((0.8, 0.4, 0.1), np.float32)
    photo[100:400:60, 100:600:80, :2] = 1, 0.5
    return photo


def test_the_rims_of_petals_are_no_lights():
    """Catches yellow sparks in the middle of a dahlia."""
    photo = petals()
    assert not found(photo).excess.any()
    # The same specks are lights where their surroundings are dark.
    assert found(np.where(photo < 0.48, np.float32(0.05), photo)).excess.any()


def test_the_clipped_top_of_a_bright_texture_is_no_light():
    photo = night()
    photo[38:45, 48:55] = 0.85
    photo[40:43, 50:53] = 1
    assert not len(found(photo).row)


def test_a_light_in_focus_stays_as_it_is():
    photo = night()
    photo[40:43, 50:53] = 1
    assert not len(found(photo, radius=0.0).row)


def test_a_blooming_lamp_of_a_large_photo_is_a_light():
    """Seen pixel by pixel its surroundings are nearly white."""
    y, x = np.mgrid[:960, :1280].astype(np.float32)
    lamp = 60 * np.exp(-((y - 400) ** 2 + (x - 640) ** 2) / (2 * 2.2**2))
    photo = np.repeat(np.minimum(lamp + 0.05, 1)[..., None], 3, axis=2)
    assert found(photo.astype(np.float32)).excess.sum() > 200


def test_near_takes_those_that_reach_into_the_tile():
    one = np.ones(3, np.int64)
    bright = lights.Lights(
        one, np.array([10, 20, 30]), np.array([50, 50, 50]), np.ones((3, 3))
    )
    tile = slice(0, 15), slice(40, 60)
    assert [row for row, _, _ in bright.near(1, *tile, reach=6)] == [10, 20]
    assert not list(bright.near(0, *tile, reach=6))


def test_lights_that_the_photo_shows_are_taken_out_and_keep_their_light():
    photo = night()
    photo[40:43, 50:53] = (9, 4, 2)
    photo[100:200, 100:300] = 2.5  # a sky
    depth = layers.split(np.zeros(photo.shape[:2], np.float32), 1.0, 12.0)
    rest, bright = lights.split(photo, depth)
    assert bright.excess.sum(axis=0) == pytest.approx((9 * 8, 9 * 3, 9 * 1), rel=1e-5)
    np.testing.assert_allclose(rest[40:43, 50:53], 1)
    np.testing.assert_array_equal(rest[100:200, 100:300], 2.5)
    whole = rest.sum(dtype=np.float64) + bright.excess.sum(dtype=np.float64)
    assert whole == pytest.approx(photo.sum(dtype=np.float64), rel=1e-6)


def test_those_in_focus_stay():
    photo = night()
    photo[40:43, 50:53] = 9
    depth = layers.split(np.zeros(photo.shape[:2], np.float32), 0.0, 12.0)
    rest, bright = lights.split(photo, depth)
    np.testing.assert_array_equal(rest, photo)
    assert not len(bright.row)
