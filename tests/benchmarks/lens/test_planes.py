"""Slanted planes: their disparity, and rays traced against a closed form."""

import math

import numpy as np
import pytest

from benchmarks.lens import planes, renderers
from darkroom import pixels
from darkroom.scenes import layers


def test_the_range_is_the_span_whatever_the_angle() -> None:
    for angle in (0.0, 0.7, 2.0, 4.5):
        disparity = planes.slanted(angle, 0.9, (48, 64)).disparity(48, 64)
        assert np.ptp(disparity) == pytest.approx(0.9, abs=1e-5)
        assert disparity.mean() == pytest.approx(0.5, abs=1e-5)
    rightwards = planes.slanted(0.0, 0.5, (48, 64)).disparity(48, 64)
    assert (np.diff(rightwards, axis=1) > 0).all()
    assert not np.diff(rightwards, axis=0).any()


def test_a_wave_keeps_the_contrast_that_its_disc_leaves() -> None:
    """A disc of the radius r leaves 2 J1(w r) / (w r) of a wave; J1 by its integral."""
    plane, focus, radius, w = layers.Plane(0.5, 0.002, 0.0), 0.2, 12.0, 0.35
    y = np.mgrid[-64:112, -64:128][0]
    texture = np.repeat((0.5 + 0.4 * np.cos(w * y))[..., None], 3, axis=2)
    traced = planes.trace(texture.astype(np.float32), plane, focus, radius, planes.RAYS)
    angles = np.linspace(0, math.pi, 2001)
    across = np.arange(64)
    r = radius * (0.5 + 0.002 * across - focus)
    # points that are seen at one column come from r of about that column
    bessel = np.cos(angles - w * r[:, None] * np.sin(angles)).mean(axis=1)
    wave = np.cos(w * np.arange(48))[:, None]
    expected = 0.5 + 0.4 * (2 * bessel / (w * r)) * wave
    np.testing.assert_allclose(traced[..., 0], expected, atol=6e-3)


def test_a_pinhole_gives_the_texture_itself() -> None:
    texture = np.random.default_rng(0).random((128 + 12, 128 + 16, 3), np.float32)
    plane = planes.slanted(1.0, 0.9, (12, 16))
    traced = planes.trace(texture, plane, 0.5, 0.0, rays=2)
    np.testing.assert_allclose(traced, texture[64:-64, 64:-64], atol=1e-6)


def test_shots_are_the_same_for_a_seed_and_scored_inside(monkeypatch) -> None:
    monkeypatch.setattr(planes, "RAYS", 100)
    one, again = (planes.generate(1, (48, 64), 3) for _ in range(2))
    assert list(one) == [
        *("gentle planes, K 24", "gentle planes, K 40"),
        *("steep planes, K 24", "steep planes, K 40"),
    ]
    for name, (shot,) in one.items():
        np.testing.assert_array_equal(shot.truth, again[name][0].truth)
        border = math.ceil(shot.blur_radius.max()) + 1
        assert not shot.scored[:border].any()
    (gentle,) = one["gentle planes, K 24"]
    gathered = pixels.to_uint8(
        renderers.exact_gather(gentle.photo, gentle.disparity, gentle.focus, 24.0)
    )
    off = gathered.astype(int) - gentle.truth
    # a gather takes the wrong radius by the slope only
    assert np.abs(off[gentle.scored]).mean() < 4
