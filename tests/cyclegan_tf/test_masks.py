"""The person cut out and pasted."""

import numpy as np
import pytest

from cyclegan_tf import masks


@pytest.fixture
def picture():
    return np.random.default_rng(0).uniform(-1, 1, (2, 3, 5, 3)).astype(np.float32)


def test_outside_the_person_is_black(picture):
    """Black is -1: a product with the mask alone would leave grey."""
    mask = np.zeros((2, 3, 5, 1), np.float32)
    mask[:, 1, 2:4] = 1
    found = np.asarray(masks.person(picture, mask))
    inside = mask[..., 0] == 1
    np.testing.assert_array_equal(found[inside], picture[inside])
    assert (found[~inside] == -1).all()


def test_a_matte_blends(picture):
    mask = np.full((2, 3, 5, 1), 0.25, np.float32)
    found = masks.paste(picture, -picture, mask)
    np.testing.assert_allclose(found, -0.5 * picture, atol=1e-6)
