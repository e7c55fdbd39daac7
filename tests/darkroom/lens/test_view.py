"""darkroom.lens.view: parts of a photo, at full size and coarser ones."""

from __future__ import annotations

import numpy as np
import pytest

from darkroom.lens import aperture, layers, lights
from darkroom.lens.cutting import Window
from darkroom.lens.mixed import listed
from darkroom.lens.view import Around, View

SIZE = 46, 71
PART = slice(8, 16), slice(24, 40)
COLOUR = 0.2, 0.4, 0.6


@pytest.fixture
def view():
    rng = np.random.default_rng(0)
    photo = np.empty((*SIZE, 3), np.float32)
    photo[:] = COLOUR
    depth = np.full(SIZE, 0.1, np.float32)
    depth[:, 30:] = 0.9
    parted = layers.split(depth, 0.1, 30.0)
    rows = np.repeat(np.arange(SIZE[0]), 2)
    columns = np.tile([29, 30], SIZE[0])
    colours = np.float32([[COLOUR]] * 2).repeat(len(rows), axis=1)
    alpha = rng.random(len(rows), dtype=np.float32)
    near, far = (np.full(len(rows), label, np.uint8) for label in (255, 0))
    mixed = listed(rows, columns, alpha, *colours, near, far)
    return View(photo, parted, lights.NONE, aperture.DISC, mixed)


@pytest.mark.parametrize("step", [8, 32])
def test_a_layer_has_as_much_light_at_a_smaller_size(view, step):
    """Labels of single pixels stand for those around them: so in the mean."""
    window = Window.around(slice(0, 46), slice(0, 71), step, 5.0)
    every = slice(0, 10**6), slice(0, 10**6)
    full, small = (Around(view, *PART, [5.0]).cut(window, size) for size in (1, step))
    assert full.scale == 1 and small.scale > 1
    for table in view.depth.share:
        light, less = (
            cut.layer(table, step // cut.scale, every).mean(axis=(0, 1))
            for cut in (full, small)
        )
        np.testing.assert_allclose(less, light, rtol=0.04)


def test_a_part_that_was_cut_out_is_not_cut_out_again(view, monkeypatch):
    around = Around(view, *PART, [5.0])
    wide, narrow = (Window.around(*PART, 1, reach) for reach in (9.0, 2.0))
    whole, again = around.cut(wide, 1), Around(view, *PART, [5.0]).cut(narrow, 1)
    monkeypatch.setattr(View, "full", None)
    part = around.cut(narrow, 1)
    assert np.shares_memory(part.rgba, whole.rgba)
    np.testing.assert_array_equal(part.rgba, again.rgba)
    np.testing.assert_array_equal(part.labels, again.labels)
    np.testing.assert_array_equal(part.mixed.rows, again.mixed.rows)


@pytest.mark.parametrize("height", [1, 4, *range(55, 66), 128])
def test_a_photo_of_any_height_is_reduced_as_a_whole(height):
    """Catches: a last strip of rows that lies beyond the photo."""
    rng = np.random.default_rng(0)
    photo = rng.random((height, 12, 3), dtype=np.float32)
    parted = layers.split(np.zeros((height, 12), np.float32), 1.0, 100.0)
    half = View(photo, parted, lights.NONE, aperture.DISC).reduced(8)
    rows, columns = half.rgba.shape[:2]
    assert (rows, columns) == (-(-height // 4) * 2 + 4, 10)
    whole = np.pad(photo, ((4, 2 * rows), (4, 4), (0, 0)), "edge")[: 2 * rows]
    means = whole.reshape(rows, 2, 10, 2, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(half.rgba[..., :3], means, atol=1e-6)
