"""Where squares are cut."""

import numpy as np
import pytest
from skimage import data

from cyclegan_tf.preparation import squares


@pytest.mark.parametrize(("height", "width"), [(40, 60), (60, 40), (41, 60), (40, 40)])
def test_the_square_is_the_largest_about_the_centre(height, width):
    photo = np.stack(np.indices((height, width)), axis=-1)
    square = squares.square(photo)
    side = min(height, width)
    assert square.shape[:2] == (side, side)
    middle = (square[0, 0] + square[-1, -1]) / 2
    np.testing.assert_allclose(middle, [(height - 1) / 2, (width - 1) / 2], atol=0.5)


@pytest.mark.parametrize("turned", [False, True])
def test_a_face_moves_the_square_but_not_out_of_the_photo(turned):
    """Catches: a face at an edge whose square would lie half outside."""
    photo = data.astronaut()[:300]  # 512 wide, the face at x = 220
    photo = photo[:, 140:] if not turned else photo[:, 140:][:, ::-1]
    square = squares.square(photo, "face")
    edge = photo[:, :300] if not turned else photo[:, -300:]
    np.testing.assert_array_equal(square, edge)
    assert (squares.square(photo) != square).any()


def test_without_a_face_it_is_the_centre():
    photo = data.coffee()
    np.testing.assert_array_equal(squares.square(photo, "face"), squares.square(photo))


def test_a_square_below_the_size_is_refused():
    square = np.zeros((90, 90, 3), np.uint16)
    assert squares.reduced(square, 64).shape == (64, 64, 3)
    assert squares.reduced(square, 64).dtype == np.uint8
    with pytest.raises(ValueError, match="its square is 90x90, below 91x91"):
        squares.reduced(square, 91)
