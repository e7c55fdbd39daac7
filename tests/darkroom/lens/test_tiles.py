"""darkroom.lens.tiles: the picture from its tiles."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from darkroom.lens import aperture, layers, lights, tiles
from darkroom.lens.view import View


@pytest.fixture(scope="module")
def scene():
    rng = np.random.default_rng(0)
    photo = rng.random((200, 330, 3), dtype=np.float32)
    depth = rng.random((5, 6), dtype=np.float32).repeat(40, 0).repeat(55, 1)
    return photo, depth


def rendered(scene, focus=0.5, radius=18.0, opening=aperture.DISC):
    photo, depth = scene
    parted = layers.split(depth, focus, radius)
    return tiles.render(View(photo, parted, lights.NONE, opening))


def test_small_tiles_make_the_picture_of_one_large_tile(scene, monkeypatch):
    whole = rendered(scene)
    monkeypatch.setattr(tiles, "_SIDE", 64)
    assert np.abs(rendered(scene) - whole).max() < 5e-3  # hidden places are a guess


def test_faded_tiles_make_the_same_picture_where_the_aperture_does_not_change(scene):
    round_one = rendered(scene)
    nearly_round = rendered(scene, opening=aperture.Aperture(cats_eye=1e-6))
    np.testing.assert_allclose(nearly_round, round_one, atol=5e-3)


def test_two_runs_are_equal(scene):
    assert (rendered(scene) == rendered(scene)).all()


def test_all_in_front_and_all_behind(scene):
    for focus in (-0.5, 1.5):
        result = rendered(scene, focus)
        assert result.mean() == pytest.approx(scene[0].mean(), rel=0.01)


@pytest.mark.parametrize("radius", [20.0, 80.0])
def test_the_memory_of_a_tile_is_known_before(scene, radius):
    """Catches a wide blur that takes many times what a photo does."""
    photo, depth = (np.tile(array, (3, 3, 1)[: array.ndim]) for array in scene)
    parted = layers.split(depth, 0.0, radius)
    view = View(photo, parted, lights.NONE, aperture.DISC)
    tracemalloc.start()
    result = tiles.render(view)
    peak = tracemalloc.get_traced_memory()[1] - result.nbytes
    tracemalloc.stop()
    known = tiles.memory(depth.shape, radius)
    assert known / 3 < peak < known
