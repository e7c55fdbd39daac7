"""Relative disparities at the truth's scale."""

import numpy as np
import pytest

from monodepth.evaluation import metrics

RANDOM = np.random.default_rng(3)
TRUTH = RANDOM.uniform(5, 60, (8, 9))
VALID = RANDOM.random((8, 9)) < 0.6


def test_nothing_is_done_unasked():
    assert metrics.align("none", TRUTH, TRUTH / 7, VALID) is not TRUTH
    np.testing.assert_array_equal(
        metrics.align("none", TRUTH, TRUTH / 7, VALID), TRUTH / 7
    )


def test_a_factor_is_undone_by_the_medians():
    found = metrics.align("median", TRUTH, TRUTH / 7, VALID)
    np.testing.assert_allclose(found, TRUTH)


def test_a_factor_and_a_term_are_undone_by_least_squares():
    found = metrics.align("scale_shift", TRUTH, 0.3 - 0.01 * TRUTH, VALID)
    np.testing.assert_allclose(found, TRUTH)


@pytest.mark.parametrize("kind", ["median", "scale_shift"])
def test_what_does_not_count_has_no_say(kind):
    odd = np.where(VALID, TRUTH, 1e6)
    found = metrics.align(kind, odd, TRUTH / 7, VALID)
    np.testing.assert_allclose(found, TRUTH)


def test_least_squares_are_those_of_numpy():
    guess = RANDOM.random(TRUTH.shape)
    found = metrics.align("scale_shift", TRUTH, guess, VALID)
    line = np.polyfit(guess[VALID], TRUTH[VALID], 1)
    np.testing.assert_allclose(found, np.polyval(line, guess))


def test_a_constant_becomes_the_mean():
    """Catches a scale out of rounding: the mean of equal floats may be another."""
    guess = np.full(TRUTH.shape, 0.1)
    assert guess[VALID].mean() != 0.1
    found = metrics.align("scale_shift", TRUTH, guess, VALID)
    np.testing.assert_allclose(found, TRUTH[VALID].mean())


def test_a_negative_median_is_one_sentence():
    with pytest.raises(ValueError, match="pass --align scale_shift"):
        metrics.align("median", TRUTH, -TRUTH, VALID)
