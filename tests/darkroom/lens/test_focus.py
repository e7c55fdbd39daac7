"""Where the focus is, how strong the blur, and the depth view."""

import numpy as np
import pytest

from darkroom import pixels
from darkroom.lens import focus


def steps():
    """200x300: the left third is 0.2, the rest 0.9."""
    disparity = np.full((200, 300), 0.9, np.float32)
    disparity[:, :100] = 0.2
    return disparity


def test_a_click_takes_x_from_the_width_and_y_from_the_height():
    disparity = steps()
    disparity[:40, 200:] = 0.5
    assert focus.at(disparity, 0.2, 0.5) == pytest.approx(0.2)
    assert focus.at(disparity, 0.5, 0.1) == pytest.approx(0.9)
    assert focus.at(disparity, 0.9, 0.1) == pytest.approx(0.5)


def test_a_click_is_the_median_around_it_not_the_pixel_nor_the_mean():
    disparity = steps()
    disparity[100, 200] = 0.0
    assert focus.at(disparity, 200 / 300, 0.5) == pytest.approx(0.9)
    # Two pixels left of the step: most of the window is on the left.
    assert focus.at(disparity, 98 / 300, 0.5) == pytest.approx(0.2)


def test_a_click_on_a_thin_thing_is_on_it():
    """A rail of two pixels before a wall: catches the median of all around it."""
    disparity = steps()
    disparity[:, 200:202] = 0.5
    assert focus.at(disparity, 201 / 300, 0.5) == pytest.approx(0.5)
    assert focus.at(disparity, 203 / 300, 0.5) == pytest.approx(0.9)


@pytest.mark.parametrize("corner", [(0, 0), (1, 1), (0, 1), (1, 0)])
def test_a_click_on_the_very_corner_is_inside(corner):
    assert focus.at(np.full((3, 5), 0.25, np.float32), *corner) == 0.25


def test_a_click_outside_is_refused():
    with pytest.raises(ValueError, match=r"at 1.5,0.2, outside the picture; expected"):
        focus.at(steps(), 1.5, 0.2)
    with pytest.raises(ValueError, match="outside the picture"):
        focus.at(steps(), 0.5, float("nan"))


def test_folded_is_1_in_focus_and_falls_by_the_distance_on_both_sides():
    disparity = np.array([[0.0, 0.25, 0.5, 1.0]])
    found = focus.folded(disparity, 0.25)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, [[0.75, 1.0, 0.75, 0.25]], atol=1e-7)
    found = focus.folded(disparity, 0.25, strength=2)
    np.testing.assert_allclose(found, [[0.5, 1.0, 0.5, 0.0]], atol=1e-7)


def test_strength_50_is_f_1_8_of_the_longer_side_in_either_orientation():
    for size in ((1000, 750), (750, 1000)):
        assert focus.radius_of_strength(50, size) == pytest.approx(40)
        assert focus.radius_of_f_number(1.8, size) == pytest.approx(40)
    assert focus.radius_of_f_number(3.6, (1000, 750)) == pytest.approx(20)
    assert focus.radius_of_strength(100, (1000, 750)) == pytest.approx(80)
    assert focus.radius_of_strength(0, (1000, 750)) == 0


@pytest.mark.parametrize("wrong", [0, -2.8, float("nan")])
def test_an_f_number_of_0_is_refused(wrong):
    with pytest.raises(ValueError, match=r"f-number is .*; expected a number above 0"):
        focus.radius_of_f_number(wrong, (10, 10))


@pytest.mark.parametrize("wrong", [-1, 100.5, float("nan")])
def test_a_strength_beyond_100_is_refused(wrong):
    with pytest.raises(ValueError, match=r"strength is .*; expected 0 to 100"):
        focus.radius_of_strength(wrong, (10, 10))


def ramp():
    """Far on the left to near on the right, over a white photo."""
    disparity = np.tile(np.linspace(0, 1, 501, dtype=np.float32), (3, 1))
    return disparity, np.ones((3, 501, 3), np.float32)


def test_the_band_is_white_exactly_where_it_is_in_focus():
    disparity, white = ramp()
    view = focus.depth_view(disparity, white, 0.5, 0.2)
    assert view.dtype == np.uint8 and view.shape == white.shape
    band = (view == 255).all(-1)
    np.testing.assert_allclose(disparity[band].min(), 0.4, atol=0.003)
    np.testing.assert_allclose(disparity[band].max(), 0.6, atol=0.003)


def test_a_band_of_no_width_is_still_seen():
    disparity, white = ramp()
    band = (focus.depth_view(disparity, white, 0.5, 0.0) == 255).all(-1)
    assert 10 <= band[0].sum() <= 30


def test_depth_reads_without_hues():
    """Lightness must rise from far to near, and the band outshine all of it."""
    disparity, white = ramp()
    weights = np.array([0.2126, 0.7152, 0.0722])
    light = pixels.to_linear(focus.depth_view(disparity, white, -1.0, 0.0)) @ weights
    assert (np.diff(light[0, ::10]) > 0).all()  # not each: bytes are rounded
    assert light.max() < 0.7


def test_the_photo_shows_through():
    disparity, picture = ramp()
    picture[1] = 0.0
    view = focus.depth_view(disparity, picture, 0.5, 0.2).astype(int)
    assert (view[1] < 0.6 * view[0]).all()
    assert (view[1].max(-1) > 40).all(), "depth must be seen where the photo is black"
