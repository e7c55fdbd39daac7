"""darkroom.lens.lights: what counts as a light, and how bright it gets."""

from __future__ import annotations

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


def test_a_colour_that_is_clipped_in_two_channels_is_no_light():
    photo = night()
    photo[40:43, 50:53] = (1, 1, 0.6)
    assert not len(found(photo).row)


def test_a_large_white_thing_is_no_light():
    photo = night()
    photo[40:60, 50:70] = 1
    assert not len(found(photo).row)


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
