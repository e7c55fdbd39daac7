"""Detail that comes back from the photo, where the network kept it."""

import cv2
import numpy as np

from cyclegan_tf import detail
from darkroom import pixels


def noise(height: int = 96, width: int = 128) -> np.ndarray:
    """Detail of all sizes, [0.2, 0.8]."""
    chance = np.random.default_rng(0)
    fine = chance.random((height, width, 3), np.float32)
    return 0.2 + 0.6 * (0.5 * fine + 0.5 * cv2.blur(fine, (5, 5)))


def test_a_picture_of_the_photo_s_size_stays():
    made = noise() * 1.5
    np.testing.assert_array_equal(detail.restored(noise(), made), np.clip(made, 0, 1))


def test_a_network_that_changes_nothing_gives_the_photo():
    """Catches detail that is lost on the way, or added twice; and 16 bits cut to 8."""
    photo = pixels.to_uint16(noise())
    small = pixels.resize_to(pixels.to_float(photo), (48, 64))
    found = detail.restored(photo, small)
    np.testing.assert_allclose(found, pixels.to_float(photo), atol=2e-6)


def test_what_became_soft_gets_no_grit():
    """Catches the photo's detail in a blurred background, and none in the person."""
    photo = noise()
    made = pixels.resize_to(photo, (48, 64))
    made[:, 32:] = cv2.GaussianBlur(made, (0, 0), 4)[:, 32:]
    found = detail.restored(photo, made)

    def roughness(picture, columns):
        return np.diff(picture[:, columns], axis=0).std()

    sharp, soft = slice(0, 48), slice(80, 128)
    assert roughness(found, sharp) > 0.95 * roughness(photo, sharp)
    assert roughness(found, soft) < 0.2 * roughness(photo, soft)


def test_kept_by_hand():
    """Half the contrast is half the detail; where there was none, all is kept."""
    stripes = np.zeros((40, 40, 3), np.float32)
    stripes[:, ::2] = 0.4
    np.testing.assert_allclose(detail.kept(stripes, stripes / 2), 0.5, atol=0.01)
    np.testing.assert_allclose(detail.kept(stripes / 2, stripes), 1)
    flat = np.zeros_like(stripes)
    np.testing.assert_allclose(detail.kept(flat, flat), 1)
