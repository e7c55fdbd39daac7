"""Parts of a mask that stay and that go; holes."""

import numpy as np
import pytest

from darkroom.subjects import cut


def drawn(*boxes):
    mask = np.zeros((100, 100), np.float32)
    for value, top, bottom, left, right in boxes:
        mask[top:bottom, left:right] = value
    return mask


BODY = (1, 20, 90, 30, 70)


def test_specks_go_with_their_soft_edges():
    speck = (0.3, 5, 12, 5, 12), (0.9, 7, 10, 7, 10)
    np.testing.assert_array_equal(cut.whole(drawn(BODY, *speck)), drawn(BODY))


def test_soft_edges_of_what_stays_stay():
    soft = drawn((0.4, 18, 92, 28, 72), BODY)
    np.testing.assert_array_equal(cut.whole(soft), soft)


def test_a_part_with_a_face_stays_however_small():
    child = (1, 70, 90, 80, 90)
    mask, face = drawn(BODY, child), np.zeros((100, 100), bool)
    np.testing.assert_array_equal(cut.whole(mask), drawn(BODY))
    face[72:78, 83:87] = True
    np.testing.assert_array_equal(cut.whole(mask, face), mask)
    beside = np.zeros((100, 100), bool)
    beside[5:10, 5:10] = True
    np.testing.assert_array_equal(cut.whole(mask, beside), drawn(BODY))


def test_a_second_person_of_half_the_size_stays():
    second = (1, 20, 90, 75, 96)
    np.testing.assert_array_equal(cut.whole(drawn(BODY, second)), drawn(BODY, second))


def test_small_holes_are_filled_and_what_is_seen_through_an_arm_is_not():
    """2 % of the 2746 pixels that are left are 55."""
    pierced = drawn(BODY, (0.2, 40, 46, 40, 49))
    np.testing.assert_array_equal(cut.whole(pierced), drawn(BODY))
    arm = drawn(BODY, (0, 40, 48, 40, 48))
    np.testing.assert_array_equal(cut.whole(arm), arm)
    notch = drawn(BODY, (0, 20, 24, 40, 44))  # open to the outside
    np.testing.assert_array_equal(cut.whole(notch), notch)


@pytest.mark.parametrize("value", [0.0, 0.49])
def test_nobody_stays_nobody(value):
    assert not cut.whole(np.full((9, 12), value, np.float32)).any()


def test_all_of_the_picture_stays():
    assert (cut.whole(np.ones((9, 12), np.float32)) == 1).all()
