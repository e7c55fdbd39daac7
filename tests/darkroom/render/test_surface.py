"""How deep surfaces are, where that is known by construction."""

import numpy as np
import pytest

from darkroom.render import surface

HEIGHT, WIDTH = 200, 300
ACROSS = np.linspace(0, 1, WIDTH, dtype=np.float32)


def wall() -> np.ndarray:
    return np.full((HEIGHT, WIDTH), 0.2, np.float32)


def under(disparity, x, y):
    row, column = int(y * disparity.shape[0]), int(x * disparity.shape[1])
    return surface.under(disparity, x, y, float(disparity[row, column]))


def test_a_flat_thing_has_no_depth():
    disparity = wall()
    disparity[50:150, 100:200] = 0.7
    assert under(disparity, 0.5, 0.5) == pytest.approx((0.7, 0.7))
    assert under(disparity, 0.1, 0.1) == pytest.approx((0.2, 0.2))


def test_a_thing_of_the_same_depth_that_is_not_connected_has_no_say():
    """Catches a range of disparities taken for a surface."""
    disparity = wall()
    disparity[50:150, 20:80] = 0.7
    disparity[50:150, 200:280] = 0.74
    assert under(disparity, 0.15, 0.5) == pytest.approx((0.7, 0.7))


def test_a_surface_that_recedes_without_end_is_cut_off():
    floor = np.repeat(ACROSS[None], HEIGHT, axis=0)
    low, high = under(floor, 0.5, 0.5)
    assert low == pytest.approx(0.5 - surface.DEEPEST / 2, abs=0.005)
    assert high == pytest.approx(0.5 + surface.DEEPEST / 2, abs=0.005)
    assert under(floor, 0.999, 0.5).high == pytest.approx(1, abs=0.005)


def test_the_floor_does_not_count_to_whom_it_carries():
    """A person at 0.55 whose feet are on a floor of the same depth: connected."""
    disparity = wall()
    disparity[100:] = np.linspace(0.2, 0.9, 100, dtype=np.float32)[:, None]
    disparity[20:150, 120:180] = np.linspace(0.54, 0.56, 60, dtype=np.float32)
    assert under(disparity, 0.5, 0.3) == pytest.approx((0.54, 0.56), abs=0.015)


def test_a_mask_that_shows_a_part_stands_for_the_whole():
    disparity = wall()
    disparity[50:150, 100:200] = np.linspace(0.6, 0.66, 100, dtype=np.float32)
    part = np.zeros_like(disparity)
    part[80:120, 130:170] = 1
    whole = surface.around(disparity, part, 0.63)
    assert whole == pytest.approx((0.6, 0.66), abs=0.002)
    assert surface.inside(disparity, part, 0.63) == pytest.approx(
        (0.618, 0.642), abs=0.002
    )


@pytest.mark.parametrize("shape", [(1, 1), (1, 900), (900, 1), (2, 3)])
def test_any_shape_has_a_surface(shape):
    disparity = np.full(shape, 0.25, np.float32)
    assert surface.under(disparity, 1.0, 1.0, 0.25) == (0.25, 0.25)
    assert surface.inside(disparity, np.zeros(shape), 0.3) == (0.3, 0.3)
