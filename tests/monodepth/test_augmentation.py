"""What may happen to a pair before the network sees it."""

import numpy as np
import pytest

from monodepth import data


class Chance:
    """A generator whose coins and numbers are known; 0 is the low end, 1 the high."""

    def __init__(self, coins, place):
        self._coins, self._place = iter(coins), place

    def random(self):
        return next(self._coins)

    def uniform(self, low, high, size=None):
        value = low + self._place * (high - low)
        return value if size is None else np.full(size, value)


def flat(value):
    return np.full((2, 3, 3), value, np.float32)


def test_a_mirror_swaps_the_two_pictures():
    """Catches a flip without the swap: then what is near stands on the wrong side."""
    left, right = np.random.default_rng(0).random((2, 4, 5, 3)).astype(np.float32)
    mirrored = data.mirrored(left, right)
    np.testing.assert_array_equal(mirrored[0], np.fliplr(right))
    np.testing.assert_array_equal(mirrored[1], np.fliplr(left))
    for once, twice in zip((left, right), data.mirrored(*mirrored), strict=True):
        np.testing.assert_array_equal(once, twice)


def test_tones_by_hand():
    """Catches gamma after the gain, a channel's gain on another, and no clipping."""
    found = data.toned(flat(0.25), 0.5, np.array([0.5, 1.0, 3.0]))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, np.broadcast_to([0.25, 0.5, 1.0], (2, 3, 3)))
    np.testing.assert_allclose(data.toned(flat(0.3), 1.0, 2.0), flat(0.6))


@pytest.mark.parametrize(
    ("place", "gamma", "gain"), [(0, 0.8, 0.5 * 0.8), (1, 1.2, 2.0 * 1.2)]
)
def test_the_ranges_are_the_papers(place, gamma, gain):
    found = data.augmented(flat(0.2), flat(0.4), Chance((0.9, 0.1), place))
    for picture, value in zip(found, (0.2, 0.4), strict=True):
        wanted = np.minimum(gain * value**gamma, 1)
        np.testing.assert_allclose(picture, flat(wanted), rtol=1e-6)


def test_tones_are_the_same_for_both_pictures():
    """Catches a second draw, after which no disparity explains the pair."""
    picture = np.random.default_rng(1).random((4, 5, 3)).astype(np.float32)
    for seed in range(8):
        rng = np.random.default_rng(seed)
        left, right = data.augmented(picture, np.fliplr(picture), rng)
        np.testing.assert_array_equal(left, np.fliplr(right))


def test_each_happens_half_of_the_time_and_alone():
    """Catches one coin for both, and a coin that always falls on one side."""
    left, right, seen = flat(0.25), flat(0.5), np.zeros((2, 2), int)
    rng = np.random.default_rng(1)
    for _ in range(400):
        one, other = data.augmented(left, right, rng)
        mirrored = one.mean() > other.mean()
        toned = {float(one.max()), float(other.max())} != {0.25, 0.5}
        seen[int(mirrored), int(toned)] += 1
    assert seen.min() > 70 and seen.max() < 130  # 100 each, give or take 3 sigma


def test_the_pictures_that_came_are_left_as_they_were():
    left, right = flat(0.25), flat(0.5)
    for seed in range(8):
        data.augmented(left, right, np.random.default_rng(seed))
    assert (left == 0.25).all() and (right == 0.5).all()
