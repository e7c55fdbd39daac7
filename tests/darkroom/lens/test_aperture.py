"""The figures of apertures: closed forms of area, moment, symmetry and orientation."""

import math

import numpy as np
import pytest

from darkroom.lens import aperture
from darkroom.lens.aperture import Aperture

ALL = [
    Aperture(),
    Aperture("bubble"),
    Aperture("ring"),
    Aperture("blades", blades=6, curvature=0.4, rotation=10),
    Aperture("disc", cats_eye=1),
    Aperture("blades", blades=3, cats_eye=1, squeeze=0.25),
]


def area(shape, radius=20.3):
    """Its area over that of the circle, from the kernel's brightest value."""
    return 1 / (aperture.kernel(shape, radius).max() * math.pi * radius**2)


def centroid(kernel):
    """(x, y) from the middle pixel."""
    steps = np.arange(len(kernel)) - len(kernel) // 2
    return kernel.sum(0) @ steps, kernel.sum(1) @ steps


def width_and_height(kernel):
    return (kernel.max(0) > 0).sum(), (kernel.max(1) > 0).sum()


@pytest.mark.parametrize("shape", ALL)
@pytest.mark.parametrize("radius", [0, 0.3, 0.51, 1, 2.7, 9.5, 31.4])
def test_light_is_neither_made_nor_lost(shape, radius):
    kernel = aperture.kernel(shape, radius, (0.8, -0.6))
    assert kernel.dtype == np.float32
    assert len(kernel) % 2 == 1 and kernel.shape == (len(kernel), len(kernel))
    assert kernel.sum(dtype=np.float64) == pytest.approx(1, abs=1e-6)
    assert kernel.min() >= 0


@pytest.mark.parametrize("shape", ALL)
def test_radius_0_is_the_pixel_itself(shape):
    assert aperture.kernel(shape, 0.0).tolist() == [[1.0]]
    assert aperture.kernel(shape, 0.5).tolist() == [[1.0]]


@pytest.mark.parametrize("radius", [2.0, 3.3, 8.0, 20.4, 32.0])
def test_a_disc_spreads_as_its_radius_says(radius):
    """A disc's second moment is r^2 / 4; pixels as wide as 1 add 1/12."""
    kernel = aperture.kernel(aperture.DISC, radius).astype(np.float64)
    steps = np.arange(len(kernel)) - len(kernel) // 2
    for axis in (0, 1):
        moment = kernel.sum(axis) @ steps**2
        assert moment == pytest.approx(radius**2 / 4 + 1 / 12, abs=0.04)


def test_the_kernel_is_exact_for_a_disc_of_radius_1():
    """The middle pixel lies inside it wholly: 1 of the area pi."""
    kernel = aperture.kernel(aperture.DISC, 1.0)
    assert kernel[1, 1] == pytest.approx(1 / math.pi, rel=1e-3)
    # A corner pixel reaches from (1/2, 1/2) out: pi/12 + 1/4 - sqrt(3)/4 of it is lit.
    corner = (math.pi / 12 + 0.25 - math.sqrt(3) / 4) / math.pi
    assert kernel[0, 0] == pytest.approx(corner, rel=0.02)


@pytest.mark.parametrize("shape", ALL)
def test_radii_between_pixels_vary_smoothly(shape):
    """Rounding the radius, or its size n, would show as a jump."""
    largest = 5
    spread = []
    for radius in np.linspace(0.45, largest, 480):
        kernel = aperture.kernel(shape, float(radius), (0.6, 0.8))
        edge = largest - len(kernel) // 2
        spread.append(np.pad(kernel, edge))
    assert np.abs(np.diff(spread, axis=0)).sum((1, 2)).max() < 0.1


@pytest.mark.parametrize("blades", [3, 5, 6, 8])
def test_a_polygon_has_its_corners_on_the_circle(blades):
    expected = blades / (2 * math.pi) * math.sin(2 * math.pi / blades)
    assert area(Aperture("blades", blades=blades)) == pytest.approx(expected, rel=0.01)


def test_curvature_goes_from_straight_to_round():
    areas = [area(Aperture("blades", curvature=c)) for c in (0, 0.25, 0.5, 0.75, 1)]
    assert areas == sorted(areas) and areas[0] < 0.77
    round_blades = aperture.kernel(Aperture("blades", curvature=1.0), 9.3)
    disc = aperture.kernel(aperture.DISC, 9.3)
    np.testing.assert_allclose(round_blades, disc, atol=1e-6)


