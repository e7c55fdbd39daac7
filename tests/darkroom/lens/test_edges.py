"""darkroom.lens.edges: pixels that an edge covers in part, found without a matte."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from darkroom import lens
from darkroom.lens import aperture, edges, layers

FRONT, BEHIND = np.float32([0.7, 0.3, 0.1]), np.float32([0.1, 0.2, 0.5])


def slanted(height=96, width=128):
    """Returns the exact coverage of each pixel, right of an edge that leans."""
    y, x = np.mgrid[: 8 * height, : 8 * width].astype(np.float32)
    right = (x > 4 * width + 0.31 * (y - 4 * height)).astype(np.float32)
    return cv2.resize(right, (width, height), interpolation=cv2.INTER_AREA)


def scene(alpha):
    a = alpha[..., None]
    photo = a * FRONT + (1 - a) * BEHIND
    depth = np.where(alpha > 0.5, np.float32(0.8), np.float32(0.1))
    return photo, depth


def test_coverage_and_colours_of_flat_cards_are_found():
    alpha = slanted()
    photo, depth = scene(alpha)
    parts = list(edges.find(photo, layers.split(depth, 0.8, 12.0)))
    coverage = (alpha > 0.5).astype(np.float32)
    for part in parts:
        coverage[part.rows, part.columns] = part.alpha
        assert set(part.near.tolist()) == {255} and set(part.far.tolist()) == {0}
        ahead = part.alpha > 0
        front = part.front[ahead, :3] / part.alpha[ahead, None]
        for found, colour in ((front, FRONT), (part.behind[:, :3], BEHIND)):
            np.testing.assert_allclose(
                found, np.tile(colour, (len(found), 1)), atol=0.02
            )
    assert np.abs(coverage - alpha).max() < 0.03


@pytest.mark.parametrize("focus", [0.8, 0.1])
def test_an_edge_in_front_of_a_blur_is_as_exact_as_the_photo(focus):
    """Hard edges would leave a fringe of the background's light at its own place."""
    alpha = slanted()
    photo, depth = scene(alpha)
    radius = 9.0
    result = lens.blur(photo, depth, focus, radius / 0.7, boost=1)
    disc = aperture.kernel(aperture.DISC, radius)
    spread = alpha if focus == 0.8 else cv2.filter2D(alpha, -1, disc)
    inside = np.s_[12:-12, 12:-12]
    a = spread[..., None]
    truth = (a * FRONT + (1 - a) * BEHIND)[inside]
    assert np.abs(result[inside] - truth).max() < 0.02


def test_texture_is_no_edge():
    """What differs no more than it varies stays as depth has it."""
    rng = np.random.default_rng(0)
    photo = rng.random((96, 128, 3), dtype=np.float32)
    depth = scene(slanted())[1]
    parts = list(edges.find(photo, layers.split(depth, 0.8, 12.0)))
    assert sum(map(len, parts)) < 0.15 * 2 * 96


def test_no_step_no_edge_and_noise_is_no_depth():
    photo, _ = scene(slanted())
    floor = np.tile(np.linspace(0, 1, 96, dtype=np.float32)[:, None], (1, 128))
    assert not list(edges.find(photo, layers.split(floor, 0.5, 20.0)))
    noise = np.random.default_rng(0).random((96, 128), dtype=np.float32)
    assert not list(edges.find(photo, layers.split(noise, 0.5, 20.0)))


def test_what_a_matte_decides_is_left_to_it():
    photo, depth = scene(slanted())
    everywhere = np.full(depth.shape, 255, np.uint8)
    parted = layers.split(depth, 0.8, 12.0)
    assert not sum(map(len, edges.find(photo, parted, everywhere)))
    half = everywhere.copy()
    half[48:] = 0
    for part in edges.find(photo, parted, half):
        assert part.rows.min() >= 48
