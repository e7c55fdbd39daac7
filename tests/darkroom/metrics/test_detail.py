"""Detail of pictures whose blur is known."""

import cv2
import numpy as np
import pytest

from darkroom.metrics import detail


@pytest.fixture
def photo():
    chance = np.random.default_rng(3).random((96, 160, 3), np.float32)
    return 0.2 + 0.6 * cv2.GaussianBlur(chance, (0, 0), 0.7)


def half_blurred(photo: np.ndarray, deviation: float) -> np.ndarray:
    blurred = cv2.GaussianBlur(photo, (0, 0), deviation)
    return np.concatenate([photo[:, :80], blurred[:, 80:]], axis=1)


def test_the_truth_is_all_there_and_the_photo_too_sharp(photo):
    truth = half_blurred(photo, 3)
    found = detail.details(photo, truth, truth)
    assert found["detail_in_focus"] == pytest.approx(1, abs=0.01)
    assert found["detail_out_of_focus"] == 1
    untouched = detail.details(photo, truth, photo)
    assert untouched["detail_in_focus"] == 1
    assert untouched["detail_out_of_focus"] > 3


def test_half_the_contrast_is_half_the_detail(photo):
    truth = half_blurred(photo, 3)
    found = detail.details(photo, truth, truth / 2 + 0.25)
    assert found["detail_in_focus"] == pytest.approx(0.5, abs=0.01)
    assert found["detail_out_of_focus"] == pytest.approx(0.5, abs=1e-4)


def test_noise_is_no_detail_in_focus_but_too_much_out_of_it(photo):
    """Catches energy that is taken for the photo's own detail."""
    truth = half_blurred(photo, 3)
    noise = 0.05 * np.random.default_rng(4).standard_normal(photo.shape)
    found = detail.details(photo, truth, truth + noise)
    assert found["detail_in_focus"] == pytest.approx(1, abs=0.03)
    assert found["detail_out_of_focus"] > 2


def test_what_is_not_in_the_picture_has_no_score(photo):
    assert detail.details(photo, photo, photo).keys() == {"detail_in_focus"}
    truth = cv2.GaussianBlur(photo, (0, 0), 3)
    assert detail.details(photo, truth, photo).keys() == {"detail_out_of_focus"}
    grey = np.full_like(photo, 0.5)
    assert detail.details(grey, grey, photo) == {}
