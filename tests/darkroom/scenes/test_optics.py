"""The lens against closed forms, brute force and thin strips."""

import itertools
import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from darkroom.scenes import layers, optics
from darkroom.scenes.layers import Layer, Plane, Scene

Array = npt.NDArray[Any]
SIZE, MARGIN = (24, 36), 14
CANVAS = (SIZE[0] + 2 * MARGIN, SIZE[1] + 2 * MARGIN)


def backdrop(colour: Array | float, plane: Plane) -> Layer:
    full = np.broadcast_to(np.float32(colour), (*CANVAS, 3))
    return layers.layer(full, np.ones(CANVAS, np.float32), -MARGIN, -MARGIN, plane)


def waves(phase: float, rows: int = CANVAS[0], columns: int = CANVAS[1]) -> Array:
    """A smooth texture, `[rows, columns, 3]`, from the canvas's corner."""
    y, x = np.mgrid[:rows, :columns].astype(np.float32)
    bands = [np.sin(x * 0.35 + phase + c) * np.cos(y * 0.3 - c) for c in range(3)]
    return (0.5 + 0.4 * np.stack(bands, -1)).astype(np.float32)


def disc(rows: int, columns: int, radius: float) -> Array:
    y, x = np.mgrid[:rows, :columns]
    far = np.hypot(y - (rows - 1) / 2, x - (columns - 1) / 2)
    return np.clip(radius + 0.5 - far, 0, 1).astype(np.float32)


def scene(*stack: Layer, subject: int = 0) -> Scene:
    return Scene(stack, SIZE, MARGIN, subject)


def three_layers() -> Scene:
    near = layers.layer(waves(2, 15, 13), disc(15, 13, 5), 6, -4, Plane(0.9))
    middle = layers.layer(waves(1, 17, 21), disc(17, 21, 7.3), 3, 9, Plane(0.5))
    return scene(near, middle, backdrop(waves(0), Plane(0.1)), subject=1)


def test_aperture_points_have_equal_area() -> None:
    """Catches a radius without its root, which crowds rays in the middle."""
    points = optics.aperture(400)
    radius = np.hypot(*points.T)
    assert radius.max() <= 1
    for part in (0.3, 0.5, 0.8):
        assert (radius < part).mean() == pytest.approx(part**2, abs=0.01)
    np.testing.assert_allclose(points.mean(0), 0, atol=0.005)


def test_in_focus_layer_equals_the_pinhole() -> None:
    got = optics.shoot(scene(backdrop(waves(0), Plane(0.3))), K=20, focus=0.3, rays=33)
    wanted = waves(0)[MARGIN : MARGIN + SIZE[0], MARGIN : MARGIN + SIZE[1]]
    np.testing.assert_allclose(got, wanted, atol=2e-6)
    np.testing.assert_array_equal(
        optics.pinhole(scene(backdrop(waves(0), Plane(0.3)))), wanted
    )


@pytest.mark.parametrize("disparity", [0.0, 1.0])
def test_a_point_becomes_a_disc_of_the_radius_and_keeps_its_light(
    disparity: float,
) -> None:
    """Catches K taken as a diameter, and light lost by normalising."""
    colour = np.zeros((*CANVAS, 3), np.float32)
    colour[MARGIN + 12, MARGIN + 18] = 50  # far brighter than white
    flat = scene(backdrop(colour, Plane(disparity)))
    got = optics.shoot(flat, K=18, focus=0.5, rays=900)  # radius 9
    assert got.sum() == pytest.approx(150, rel=1e-4)
    y, x = np.mgrid[: SIZE[0], : SIZE[1]]
    far = np.hypot(y - 12, x - 18)
    assert (got[far > 10.5] == 0).all()
    level = 50 / (math.pi * 9**2)
    np.testing.assert_allclose(got[far < 7.5], level, rtol=0.25)
    assert got[far < 7.5].mean() == pytest.approx(level, rel=0.02)


def test_layers_against_brute_force() -> None:
    """Every ray, layer, pixel and neighbour in plain loops, the front layer first."""
    stack, K, focus, rays = three_layers(), 12.0, 0.5, 7
    total = np.zeros((*SIZE, 3))
    for u in optics.aperture(rays):
        for y in range(SIZE[0]):
            for x in range(SIZE[1]):
                through = 1.0
                for layer in stack.layers:
                    move = K * (layer.plane.at_origin - focus) * u
                    rgba = sample(layer, y - move[1], x - move[0])
                    total[y, x] += through * rgba[:3]
                    through *= 1 - rgba[3]
    got = optics.shoot(stack, K, focus, rays)
    np.testing.assert_allclose(got, total / rays, atol=1e-5)


def sample(layer: Layer, y: float, x: float) -> Array:
    """The bilinear sample at a place of the picture; transparent outside."""
    y, x = y - layer.top, x - layer.left
    got = np.zeros(4)
    for row in (math.floor(y), math.floor(y) + 1):
        for column in (math.floor(x), math.floor(x) + 1):
            inside = 0 <= row < layer.rgba.shape[0], 0 <= column < layer.rgba.shape[1]
            if all(inside):
                weight = (1 - abs(y - row)) * (1 - abs(x - column))
                got = got + weight * layer.rgba[row, column]
    return got


def floor_of(strips: int, plane: Plane, texture: Array, margin: int) -> Scene:
    """A floor of flat strips; each goes on behind the nearer ones below it."""
    edges = np.linspace(0, len(texture), strips + 1).astype(int)
    stack = []
    for top, end in itertools.pairwise(edges):
        middle = (top + end - 1) / 2 - margin
        flat = Plane(plane.at_origin + plane.along_y * float(middle))
        covered = np.zeros(texture.shape[:2], np.float32)
        covered[top:] = 1
        stack.append(layers.layer(texture, covered, -margin, -margin, flat))
    size = (len(texture) - 2 * margin, texture.shape[1] - 2 * margin)
    return Scene(tuple(stack[::-1]), size, margin, 0)


