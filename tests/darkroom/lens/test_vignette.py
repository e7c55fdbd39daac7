"""Dark corners: the light that two circles share."""

import math

import numpy as np
import pytest

from darkroom import lens
from darkroom.lens import aperture, vignette
from darkroom.lens.aperture import Aperture


def test_the_share_of_two_circles():
    assert vignette.share(np.array([0.0, 2.0])).tolist() == [1, 0]
    lens_shape = (4 * math.pi - 3 * math.sqrt(3)) / 6  # two circles a radius apart
    assert vignette.share(np.array(1.0)) == pytest.approx(lens_shape / math.pi)


@pytest.mark.parametrize("amount", [0.3, 1.0])
def test_corners_lose_what_the_cats_eye_takes_of_a_disc(amount):
    even = np.full((300, 400, 3), 0.8, np.float32)
    dark = vignette.darkened(even, amount)[..., 0] / 0.8
    for x, y in ((399, 299), (399, 150), (230, 60)):
        field = (x + 0.5 - 200) / 250, (y + 0.5 - 150) / 250
        cut = aperture.kernel(Aperture(cats_eye=amount), 40.0, field)
        left = (cut > 0.5 * cut.max()).sum() / (math.pi * 40**2)
        assert dark[y, x] == pytest.approx(left, abs=0.02)
    assert dark[149:151, 199:201] == pytest.approx(1, abs=2e-2)
    np.testing.assert_allclose(dark, dark[::-1, ::-1], atol=0.02)


def test_it_darkens_what_the_lens_has_blurred_and_none_changes_nothing():
    photo = np.random.default_rng(0).random((50, 70, 3), np.float32)
    depth = np.linspace(0, 1, 70, dtype=np.float32)[None].repeat(50, 0)
    plain = lens.blur(photo, depth, 0.5, 9)
    np.testing.assert_array_equal(lens.blur(photo, depth, 0.5, 9, vignette=0), plain)
    dark = lens.blur(photo, depth, 0.5, 9, vignette=0.6)
    np.testing.assert_array_equal(dark, vignette.darkened(plain, 0.6))
    with pytest.raises(ValueError, match="vignette is -1; expected 0 to 1"):
        lens.blur(photo, depth, 0.5, 9, vignette=-1)
