"""darkroom.lens.hidden: what stands behind a near thing, and who sees it."""

from __future__ import annotations

import numpy as np
import pytest

from darkroom.lens import hidden


def test_a_layer_goes_on_behind_with_its_colour_and_whole_share():
    visible = np.ones((20, 40), np.float32)
    visible[:, 15:25] = 0
    layer = np.zeros((20, 40, 4), np.float32)
    layer[visible > 0] = (0.2, 0.4, 0.6, 1)
    result = hidden.inpainted(layer, visible, 12.0)
    np.testing.assert_allclose(result[10, 20], (0.2, 0.4, 0.6, 1), rtol=1e-5)


def test_the_nearer_of_two_surfaces_goes_on_behind():
    visible = np.ones((30, 60), np.float32)
    visible[:, 20:40] = 0
    layer = np.zeros((30, 60, 4), np.float32)
    layer[:, :20] = (0.5, 0.5, 0.5, 1)  # the layer ends where another begins, at 40
    result = hidden.inpainted(layer, visible, 30.0)
    assert result[15, 21, 3] == pytest.approx(1, abs=0.02)
    assert result[15, 38, 3] == pytest.approx(0, abs=0.02)


def test_seen_is_the_segment_of_the_lens_beyond_the_edge():
    visible = np.ones((9, 40), np.float32)
    visible[:, 20:] = 0
    gap = np.full_like(visible, 10.0)
    result = hidden.seen_share(visible, gap, 1.0)[4]
    rng = np.random.default_rng(0)
    u = rng.uniform(-1, 1, (200_000, 2))
    u = u[(u**2).sum(1) <= 1]
    for depth in (1, 4, 8):  # cells behind the edge, counted from their middles
        exact = 2 * np.mean(u[:, 0] * 10 > depth - 0.5)
        # distanceTransform counts cells from the last seen one
        assert result[20 + depth - 1] == pytest.approx(exact, abs=0.02)
    assert result[35] == pytest.approx(0.01)  # no point of the lens looks so far


def test_nothing_is_seen_behind_what_moves_along():
    visible = np.ones((9, 20), np.float32)
    visible[:, 10:] = 0
    assert (
        hidden.seen_share(visible, np.zeros_like(visible), 1.0)[:, 10:] < 0.02
    ).all()


def test_all_hidden_is_finite():
    nothing = np.zeros((5, 5), np.float32)
    with np.errstate(all="raise"):
        assert np.isfinite(hidden.seen_share(nothing, nothing + 3, 4.0)).all()