def test_slanted_plane_is_the_limit_of_thin_strips() -> None:
    """Catches a plane that leans the other way, or a warp taken backwards."""
    margin, K, focus, rays = 40, 40.0, 0.6, 24
    size = (128, 24)
    rows, columns = (n + 2 * margin for n in size)
    y, x = np.mgrid[:rows, :columns] / 6  # slow waves: strips have hard edges
    texture = 0.5 + 0.4 * np.stack([np.sin(x), np.cos(y), np.sin(x + y)], -1)
    whole = np.ones((rows, columns), np.float32)
    slope = 0.7 / rows

    def shoot(plane: Plane) -> Array:
        flat = layers.layer(texture, whole, -margin, -margin, plane)
        return optics.shoot(Scene((flat,), size, margin, 0), K, focus, rays)

    plane = Plane(0.2 + slope * margin, 0.0, slope)
    got = shoot(plane)
    off = [
        np.abs(
            optics.shoot(floor_of(n, plane, texture, margin), K, focus, rays) - got
        ).mean()
        for n in (4, 13, 52)
    ]
    assert off[0] > 2 * off[1] > 4 * off[2]
    assert off[2] < 0.002
    wrong = shoot(Plane(0.9 - slope * margin, 0.0, -slope))
    assert np.abs(wrong - got).mean() > 0.03


def test_slanted_plane_against_its_formula() -> None:
    """A ray's point p goes to p + u K (d(p) - f): solved for p, sampled exactly."""
    plane, K, focus, rays = Plane(0.4, 0.009, -0.006), 9.0, 0.45, 16
    y, x = np.mgrid[: SIZE[0], : SIZE[1]].astype(np.float64)
    total = np.zeros((*SIZE, 3))
    for ux, uy in K * optics.aperture(rays).astype(np.float64):
        a = np.array(
            [
                [1 + ux * plane.along_x, ux * plane.along_y],
                [uy * plane.along_x, 1 + uy * plane.along_y],
            ]
        )
        rest = plane.at_origin - focus
        px, py = np.tensordot(np.linalg.inv(a), [x - ux * rest, y - uy * rest], 1)
        px, py = px + MARGIN, py + MARGIN
        bands = [np.sin(px * 0.35 + c) * np.cos(py * 0.3 - c) for c in range(3)]
        total += 0.5 + 0.4 * np.stack(bands, -1)
    got = optics.shoot(scene(backdrop(waves(0), plane)), K, focus, rays)
    np.testing.assert_allclose(got, total / rays, atol=0.015)  # of bilinear sampling


def test_wide_blur_is_refused_with_the_remedy() -> None:
    with pytest.raises(ValueError, match=r"blur radius of 36 pixels .* smaller K"):
        optics.shoot(three_layers(), K=90)


def test_disparity_is_the_front_layer_that_is_more_opaque_than_not() -> None:
    thin = np.zeros((12, 12), np.float32)
    thin[2:10, 2:6], thin[2:10, 6:10] = 0.49, 0.51
    veil = layers.layer(waves(1, 12, 12), thin, 3, 5, Plane(0.8))
    got = optics.disparity(scene(veil, backdrop(waves(0), Plane(0.1))))
    wanted = np.full(SIZE, 0.1, np.float32)
    wanted[5:13, 11:15] = 0.8
    np.testing.assert_array_equal(got, wanted)


def test_mask_is_the_part_of_the_subject_that_shows() -> None:
    front = np.zeros((8, 8), np.float32)
    front[1:7, 1:7] = 0.75
    before = layers.layer(waves(1, 8, 8), front, 4, 4, Plane(0.9))
    alpha = np.zeros((10, 20), np.float32)
    alpha[1:9, 1:19] = 1
    middle = layers.layer(waves(2, 10, 20), alpha, 2, 6, Plane(0.5))
    got = optics.mask(scene(before, middle, backdrop(waves(0), Plane(0.1)), subject=1))
    assert got[3, 20] == 1
    assert got[6, 8] == pytest.approx(0.25)
    assert got[0, 0] == got[6, 5] == 0


def test_right_view_rebuilds_the_left_one_where_both_see() -> None:
    """Catches a camera that moved to the left, and a disparity of the wrong view."""
    stack, shift = three_layers(), 10.0
    left, right = optics.pinhole(stack), optics.right_view(stack, shift)
    here, there = optics.disparity(stack), optics.disparity(stack, shift)
    columns = np.arange(SIZE[1]) - shift * here
    both = (columns >= 0) & (
        np.abs(read(there[..., None], columns)[..., 0] - here) < 0.01
    )
    assert both.mean() > 0.6
    rebuilt = read(right, columns)
    assert np.abs(rebuilt - left)[both].mean() < 0.01
    wrong = read(right, np.clip(np.arange(SIZE[1]) + shift * here, 0, SIZE[1] - 1))
    assert np.abs(wrong - left)[both].mean() > 0.1


def read(picture: Array, columns: Array) -> Array:
    """Rows of a picture, bilinear at `columns`."""
    columns = np.clip(columns, 0, SIZE[1] - 1.001)
    low = columns.astype(int)
    part = (columns - low)[..., None]
    rows = np.arange(SIZE[0])[:, None]
    return picture[rows, low] * (1 - part) + picture[rows, low + 1] * part
