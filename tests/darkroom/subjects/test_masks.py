"""Masks move disparities by closed forms, in hard steps."""

import numpy as np
import pytest

from darkroom.subjects import masks

RAMP = np.linspace(0, 1, 11, dtype=np.float32)[None]  # 0, 0.1, ... 1


def test_nothing_marked_changes_nothing_and_the_input_is_left_alone():
    disparity = RAMP.copy()
    none = np.zeros_like(RAMP)
    pulled = masks.pull(disparity, 0.5, none, none)
    np.testing.assert_array_equal(pulled, RAMP)
    masks.pull(disparity, 0.5, none + 1, none)
    np.testing.assert_array_equal(disparity, RAMP)


def test_a_soft_edge_makes_no_disparity_in_between():
    """Catches a linear mix: a slope from person to background, blurred all along."""
    disparity = np.zeros((1, 5), np.float32)
    soft = np.array([[1, 0.75, 0.5, 0.49, 0]], np.float32)
    pulled = masks.pull(disparity, 0.75, sharp=soft)
    np.testing.assert_array_equal(pulled, [[0.75, 0.75, 0.75, 0, 0]])


def test_what_is_blurred_goes_to_the_end_of_its_own_side():
    everything = np.ones_like(RAMP)
    pulled = masks.pull(RAMP, 0.55, blurred=everything)
    np.testing.assert_array_equal(pulled, [[0] * 6 + [1] * 5])


@pytest.mark.parametrize(("focus", "end"), [(0.9, 0.0), (0.1, 1.0)])
def test_an_end_close_to_the_focus_is_no_place_to_blur(focus, end):
    """Catches a hand in front of the nearest person that stays sharp when brushed."""
    pulled = masks.pull(RAMP, focus, blurred=np.ones_like(RAMP))
    np.testing.assert_array_equal(pulled, np.full_like(RAMP, end))


def test_the_ends_are_those_of_the_picture():
    disparity = np.array([[0.3, 0.5, 0.6, 0.8]], np.float32)
    pulled = masks.pull(disparity, 0.55, blurred=np.ones_like(disparity))
    np.testing.assert_array_equal(pulled, np.float32([[0.3, 0.3, 0.8, 0.8]]))


def test_a_flat_picture_can_still_be_blurred_by_hand():
    """Catches a brush without effect where the depth map knows nothing."""
    disparity = np.full((2, 2), 0.7, np.float32)
    brush = np.array([[1, 0], [0, 0]], np.uint8) * 255
    pulled = masks.pull(disparity, 0.7, blurred=brush)
    np.testing.assert_array_equal(pulled, np.float32([[0, 0.7], [0.7, 0.7]]))


def test_sharp_wins_over_blurred():
    everything = np.ones_like(RAMP)
    pulled = masks.pull(RAMP, 0.25, sharp=everything, blurred=everything)
    np.testing.assert_array_equal(pulled, np.full_like(RAMP, 0.25))


@pytest.mark.parametrize("name", ["sharp", "blurred"])
def test_a_mask_of_another_size_is_refused(name):
    with pytest.raises(ValueError, match=rf"what is {name} .* \(2, 3\), .* \(1, 11\)"):
        masks.pull(RAMP, 0.5, **{name: np.ones((2, 3))})
