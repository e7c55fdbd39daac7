"""Planes: their disparity, and where their points go."""

import numpy as np
import pytest

from darkroom.scenes import layers


def test_disparity_is_affine_in_x_to_the_right_and_y_down() -> None:
    """Catches rows and columns swapped."""
    got = layers.Plane(0.1, 0.01, 0.2).disparity(3, 4)
    np.testing.assert_allclose(got[2, 3], 0.1 + 3 * 0.01 + 2 * 0.2, rtol=1e-6)
    assert got.shape == (3, 4)


@pytest.mark.parametrize("plane", [(0.7, 0, 0), (0.2, 0.003, -0.001)])
def test_every_point_moves_by_its_own_disparity_from_focus(
    plane: tuple[float, float, float],
) -> None:
    plane_ = layers.Plane(*plane)
    x, y, focus = 5.0, -3.0, 0.4
    for px, py in ((0, 0), (40, 7), (-12, 90)):
        d = plane[0] + plane[1] * px + plane[2] * py
        got = plane_.motion(x, y, focus) @ [px, py, 1]
        wanted = [px + x * (d - focus), py + y * (d - focus)]
        np.testing.assert_allclose(got, wanted, rtol=1e-5, atol=1e-5)


def test_moved_plane_gives_points_their_old_disparity_in_their_new_place() -> None:
    """Catches a second view whose disparity lies in the first view's places."""
    plane = layers.Plane(0.2, 0.003, -0.001)
    motion = plane.motion(-30.0, 4.0)
    moved = plane.moved(motion)
    for px, py in ((0, 0), (40, 7), (-12, 90)):
        x, y = motion @ [px, py, 1]
        old = 0.2 + 0.003 * px - 0.001 * py
        new = moved.at_origin + moved.along_x * x + moved.along_y * y
        assert new == pytest.approx(old, abs=1e-5)


def test_layer_colour_is_premultiplied() -> None:
    colour = np.full((2, 3, 3), 0.8, np.float32)
    alpha = np.full((2, 3), 0.5, np.float32)
    got = layers.layer(colour, alpha, -1, 4, layers.Plane(0.5))
    np.testing.assert_allclose(got.rgba[1, 2], [0.4, 0.4, 0.4, 0.5])
    assert got.rgba.dtype == np.float32
