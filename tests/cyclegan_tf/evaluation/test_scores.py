"""Scores by hand, on pictures of a few pixels."""

import numpy as np
import pytest

from cyclegan_tf.data import encoding
from cyclegan_tf.evaluation import scores

METRIC = encoding.Encoding(10.0)


@pytest.fixture
def portrait():
    """A grey person of 2 x 2 before stripes of black and white."""
    picture = np.zeros((4, 6, 3), np.float32)
    picture[:, ::2] = 1
    person = np.zeros((4, 6), bool)
    person[1:3, 2:4] = True
    picture[person] = 0.5
    return picture, person


def test_an_untouched_portrait(portrait):
    before, person = portrait
    assert scores.portrait(before, before, person) == {"subject": 0, "background": 1}


def test_the_subject_is_what_lies_inside(portrait):
    before, person = portrait
    after = before.copy()
    after[person] += (0.1, 0.2, 0.3)
    found = scores.portrait(before, after, person)
    assert found == pytest.approx({"subject": 0.2, "background": 1}, abs=1e-6)


def test_half_the_contrast_is_a_quarter_of_the_energy(portrait):
    before, person = portrait
    after = np.where(person[..., None], before, before / 2)
    found = scores.portrait(before, after, person)
    assert found == pytest.approx({"subject": 0, "background": 0.25})


def test_the_edge_of_a_person_is_no_background(portrait):
    """Catches steps between the two that are taken for detail."""
    before, person = portrait
    after = np.where(person[..., None], 0, before)
    assert scores.portrait(before, after, person)["background"] == 1


def test_energy_by_hand():
    picture = np.array([[0, 1, 3], [0, 1, 7]], float)[..., None]
    valid = np.array([[1, 1, 1], [1, 1, 0]], bool)
    # across: 1, 4 and 1; down: 0 and 0
    assert scores.gradient_energy(picture, valid) == 6


def test_portraits_that_cannot_be_scored(portrait):
    before, person = portrait
    with pytest.raises(ValueError, match="the mask is empty"):
        scores.portrait(before, before, ~person & person)
    with pytest.raises(ValueError, match="there is no background"):
        scores.portrait(before, before, person | True)


def test_depth_by_hand():
    """Not read, and beyond 10 m, count for nothing."""
    stored = np.uint16([[1000, 2000], [0, 60000]])
    greys = np.array([[0.2, 0.2], [0.9, 0.1]])
    found = scores.depth(greys, stored, METRIC)
    assert found["abs_rel"] == pytest.approx(0.5)  # 1 m off at 1 m, right at 2 m
    assert found["rmse"] == pytest.approx(np.sqrt(1 / 2))
    # "Bokeh Effect's", on greys: 15.97 times the error of 0.1 at half the pixels
    assert found["compat_rms"] == pytest.approx(np.sqrt(255 * 0.01 / 2))


def test_a_small_map_is_enlarged():
    stored = np.full((8, 8), 5000, np.uint16)
    assert scores.depth(np.full((2, 2), 0.5), stored, METRIC)["rmse"] < 1e-6


def test_depth_without_metres():
    stored = np.uint8([[0, 51], [102, 255]])
    found = scores.depth(stored / 255, stored, encoding.Encoding(None))
    assert found["rmse"] == pytest.approx(0, abs=1e-7) and found["a1"] == 1


def test_the_best_guesses():
    """A map that falls evenly is a slope; its constant is the median."""
    rows = np.uint16([[8000], [6000], [4000], [2000]])
    truths = [np.repeat(rows, 3, axis=1), np.repeat(rows, 5, axis=1)]
    found = scores.baselines(truths, METRIC)
    for number, truth in enumerate(truths):
        np.testing.assert_allclose(found["gradient"][number], truth / 10000)
        middle = np.full(truth.shape, 0.5)
        np.testing.assert_allclose(found["constant"][number], middle)
