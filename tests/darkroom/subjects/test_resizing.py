"""A copy has the size asked for; a mask's edges move to the photo's; closed forms."""

import numpy as np
import pytest

from darkroom.subjects import resizing
from darkroom.subjects.face import Face

RANDOM = np.random.Generator(np.random.PCG64(3))


def test_an_even_mask_stays_even():
    picture = RANDOM.random((60, 90, 3)).astype(np.float32)
    mask = np.full((8, 12), 0.3, np.float32)
    np.testing.assert_allclose(resizing.guided_upsample(mask, picture), 0.3, atol=1e-4)


def test_a_mask_that_is_linear_in_colour_stays_what_it_is():
    """Eq. 19 fits it exactly, all three channels; epsilon takes a little."""
    picture = RANDOM.random((48, 64, 3)).astype(np.float32)
    mask = picture @ np.float32([0.5, 0.1, 0.2]) + np.float32(0.1)
    filtered = resizing.guided_upsample(mask, picture)
    assert filtered.dtype == np.float32
    np.testing.assert_allclose(filtered, mask, atol=2e-3)


@pytest.mark.parametrize("kind", [np.uint8, np.float32])
def test_the_edge_goes_where_the_photo_has_it(kind):
    """Catches bilinear enlarging: an edge in steps of the coarse mask's pixels.

    The two colours are of one brightness: a grey guide would not see the edge.
    """
    colours = np.array([[150, 100, 100], [100, 125, 102]])
    picture = colours[(np.arange(400) >= 215).astype(int)][None].repeat(300, axis=0)
    picture = picture.astype(kind) if kind is np.uint8 else picture / kind(255)
    mask = (np.arange(20) >= 11).astype(np.float32)[None].repeat(15, axis=0)
    filtered = resizing.guided_upsample(mask, picture)
    assert filtered.shape == (300, 400)
    assert filtered[:, :213].max() < 0.5  # bilinear, half of it would be at 220
    assert filtered[:, 217:].min() > 0.5
    assert filtered.min() >= 0
    assert filtered.max() <= 1


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 500, 3), (3, 2, 3)])
def test_tiny_pictures_have_masks_too(shape):
    filtered = resizing.guided_upsample(np.ones((4, 4), np.float32), np.zeros(shape))
    np.testing.assert_allclose(filtered, np.ones(shape[:2]), atol=1e-5)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((300, 400), (75, 100)), ((400, 300), (100, 75)), ((3, 900), (1, 100))],
)
def test_the_longer_side_is_the_one_asked_for(shape, expected):
    assert resizing.downscaled(np.zeros((*shape, 3), np.uint8), 100).shape == (
        *expected,
        3,
    )


def test_a_small_picture_stays_as_it_is():
    picture = np.arange(60, dtype=np.uint8).reshape(4, 5, 3)
    np.testing.assert_array_equal(resizing.downscaled(picture, 100), picture)


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.float32, np.float64])
def test_pixels_are_averaged_and_become_8_bit(kind):
    top = np.iinfo(kind).max if kind in (np.uint8, np.uint16) else 1
    picture = np.zeros((4, 4, 3), kind)
    picture[:, ::2] = top
    small = resizing.downscaled(picture, 2)
    assert small.dtype == np.uint8
    assert (np.abs(small.astype(int) - 127.5) <= 0.5).all()


@pytest.mark.parametrize("shape", [(5, 5), (5, 5, 4), (0, 5, 3)])
def test_what_is_no_picture_is_refused(shape):
    with pytest.raises(ValueError, match=r"expected \[H, W, 3\]"):
        resizing.downscaled(np.zeros(shape, np.uint8), 2)


def test_what_is_beyond_the_picture_is_black_and_the_face_in_the_middle():
    """Catches a tile that is moved into the picture, or stretched."""
    picture = np.full((100, 150, 3), 255, np.uint8)
    for face in (Face(0, 0, 40, 40), Face(110, 60, 40, 40)):
        tile = resizing.framed(picture, face, 3, 192)  # scaled by 1.6, 64 around it
        assert tile.shape == (192, 192, 3)
        rows, columns = np.nonzero(tile[..., 0])
        ends = [[64, 191], [64, 191]] if face.x == 0 else [[0, 127], [0, 127]]
        assert [[rows.min(), rows.max()], [columns.min(), columns.max()]] == ends
