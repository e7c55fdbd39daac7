"""Far views, lamps in them, and floors in perspective."""

import numpy as np
import pytest

from darkroom.scenes import layers, surroundings
from darkroom.scenes.layers import Plane
from darkroom.scenes.textures import PACKAGED

SIZE, MARGIN = (60, 90), 11
CANVAS = (SIZE[0] + 2 * MARGIN, SIZE[1] + 2 * MARGIN)


def test_a_wall_comes_nearer_to_either_side_and_never_goes_behind_the_far() -> None:
    """Catches a start that forgets the slope's sign, or the canvas's left edge."""
    slopes = set()
    for seed in range(40):
        far = surroundings.far(
            np.random.default_rng(seed), PACKAGED["train"], SIZE, CANVAS
        )
        plane = far.plane
        edges = [plane.at_origin + plane.along_x * x for x in (-MARGIN, 90 + MARGIN)]
        slopes.add(np.sign(plane.along_x))
        assert 0.03 - 1e-9 <= min(edges) <= 0.15
        assert 0.06 <= np.ptp(edges) <= 0.15 or np.ptp(edges) == 0
    assert slopes == {-1, 0, 1}


@pytest.mark.parametrize("slope", [-0.001, 0.001])
def test_nearest_is_at_a_pixel_of_the_picture(slope: float) -> None:
    """Catches the origin's disparity taken for all, and one pixel too far."""
    empty = np.zeros((1, 1, 3)), np.zeros((1, 1))
    far = layers.layer(*empty, 0, 0, Plane(0.1, slope))
    wanted = 0.1 if slope < 0 else 0.1 + 19 * 0.001
    assert surroundings.nearest(far, (10, 20)) == pytest.approx(wanted)


def test_lamps_are_painted_on_a_copy_and_are_small_and_bright() -> None:
    black = np.zeros((60, 90, 3), np.float32)
    for seed in range(10):
        lit = surroundings._lamps(np.random.default_rng(seed), black, 60)
        assert 2 < lit.max() < 25
        assert 0.001 < (lit.max(2) > 0).mean() < 30 * 9 / (60 * 90)
    assert not black.any()


@pytest.mark.parametrize("seed", range(4))
def test_a_floor_goes_from_its_far_end_to_the_canvas_s_lower_edge(seed: int) -> None:
    """Catches a gap in the margin, and a disparity counted from the wrong row."""
    floor = surroundings.floor(
        np.random.default_rng(seed), PACKAGED["test"], SIZE, CANVAS, far_end=0.2
    )
    shown = floor.plane.disparity(SIZE[0] + 1, 1)[:, 0]
    assert shown[floor.top] == pytest.approx(0.2)
    assert 0.55 <= shown[-1] <= 0.88
    assert floor.top + floor.rgba.shape[0] == SIZE[0] + MARGIN
    assert (floor.left, floor.rgba.shape[1]) == (-MARGIN, CANVAS[1])
    alpha = floor.rgba[..., 3]
    assert not alpha[0].any()
    assert (alpha[1:] == 1).all()


def test_stripes_on_a_floor_widen_with_the_distance_from_the_horizon() -> None:
    """A stripe of P texels is P * below / (0.8 * height) pixels wide."""
    place = np.arange(512)
    wave = 0.5 + 0.5 * np.cos(2 * np.pi * place / 64)
    texture = np.broadcast_to(wave[None, :, None], (512, 512, 3)).astype(np.float32)
    below = np.array([40.0, 80.0, 160.0])
    rng = np.random.default_rng(0)
    rows = surroundings._perspective(rng, texture, below, 2000, height=100)[..., 0]
    for row, distance in zip(rows, below, strict=True):
        crossings = np.flatnonzero(np.diff(np.sign(row - 0.5)))
        wide = np.median(np.diff(crossings))
        assert wide == pytest.approx(32 * distance / 80, abs=1.5)


def test_mirrors_do_not_repeat_their_edge() -> None:
    got = surroundings._mirrored(np.array([-1, 0, 2, 3, 4, 5, 6, 7.5]), 4)
    np.testing.assert_array_equal(got, [1, 0, 2, 3, 2, 1, 0, 1.5])
