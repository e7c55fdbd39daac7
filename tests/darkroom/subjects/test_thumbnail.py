"""The reduced copy has the size asked for, 8 bits, and is never enlarged."""

import numpy as np
import pytest

from darkroom.subjects import thumbnail


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((300, 400), (75, 100)), ((400, 300), (100, 75)), ((3, 900), (1, 100))],
)
def test_the_longer_side_is_the_one_asked_for(shape, expected):
    assert thumbnail.of(np.zeros((*shape, 3), np.uint8), 100).shape == (*expected, 3)


def test_a_small_picture_stays_as_it_is():
    picture = np.arange(60, dtype=np.uint8).reshape(4, 5, 3)
    np.testing.assert_array_equal(thumbnail.of(picture, 100), picture)


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.float32, np.float64])
def test_pixels_are_averaged_and_become_8_bit(kind):
    top = np.iinfo(kind).max if kind in (np.uint8, np.uint16) else 1
    picture = np.zeros((4, 4, 3), kind)
    picture[:, ::2] = top
    small = thumbnail.of(picture, 2)
    assert small.dtype == np.uint8
    assert (np.abs(small.astype(int) - 127.5) <= 0.5).all()


@pytest.mark.parametrize("shape", [(5, 5), (5, 5, 4), (0, 5, 3)])
def test_what_is_no_picture_is_refused(shape):
    with pytest.raises(ValueError, match=r"expected \[H, W, 3\]"):
        thumbnail.of(np.zeros(shape, np.uint8), 2)
