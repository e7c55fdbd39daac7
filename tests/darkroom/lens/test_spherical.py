"""Spherical aberration: the profile of a disc against its formula, and which side."""

import numpy as np
import pytest

from darkroom import lens
from darkroom.lens import aperture, spherical
from darkroom.lens.aperture import Aperture


@pytest.mark.parametrize("b", [-0.4, -0.1, 0.2, 0.4])
def test_light_in_a_circle_is_that_of_the_rays_within(b):
    """Energy is rho^2: the integral of 2 t I(t) up to t(rho), by hand."""
    t = np.linspace(0, 1, 200_001)
    rho = spherical.opening(t, b)
    density = 2 * t * spherical.intensity(rho, b)
    energy = np.concatenate([[0], np.cumsum((density[1:] + density[:-1]) / 2 * t[1])])
    np.testing.assert_allclose(energy, rho**2, atol=2e-3)


def test_opening_inverts_where_rays_land():
    rho = np.linspace(0, 1, 50)
    for b in (-0.4, 0.4):
        landed = rho * (1 - b + b * rho**2)
        np.testing.assert_allclose(spherical.opening(landed, b), rho, atol=1e-4)
        slope = np.gradient(landed, rho, edge_order=2)
        np.testing.assert_allclose(spherical.slope(rho, b), slope, atol=2e-3)


@pytest.mark.parametrize("amount", [-1.0, -0.5, 0.7, 1.0])
def test_a_discs_profile_follows_the_formula(amount):
    radius = 60.0
    disc = aperture.kernel(Aperture(spherical=amount), radius)
    row = disc[len(disc) // 2, len(disc) // 2 :] * np.pi * radius**2
    t = np.arange(len(row)) / radius
    b = spherical.coefficient(amount)
    expected = spherical.intensity(spherical.opening(t, b), b)
    inner = t < 0.93
    np.testing.assert_allclose(row[inner], expected[inner], rtol=0.03)
    assert (np.argmax(row) > 0.9 * radius) == (amount > 0)


@pytest.mark.parametrize("shape", ["disc", "ring", "blades"])
@pytest.mark.parametrize("amount", [-1.0, 1.0])
def test_light_is_neither_made_nor_lost_and_the_disc_keeps_its_size(shape, amount):
    plain, bent = (
        aperture.kernel(Aperture(shape, spherical=a), 12.3) for a in (0.0, amount)
    )
    assert bent.sum(dtype=np.float64) == pytest.approx(1, abs=1e-6)
    assert bent.shape == plain.shape and bent.min() >= 0
    for axis in (0, 1):
        across = [(disc.max(axis) > 0).sum() for disc in (bent, plain)]
        assert abs(across[0] - across[1]) <= 2


def test_bubbles_behind_are_cream_in_front():
    """A point of light through the whole lens, on both sides of the focus."""
    photo = np.zeros((161, 161, 3), np.float32)
    photo[79:82, 79:82] = 1
    profile = {}
    for side, disparity in (("behind", 0.0), ("in front", 1.0)):
        depth = np.full((161, 161), disparity, np.float32)
        for amount in (-1.0, 0.0, 1.0):
            disc = lens.blur(
                photo,
                depth,
                0.5,
                60,
                aperture=Aperture(spherical=amount),
                boost=100,
            )[..., 0]
            assert disc.sum() == pytest.approx(100 * 9, rel=2e-3)
            profile[side, amount] = disc[80, 80 + 26] / disc[80, 80 + 8]
    assert profile["behind", 1.0] > 2 > 1.2 > profile["behind", 0.0]
    assert profile["behind", -1.0] < 0.5 < profile["behind", 0.0]
    for amount in (-1.0, 0.0, 1.0):
        same = pytest.approx(profile["in front", -amount], rel=1e-3)
        assert profile["behind", amount] == same


def test_none_of_it_is_the_disc_as_it_was():
    np.testing.assert_array_equal(
        aperture.kernel(Aperture(spherical=0.0), 9.0), aperture.kernel(Aperture(), 9.0)
    )
    with pytest.raises(
        ValueError, match=r"spherical is 1\.5; expected a number from -1"
    ):
        Aperture(spherical=1.5)
