"""Units, holes and the stretch, by hand."""

import numpy as np
import pytest

from darkroom.depth import scaling

INF = np.inf


@pytest.mark.parametrize(("kind", "top"), [(np.uint8, 255), (np.uint16, 65535)])
def test_integers_are_fractions_and_are_not_stretched(kind, top):
    """Catches: a stretch, after which focus and radius of a user's map mean others."""
    values = np.array([[top // 5, top // 3]], kind)
    np.testing.assert_allclose(
        scaling.to_disparity(values, "disparity"), [[1 / 5, 1 / 3]], rtol=1e-6
    )


def test_floats_in_0_to_1_stay_and_others_are_stretched():
    few = np.array([[0.25, 0.5]], np.float32)
    np.testing.assert_array_equal(scaling.to_disparity(few, "disparity"), few)
    many = np.array([[-10, 0, 30]], np.float32)
    np.testing.assert_array_equal(
        scaling.to_disparity(many, "disparity"), [[0, 0.25, 1]]
    )


@pytest.mark.parametrize("kind", [np.uint16, np.float32])
def test_metres_become_their_inverse(kind):
    # 1/2, 1/4, 1/8 stretched; in millimetres it is the same
    for factor in (1, 1000):
        values = np.array([[2, 4, 8]], kind) * kind(factor)
        found = scaling.to_disparity(values, "metres")
        np.testing.assert_allclose(found, [[1, 1 / 3, 0]], atol=1e-6)


def test_infinite_metres_are_infinitely_far_and_none_are_a_hole():
    values = np.array([[1, 0, 2, INF, -5]], np.float32)
    np.testing.assert_allclose(
        scaling.to_disparity(values, "metres"), [[1, 0.5, 0.5, 0, 0]]
    )


def test_an_infinite_disparity_is_a_hole():
    """Middlebury's PFM files mark so what was not seen."""
    values = np.array([[10, INF, 30, 50]], np.float32)
    np.testing.assert_array_equal(
        scaling.to_disparity(values, "disparity"), [[0, 0, 0.5, 1]]
    )


def test_holes_get_the_farther_neighbour_and_empty_rows_the_next_row():
    values = np.array([[9, 0, 0, 4, 0], [0, 0, 0, 0, 0], [0, 7, 0, 8, 0]], float)
    expected = [[9, 4, 4, 4, 4], [9, 4, 4, 4, 4], [7, 7, 7, 8, 8]]
    np.testing.assert_array_equal(scaling.filled(values, values > 0), expected)


def test_what_has_no_reading_or_a_nan_or_another_unit_is_one_sentence():
    values = np.array([[0.0, -1.0]], np.float32)
    with pytest.raises(ValueError, match="no reading at all"):
        scaling.to_disparity(values, "metres")
    with pytest.raises(ValueError, match=r"50\.0% of its values are NaN"):
        scaling.to_disparity(np.array([[1, np.nan]], np.float32), "metres")
    with pytest.raises(ValueError, match="disparity, depth or metres; got feet"):
        scaling.to_disparity(values, "feet")
