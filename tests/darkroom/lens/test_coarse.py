"""darkroom.lens.coarse: grids coarser than the photo, and their filters."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from darkroom.lens import aperture, coarse


def test_reducing_takes_means_and_enlarging_keeps_what_is_even():
    values = np.arange(8 * 16, dtype=np.float32).reshape(8, 16)
    exact = values.reshape(2, 4, 4, 4).mean((1, 3))
    np.testing.assert_allclose(coarse.reduced(values, 4), exact, rtol=1e-6)
    even = np.full((3, 4, 4), 0.25, np.float32)
    np.testing.assert_allclose(coarse.enlarged(even, 8), 0.25)


def test_the_kernel_of_a_grid_of_pixels_is_the_disc():
    for radius in (0.0, 0.5, 2.6):
        disc = aperture.kernel(aperture.DISC, radius)
        of_pixels = coarse.kernel(aperture.DISC, -radius, 1, (0, 0))
        np.testing.assert_array_equal(of_pixels, disc)


@pytest.mark.parametrize("radius", [0.51, 0.75, 1.0, 1.5, 2.0, 2.5])
def test_a_small_disc_has_the_variance_of_itself_and_a_pixel(radius):
    small = coarse.kernel(aperture.DISC, -radius, 1, (0, 0)).astype(np.float64)
    away = np.arange(len(small)) - len(small) // 2
    assert small.sum() == pytest.approx(1, abs=1e-6)
    expected = radius**2 / 4 + 1 / 12  # of a disc along an axis, and of a box of side 1
    assert (small * away**2).sum() == pytest.approx(expected, abs=4e-3)
    assert small.min() > -5e-3  # a little is taken from beyond the rim


@pytest.mark.parametrize(("radius", "step"), [(6.0, 2), (12.0, 4), (45.0, 16)])
def test_a_fitted_filter_is_nearer_to_the_disc_than_the_disc_on_the_grid(radius, step):
    """The truth: photos blurred by the disc itself, at the photo's own pixels."""
    rng = np.random.default_rng(0)
    side = 16 * step * round(8 * radius / (16 * step) + 1)
    rough = rng.random((side // step, side // step), np.float32)
    photo = cv2.resize(rough, (side, side), interpolation=cv2.INTER_CUBIC)
    exact = cv2.filter2D(photo, -1, aperture.kernel(aperture.DISC, radius))
    fitted = coarse.kernel(aperture.DISC, -radius, step, (0, 0))
    assert fitted.sum() == pytest.approx(1, abs=1e-5)

    def error(kernel):
        blurred = cv2.filter2D(coarse.reduced(photo, step), -1, kernel)
        margin = int(2 * radius)
        off = (coarse.enlarged(blurred, step) - exact)[margin:-margin, margin:-margin]
        return float(np.sqrt(np.mean(off**2)))

    assert error(fitted) < 0.7 * error(aperture.kernel(aperture.DISC, radius / step))
