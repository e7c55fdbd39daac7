"""Colours of disparities and errors."""

import numpy as np
import pytest

from darkroom.io import colours


def lightness(picture: np.ndarray) -> np.ndarray:
    return picture.astype(float) @ (0.299, 0.587, 0.114)


def test_nearer_is_lighter_and_in_rgb():
    """Catches OpenCV's order of channels (blue in place of yellow), and a flip."""
    ramp = np.linspace(0.02, 0.3, 256, dtype=np.float32)[None]
    found = colours.disparity(ramp, 0.02, 0.3)
    assert found.shape == (1, 256, 3)
    assert found.dtype == np.uint8
    assert (np.diff(lightness(found)[0, ::8]) > 0).all()
    near, far = found[0, -1], found[0, 0]
    assert near[2] < 60 < 200 < near[0]  # yellow
    assert far[0] < 60 < 100 < far[2]  # blue


def test_the_range_is_that_of_the_values_but_for_specks():
    """Catches one wrong pixel that leaves a picture dark."""
    ramp = np.tile(np.linspace(0.1, 0.2, 200), (50, 1))
    speck = ramp.copy()
    speck[7, 7] = 100.0
    expected = colours.disparity(ramp)
    assert expected[0, -1].sum() > 500 > 200 > expected[0, 0].sum()
    difference = np.abs(colours.disparity(speck).astype(int) - expected).max(axis=-1)
    assert difference[7, 7] > 100
    assert np.median(difference) <= 2
    assert np.delete(difference.ravel(), 7 * 200 + 7).max() < 15


def test_a_range_that_is_given_holds_for_two_pictures():
    low, high = np.full((2, 2), 0.1), np.full((2, 2), 0.2)
    a, b = (colours.disparity(v, 0.0, 0.3) for v in (low, high))
    assert lightness(a).max() < lightness(b).min()
    np.testing.assert_array_equal(
        colours.disparity(high, 0.0, 0.2), colours.disparity(low, 0.0, 0.1)
    )
    np.testing.assert_array_equal(  # outside is the nearest end
        colours.disparity(high, 0.0, 0.1), colours.disparity(low, 0.0, 0.1)
    )


@pytest.mark.parametrize("draw", [colours.disparity, lambda e: colours.error(e, 3.0)])
def test_what_is_not_known_is_black(draw):
    """Catches a NaN that becomes a colour, or spoils the range of the others."""
    values = np.array([[0.5, np.nan], [np.inf, 4.0]], np.float32)
    found = draw(values)
    np.testing.assert_array_equal(found[0, 1], 0)
    np.testing.assert_array_equal(found[1, 0], 0)
    assert found[0, 0].sum() > 100  # the least is no black
    assert found[1, 1].sum() > 100
    assert not draw(np.full((2, 2), np.nan)).any()


def test_a_constant_disparity_has_one_colour():
    found = colours.disparity(np.full((3, 4), 0.25))
    assert len(np.unique(found.reshape(-1, 3), axis=0)) == 1


def test_an_error_is_green_at_its_limit():
    """By hand, for 3 pixels: one end is a sixteenth and less, the other 48 and more."""
    values = np.array([[0.0, 3 / 16, 0.75, 3.0, 12.0, 48.0, 500.0]])
    found = colours.error(values, 3.0)[0].astype(int)
    np.testing.assert_array_equal(found[0], found[1])
    np.testing.assert_array_equal(found[5], found[6])
    assert found[2].argmax() == 2  # blue
    assert found[3].argmax() == 1  # green
    assert found[4].argmax() == 0  # red
    assert not np.array_equal(found[0], found[2])
    assert not np.array_equal(found[4], found[5])