def test_a_corner_points_up_and_rotation_turns_clockwise():
    def up(rotation):
        return aperture.kernel(Aperture("blades", blades=3, rotation=rotation), 12.5)

    assert up(0)[0].sum() > 0 and up(0)[-3:].sum() == 0
    np.testing.assert_allclose(up(0), up(0)[:, ::-1], atol=1e-7)
    np.testing.assert_allclose(up(90), np.rot90(up(0), -1), atol=1e-7)
    np.testing.assert_allclose(up(120), up(0), atol=1e-7)


def test_a_ring_is_dark_inside_and_a_bubble_bright_at_its_rim():
    ring = aperture.kernel(Aperture("ring"), 16.0)
    assert ring[16, 16] == 0 and ring[16, 4] > 0
    assert area(Aperture("ring"), 16.0) == pytest.approx(0.75, rel=0.01)
    bubble = aperture.kernel(Aperture("bubble"), 16.0)
    assert bubble[16, 1] > 2 * bubble[16, 16] > 0


def test_the_barrel_leaves_the_lens_of_two_circles_in_the_corner():
    """Two unit circles, the centres 1 apart, share 2 pi / 3 - sqrt(3) / 2."""
    kernel = aperture.kernel(Aperture(cats_eye=1), 24.0, (1.0, 0.0))
    lens = (2 * math.pi / 3 - math.sqrt(3) / 2) * 24**2
    assert 1 / kernel.max() == pytest.approx(lens, rel=0.01)
    x, y = centroid(kernel)
    assert x == pytest.approx(-12, abs=0.05), "cut on the side of the corner"
    assert y == pytest.approx(0, abs=1e-3)


def test_the_cats_eye_grows_to_the_corners_and_looks_at_the_centre():
    eye = Aperture(cats_eye=0.8)
    middle, half, corner = (
        aperture.kernel(eye, 12.0, (f * 0.6, f * 0.8)) for f in (0.0, 0.5, 1.0)
    )
    np.testing.assert_array_equal(middle, aperture.kernel(aperture.DISC, 12.0))
    assert middle.max() < half.max() < corner.max()
    x, y = centroid(corner)
    assert y / x == pytest.approx(0.8 / 0.6, rel=0.02) and y < 0
    opposite = aperture.kernel(eye, 12.0, (-0.6, -0.8))
    np.testing.assert_allclose(opposite, corner[::-1, ::-1], atol=1e-7)


def test_the_longer_axis_of_a_squeezed_disc_is_the_radius():
    tall = aperture.kernel(Aperture(squeeze=0.5), 16.0)
    wide = aperture.kernel(Aperture(squeeze=2.0), 16.0)
    assert width_and_height(tall) == (17, 33)
    np.testing.assert_allclose(wide, tall.T, atol=1e-7)
    assert area(Aperture(squeeze=0.5)) == pytest.approx(0.5, rel=0.01)


def test_nobody_can_spoil_the_kernels_of_others():
    with pytest.raises(ValueError, match="read-only"):
        aperture.kernel(aperture.DISC, 3.0)[0, 0] = 1


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"shape": "heart"}, "'heart'; expected one of disc, bubble, ring, blades"),
        ({"blades": 2}, "blades is 2; expected a whole number from 3 to 32"),
        ({"blades": 5.5}, "blades is 5.5; expected a whole number"),
        ({"curvature": 1.1}, "curvature is 1.1; expected a number from 0 to 1"),
        ({"cats_eye": -0.1}, "cats_eye is -0.1; expected a number from 0 to 1"),
        ({"squeeze": 0.0}, "squeeze is 0; expected a number from 0.25 to 4"),
        ({"rotation": math.nan}, "rotation is nan; expected a number from -360"),
    ],
)
def test_errors_say_what_is_allowed(fields, text):
    with pytest.raises(ValueError, match=text):
        Aperture(**fields)


def test_a_radius_below_0_and_a_place_outside_the_picture_are_refused():
    with pytest.raises(ValueError, match="radius is -1; expected 0 or more"):
        aperture.kernel(aperture.DISC, -1.0)
    with pytest.raises(ValueError, match="radius is nan"):
        aperture.kernel(aperture.DISC, math.nan)
    with pytest.raises(ValueError, match="at most one half diagonal"):
        aperture.kernel(aperture.DISC, 2.0, (1.0, 1.0))


def test_a_large_disc_is_drawn_in_bands_bit_for_bit(monkeypatch):
    """Catches a kernel of 800 pixels that takes a gigabyte to draw."""
    shape = Aperture("bubble", cats_eye=0.5)
    banded = aperture.kernel.__wrapped__(shape, 250.5, (0.3, 0.2))
    monkeypatch.setattr(aperture, "_BAND", 10**9)
    assert (banded == aperture.kernel.__wrapped__(shape, 250.5, (0.3, 0.2))).all()
