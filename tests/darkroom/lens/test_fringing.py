"""Longitudinal colour: each channel's disc, and what is in focus."""

import numpy as np
import pytest

from darkroom import lens
from darkroom.lens import fringing
from darkroom.lens.layers import Layers


def disc_radius(channel):
    """Of a disc of even light: its second moment is r^2 / 4 per axis."""
    y = np.arange(len(channel)) - len(channel) // 2
    return 2 * np.sqrt((channel.sum(axis=1) @ y**2) / channel.sum())


@pytest.mark.parametrize(("disparity", "sign"), [(0.0, 1), (1.0, -1)])
def test_green_is_wider_behind_the_focus_and_narrower_in_front(disparity, sign):
    photo = np.zeros((201, 201, 3), np.float32)
    photo[100, 100] = 1
    depth = np.full((201, 201), disparity, np.float32)
    wide = {
        amount: lens.blur(photo, depth, 0.5, 100, boost=50, fringing=amount)
        for amount in (0.0, 1.0)
    }
    red, green, blue = (disc_radius(wide[1.0][..., c]) for c in range(3))
    plain = disc_radius(wide[0.0][..., 1])
    shift = fringing.STRONGEST * 100
    assert green - plain == pytest.approx(sign * shift, abs=0.15)
    assert red == blue and red - plain == pytest.approx(-sign * shift, abs=0.15)
    for c in range(3):
        assert wide[1.0][..., c].sum() == pytest.approx(
            wide[0.0][..., c].sum(), rel=1e-3
        )


def test_what_is_in_focus_stays_and_no_radius_changes_its_side():
    one = np.zeros((1, 1), np.uint8)
    depth = Layers(one, 51, one, np.array([-9.0, -2.0, 0.0, 1.0, 20.0]))
    np.testing.assert_allclose(fringing.shifted(depth, 3.0).radii, [-6, -1, 0, 1.5, 23])
    np.testing.assert_allclose(
        fringing.shifted(depth, -3.0).radii, [-12, -3, 0, 0.5, 17]
    )


def test_a_grey_surface_stays_grey_and_none_changes_nothing():
    rng = np.random.default_rng(0)
    grey = np.full((60, 80, 3), 0.4, np.float32)
    depth = np.linspace(0, 1, 80, dtype=np.float32)[None].repeat(60, 0)
    np.testing.assert_allclose(
        lens.blur(grey, depth, 0.5, 20, fringing=1), 0.4, atol=1e-4
    )
    photo = rng.random((60, 80, 3), np.float32)
    np.testing.assert_array_equal(
        lens.blur(photo, depth, 0.5, 20, fringing=0), lens.blur(photo, depth, 0.5, 20)
    )
    with pytest.raises(ValueError, match="fringing is 2; expected 0 to 1"):
        lens.blur(photo, depth, 0.5, 20, fringing=2)
