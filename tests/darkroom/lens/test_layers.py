"""darkroom.lens.layers: depth cut into layers of one radius."""

from __future__ import annotations

import numpy as np
import pytest

from darkroom.lens import layers


def test_few_depths_are_their_own_layers_with_exact_radii():
    depth = np.array([[0.0, 0.25, 0.5, 1.0]], np.float32)
    parted = layers.split(depth, 0.5, 8.0)
    assert parted.labels.tolist() == [[0, 85, 170, 255]]
    np.testing.assert_allclose(parted.radii, [-4, -2, 0, 4], atol=1e-2)
    np.testing.assert_array_equal(parted.share[:, parted.labels[0]], np.eye(4))


def test_a_slope_has_a_sharp_layer_and_radii_that_rise():
    depth = np.linspace(0, 1, 5000, dtype=np.float32).reshape(50, 100)
    parted = layers.split(depth, 0.4, 40.0)
    assert (np.diff(parted.radii) > 0).all()
    assert len(parted.radii) <= layers.LAYERS
    itself = int(np.flatnonzero(parted.radii == 0)[0])
    share = parted.share[:, parted.labels]
    np.testing.assert_allclose(share.sum(0), 1, atol=1e-6)
    # exactly those whose disc stays in its pixel are only in the sharp layer
    radii = 40 * (depth - 0.4)
    assert (share[itself][np.abs(radii) < layers.SHARP - 0.01] == 1).all()
    assert (share[itself][np.abs(radii) > 1.5] < 1).all()
    # a mean of two discs has the variance of the disc itself
    variance = np.tensordot(parted.radii * np.abs(parted.radii), share, 1)
    off = np.abs(np.sqrt(np.abs(variance)) - np.abs(radii))
    assert off[np.abs(radii) > 2].max() < 0.25


def test_what_is_partly_nearer_is_visible_as_far_as_it_is_in_the_layer():
    depth = np.tile(np.linspace(0, 1, 200, dtype=np.float32), (5, 1))
    parted = layers.split(depth, -0.1, 30.0)
    used = np.unique(parted.labels)
    share, visible = parted.share[:, used], parted.visible[:, used]
    np.testing.assert_allclose(visible[0], share[0], atol=1e-6)
    np.testing.assert_allclose(visible[-1], 1)
    np.testing.assert_allclose(np.diff(visible, axis=0), share[1:], atol=1e-6)
    assert not parted.steps.any()  # a slope has no step


def test_steps_are_where_depth_jumps_by_a_layer_and_tell_the_nearer_side():
    depth = np.zeros((6, 8), np.float32)
    depth[:, 4:] = 1
    parted = layers.split(depth, 0.0, 9.0)
    expected = np.zeros((6, 8), np.uint8)
    expected[:, 3:5] = 255
    np.testing.assert_array_equal(parted.steps, expected)


def test_the_focal_range_is_taken_off_the_radius_and_is_one_layer():
    depth = np.array([[0.1, 0.4, 0.5, 0.6, 0.9]], np.float32)
    parted = layers.split(depth, 0.5, 10.0, focal_range=0.2)
    assert parted.labels.tolist() == [[0, 127, 127, 127, 254]]
    np.testing.assert_allclose(parted.radii, [-3, 0, 3], atol=1e-2)


@pytest.mark.parametrize("focus", [-1.0, 0.3, 2.0])
def test_one_depth_is_one_layer(focus):
    parted = layers.split(np.full((3, 4), 0.3, np.float32), focus, 20.0)
    assert not parted.labels.any()
    assert parted.radii == pytest.approx([20 * (0.3 - focus)], abs=1e-5)


def test_rare_depths_are_kept_apart_from_common_ones():
    depth = np.zeros((100, 100), np.float32)
    depth[0, :5] = 1.0  # a thin near thing must not take the wall's radius
    parted = layers.split(depth, 0.5, 10.0)
    np.testing.assert_allclose(parted.radii, [-5, 5], atol=1e-2)
