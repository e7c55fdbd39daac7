"""What a data set's average tells, and what the second picture does."""

import numpy as np
import pytest

from darkroom.io import images
from monodepth.evaluation import predictors, truth


def scene(shift):
    known = truth.Truth(shift, shift > 0, focal_px=100)
    return truth.Scene("scene", None, None, lambda: known)


def test_averages_by_hand():
    """Catches pixels for fractions, rows for columns, unknown pixels that count."""
    one, two = np.zeros((4, 10)), np.zeros((4, 20))
    one[:, :3] = [[1], [1], [3], [3]]
    two[:, :5] = [[2], [2], [6], [14]]
    found = predictors.averages([scene(one), scene(two)])
    guess = {name: f(None, np.zeros((4, 5, 3))) for name, f in found.items()}
    assert all(each.shape == (4, 5) for each in guess.values())
    # of 32 pixels the 16th has .1, the 17th .3
    np.testing.assert_allclose(guess["constant"], 0.2)
    assert guess["row"][0, 0] == pytest.approx(0.1)
    assert guess["row"][3, 0] == pytest.approx(0.7)  # five of eight pixels there
    rise = np.diff(guess["gradient"][:, 0])
    np.testing.assert_allclose(rise, rise[0])
    assert rise[0] > 0.05


def test_the_row_s_guess_is_the_truth_s_where_only_rows_matter():
    column = np.linspace(2, 9, predictors.ROWS)[:, None]
    shift = np.repeat(column, 20, axis=1)
    found = predictors.averages([scene(shift)])["row"]
    guess = found(None, np.zeros((predictors.ROWS, 20, 3)))
    np.testing.assert_allclose(guess * 20, shift, rtol=1e-6)


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """Noise at shift 6 with a square at shift 14; the right picture as a file."""
    random = np.random.default_rng(5)
    wall = random.integers(0, 256, (90, 220, 3), np.uint8)
    board = random.integers(0, 256, (40, 60, 3), np.uint8)
    left, right = wall[:, 10:190].copy(), wall[:, 16:196].copy()
    left[25:65, 60:120] = board
    right[25:65, 46:106] = board
    file = tmp_path_factory.mktemp("pair") / "right.png"
    images.write(file, right)
    return left, truth.Scene("pair", file.with_name("left.png"), file, None)


def test_matching_finds_the_shifts(pair):
    picture, both = pair
    shift = np.full((90, 180), 6.0)
    shift[25:65, 60:120] = 14
    found = predictors.matching(both, picture) * 180
    assert (np.abs(found - shift) > 1).mean() < 0.05


def test_no_pair_is_one_sentence(pair):
    picture, both = pair
    with pytest.raises(
        ValueError, match=r"right.png is 90x180, the left picture 80x180"
    ):
        predictors.matching(both, picture[:80])
    with pytest.raises(ValueError, match="there is no right picture beside it"):
        predictors.matching(truth.Scene("a", both.left, None, None), picture)
