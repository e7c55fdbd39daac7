"""darkroom.lens.unmixing: what is in front and behind, of pixels that show both."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from darkroom.lens import unmixing


def smooth(seed, height=120, width=160):
    rng = np.random.default_rng(seed)
    rough = rng.random((4, 5, 3), dtype=np.float32) * 0.8 + 0.1
    return cv2.resize(rough, (width, height), interpolation=cv2.INTER_CUBIC)


def hairs(height=120, width=160):
    """Returns alpha, `[H, W]`: 1 below, 0 above, strands between."""
    rng = np.random.default_rng(0)
    alpha = np.zeros((4 * height, 4 * width), np.float32)
    alpha[2 * height :] = 1
    for _ in range(120):
        x, lean = rng.integers(0, 4 * width), rng.integers(-80, 80)
        ends = (int(x), 2 * height), (int(x + lean), int(height * 0.9))
        cv2.line(alpha, *ends, 1.0, int(rng.integers(1, 4)))
    return cv2.resize(alpha, (width, height), interpolation=cv2.INTER_AREA)


def mixture(front, behind, alpha):
    return alpha[..., None] * front + (1 - alpha[..., None]) * behind


@pytest.mark.parametrize("size", [(120, 160), (37, 61), (530, 40)])
def test_both_are_found_and_their_mixture_is_the_photo(size):
    front, behind, alpha = smooth(1, *size), smooth(2, *size), hairs(*size)
    photo = mixture(front, behind, alpha)
    band = cv2.inRange(alpha, 0.02, 0.98)
    here = band > 0
    found = unmixing.unmixed(photo, alpha, band)
    np.testing.assert_allclose(mixture(*found, alpha[here]), photo[here], atol=1e-3)
    for own, seen in zip(found, (front, behind), strict=True):
        error = np.abs(own - seen[here]).mean()
        assert error < 0.4 * np.abs(photo - seen)[here].mean()


def test_in_front_and_behind_are_treated_alike():
    alpha = hairs()
    photo = mixture(smooth(1), smooth(2), alpha)
    band = cv2.inRange(alpha, 0.02, 0.98)
    front, behind = unmixing.unmixed(photo, alpha, band)
    other, same = unmixing.unmixed(photo, 1 - alpha, band)
    np.testing.assert_allclose(front, same, atol=1e-5)
    np.testing.assert_allclose(behind, other, atol=1e-5)


def test_pixels_come_row_by_row_whichever_are_wanted():
    alpha = hairs(300, 400)
    photo = mixture(smooth(1, 300, 400), smooth(2, 300, 400), alpha)
    band = cv2.inRange(alpha, 0.02, 0.98)
    whole = np.zeros((2, 300, 400, 3), np.float32)
    whole[:, band > 0] = unmixing.unmixed(photo, alpha, band)
    few = band.copy()
    few[:, 200:], few[::3] = 0, 0
    for found, every in zip(unmixing.unmixed(photo, alpha, few), whole, strict=True):
        np.testing.assert_allclose(found, every[few > 0], atol=0.03)
    assert not len(unmixing.unmixed(photo, alpha, np.zeros_like(band))[0])


def test_much_of_what_would_be_darker_than_black_is_given_to_the_other_one():
    """A bright strand before black: its mixture stays near the photo."""
    alpha = hairs()
    front, behind = smooth(1), np.zeros((120, 160, 3), np.float32)
    front[:, ::3] *= 0.2  # no window of one strand tells its colour
    photo = mixture(front, behind, alpha)
    band = cv2.inRange(alpha, 0.02, 0.98)
    found = unmixing.unmixed(photo, alpha, band)
    assert min(values.min() for values in found) >= 0
    lack = np.abs(mixture(*found, alpha[band > 0]) - photo[band > 0])
    assert lack.mean() < 0.01  # .0117 if it were not
