"""darkroom.lens.layers: depth cut into layers of one radius."""

from __future__ import annotations

import numpy as np
import pytest

from darkroom.lens import layers


def test_few_depths_are_their_own_layers_with_exact_radii():
    depth = np.array([[0.0, 0.25, 0.5, 1.0]], np.float32)
    parted = layers.split(depth, 0.5, 8.0)
    assert parted.labels.tolist() == [[0, 1, 2, 3]]
    np.testing.assert_allclose(parted.radii, [-4, -2, 0, 4], atol=1e-2)


def test_a_slope_has_a_sharp_layer_and_radii_that_rise():
    depth = np.linspace(0, 1, 5000, dtype=np.float32).reshape(50, 100)
    parted = layers.split(depth, 0.4, 40.0)
    assert (np.diff(parted.radii) > 0).all()
    assert len(parted.radii) == layers.LAYERS + 1
    sharp = parted.labels == np.flatnonzero(parted.radii == 0)[0]
    # exactly those whose disc stays in its pixel: a layer never straddles the focus
    radii = np.abs(depth - 0.4) * 40
    assert sharp[radii < layers.SHARP - 0.01].all()  # 40 / 4096 is a step of disparity
    assert not sharp[radii > layers.SHARP + 0.01].any()
    off = np.abs(parted.radii[parted.labels] - 40 * (depth - 0.4))
    assert off.max() < 2.5  # no layer is wider than twice the even 40 / 16


def test_the_focal_range_is_taken_off_the_radius_and_is_one_layer():
    depth = np.array([[0.1, 0.4, 0.5, 0.6, 0.9]], np.float32)
    parted = layers.split(depth, 0.5, 10.0, focal_range=0.2)
    assert parted.labels.tolist() == [[0, 1, 1, 1, 2]]
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
