"""KID by hand, without bias, and features of pictures that are not aliased."""

import numpy as np
import pytest

from darkroom.metrics import kernel_distance as metric
from darkroom.metrics import lpips


def test_by_hand() -> None:
    """One feature: k(x, y) = (x y + 1)^3."""
    one, other = np.array([[0.0], [1.0]]), np.array([[1.0], [2.0]])
    among = 1.0 + 27.0  # k(0, 1), k(1, 2), without the diagonals
    across = (1 + 1 + 8 + 27) / 4
    found = metric.kernel_distance(one, other)
    assert found == pytest.approx(among - 2 * across)


def test_two_sets_of_one_kind_are_0_apart_on_average() -> None:
    """Catches the biased estimate, which is above 0 for equal distributions."""
    rng = np.random.default_rng(0)
    draws = rng.standard_normal((200, 2, 6, 4))
    values = [metric.kernel_distance(one, other) for one, other in draws]
    error = np.std(values) / np.sqrt(len(values))
    assert abs(np.mean(values)) < 3 * error
    moved = [metric.kernel_distance(one, other + 1) for one, other in draws]
    assert np.mean(moved) > 10 * error


def test_too_few_are_told() -> None:
    with pytest.raises(ValueError, match="at least two pictures in each set"):
        metric.kernel_distance(np.zeros((1, 4)), np.zeros((3, 4)))


def test_stripes_turn_grey_and_do_not_alias() -> None:
    """Catches a resize that takes every n-th pixel."""
    stripes = np.zeros((896, 896, 3), np.uint8)
    stripes[:, ::2] = 255
    small = metric.resized(stripes)
    assert small.shape == (224, 224, 3) and small.dtype == np.float32
    assert small[:, 4:-4] == pytest.approx(0.5, abs=0.02)


@pytest.mark.skipif(lpips.find() is None, reason=lpips.REMEDY)
def test_blur_is_farther_from_sharp_pictures_than_sharp_ones_are() -> None:
    from skimage import data, filters

    photos = [data.astronaut(), data.coffee()[:, :400], data.chelsea(), data.rocket()]
    cuts = [p[y : y + 96, x : x + 96] for p in photos for y in (0, 99) for x in (0, 99)]
    path = lpips.find()
    assert path is not None
    features = metric.alexnet_features(path)
    soft = [filters.gaussian(cut, 3, channel_axis=2) for cut in cuts[::2]]
    blurred, sharp, others = map(features, (soft, cuts[::2], cuts[1::2]))
    assert metric.kernel_distance(blurred, others) > metric.kernel_distance(
        sharp, others
    )
