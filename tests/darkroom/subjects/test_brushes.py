"""The brush moves a part of the way, and a hard mask as `masks.pull` does."""

import numpy as np
import pytest

from darkroom import subjects

DISPARITY = np.random.default_rng(0).random((40, 60)).astype(np.float32)


def test_hard_masks_are_pulled_to_the_last_bit():
    sharp, blurred = np.zeros((2, 40, 60), np.uint8)
    sharp[5:20, 10:30], blurred[15:35, 25:50] = 255, 255
    for masks in ((sharp, None), (None, blurred), (sharp, blurred)):
        expected = subjects.pull(DISPARITY, 0.4, *masks)
        np.testing.assert_array_equal(subjects.paint(DISPARITY, 0.4, *masks), expected)


def test_a_mask_that_steps_is_cut_at_one_half():
    """As a person's is, whose rim is a pixel or two of grey."""
    row = np.array([0] * 29 + [0.3, 0.7] + [1] * 29, np.float32)
    found = subjects.paint(DISPARITY, 0.4, np.tile(row, (40, 1)))
    np.testing.assert_array_equal(found[:, :30], DISPARITY[:, :30])
    assert (found[:, 30:] == np.float32(0.4)).all()


def test_a_ramp_moves_by_its_own_share():
    share = np.linspace(0, 1, 60, dtype=np.float32)[None].repeat(40, 0)
    found = subjects.paint(DISPARITY, 0.4, share)
    expected = DISPARITY + share * (np.float32(0.4) - DISPARITY)
    np.testing.assert_allclose(found, expected, atol=1e-6)
    away = subjects.paint(DISPARITY, 0.0, None, share)
    np.testing.assert_allclose(
        away, DISPARITY + share * (DISPARITY.max() - DISPARITY), atol=1e-6
    )


def test_half_painted_is_half_as_far_out_of_focus():
    half = np.full((40, 60), 128, np.uint8)
    found = subjects.paint(DISPARITY, 0.4, half)
    np.testing.assert_allclose(
        found - 0.4, (1 - 128 / 255) * (DISPARITY - 0.4), atol=1e-6
    )


def test_a_mask_of_another_size_is_refused():
    with pytest.raises(ValueError, match="they must be of one size"):
        subjects.paint(DISPARITY, 0.4, np.ones((4, 6), np.float32))
