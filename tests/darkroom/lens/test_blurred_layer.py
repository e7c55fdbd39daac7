"""darkroom.lens.blurred_layer: one blurred layer in a tile."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from darkroom.lens import aperture, layers, lights
from darkroom.lens.blurred_layer import blurred_layer
from darkroom.lens.cutting import alternating
from darkroom.lens.view import Around, View


def view(photo, depth, focus, radius):
    parted = layers.split(depth, focus, radius)
    return View(photo, parted, lights.NONE, aperture.DISC)


def halves(left, right, size=(40, 80)):
    depth = np.full(size, left, np.float32)
    depth[:, size[1] // 2 :] = right
    return depth


ALL = slice(0, 40), slice(0, 80)
ANYWHERE = slice(-(10**6), 10**6), slice(-(10**6), 10**6)


def blurred(seen, rows, columns, layer, reach):
    around = Around(seen, rows, columns, [reach])
    return blurred_layer(seen, around, rows, columns, layer, ANYWHERE, reach)


def test_light_is_times_coverage():
    photo = np.full((40, 80, 3), 0.5, np.float32)
    near = blurred(view(photo, halves(0.0, 1.0), 0.0, 8.0), *ALL, 1, 8.0)
    assert np.abs(near[..., :3] - 0.5 * near[..., 3:]).max() < 1e-6
    across = near[20, :, 3]
    assert across[20] == 0 and across[60] == pytest.approx(1)
    assert across[39] + across[40] == pytest.approx(1, abs=1e-5)  # its edge stays


def test_the_far_layer_covers_what_the_near_one_hides_as_far_as_it_is_seen():
    photo = np.full((40, 80, 3), 0.5, np.float32)
    far = blurred(view(photo, halves(0.0, 1.0), 0.0, 8.0), *ALL, 0, 8.0)
    np.testing.assert_allclose(far[:, :46, 3], 1, atol=1e-3)


def test_joined_layers_of_one_slope_together_make_the_blur_of_both():
    """Independent layers would let 1/4 of what is behind them shine through."""
    rng = np.random.default_rng(0)
    photo = rng.random((40, 80, 3), dtype=np.float32)
    depth = halves(0.50, 0.51)
    seen = view(photo, depth, 0.0, 8.0)
    assert len(seen.depth.radii) == 2
    far, near = (blurred(seen, *ALL, layer, 4.1) for layer in (0, 1))
    both = near + far * (1 - near[..., 3:])
    exact = cv2.filter2D(
        photo,
        -1,
        aperture.kernel(aperture.DISC, 4.04),
        borderType=cv2.BORDER_REPLICATE,
    )
    np.testing.assert_allclose(both[..., 3], 1, atol=1e-3)
    # less than the texture's own variation by far; it is 0.05 when independent
    assert np.abs(both[..., :3] - exact).max() < 0.02


def test_a_part_of_a_tile_is_what_the_whole_tile_has_there():
    """A margin that is too narrow shows as a seam."""
    rng = np.random.default_rng(1)
    photo = rng.random((120, 160, 3), dtype=np.float32)
    depth = rng.choice(np.float32([0.1, 0.9]), (12, 16)).repeat(10, 0).repeat(10, 1)
    seen = view(photo, depth, 0.4, 30.0)
    whole = blurred(seen, slice(0, 120), slice(0, 160), 0, 15.0)
    part = blurred(seen, slice(32, 80), slice(64, 128), 0, 15.0)
    np.testing.assert_allclose(part, whole[32:80, 64:128], atol=2e-3)


@pytest.mark.parametrize("radius", [3.0, 10.0, 33.0, 100.0])
def test_the_grid_keeps_the_discs_width(radius):
    """Variance along an axis: r^2 / 4, whatever the grid adds by itself."""
    size = 2 * int(1.5 * radius) + 33
    photo = np.zeros((size, size, 3), np.float32)
    photo[size // 2, size // 2] = 1
    depth = np.zeros((size, size), np.float32)
    tile = slice(0, size), slice(0, size)
    spread = blurred(view(photo, depth, 1.0, radius), *tile, 0, radius)[..., 0]
    x = np.arange(size)
    share = spread.sum(0) / spread.sum()
    mean = (share * x).sum()
    width = (share * (x - mean) ** 2).sum()
    assert width == pytest.approx(radius**2 / 4, rel=0.06)


def test_half_the_labels_keep_edges_where_they_are_in_the_mean():
    edge = np.zeros((64, 64), np.uint8)
    for column in range(20, 24):
        edge[:, :column], edge[:, column:] = 1, 0
        for labels in (edge, edge.T):
            half = alternating(np.ascontiguousarray(labels))
            assert half.mean() == labels.mean()


def test_a_layer_never_covers_more_than_all():
    """Filters on coarse grids are negative in places, and what is seen is divided."""
    photo = np.full((160, 160, 3), 0.5, np.float32)
    depth = np.full((160, 160), 0.9, np.float32)
    depth[77:83, 77:83] = 0.35  # a hole in what is near
    seen = view(photo, depth, 0.0, 40.0)
    far = blurred(seen, slice(0, 160), slice(0, 160), 0, 36.0)
    assert far[..., 3].max() <= 1 + 1e-4
