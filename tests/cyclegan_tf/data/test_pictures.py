"""Pictures, maps and masks as their files hold them."""

import numpy as np
import pytest
from PIL import Image

from cyclegan_tf.data import encoding, pictures
from cyclegan_tf.data.folders import Picture
from darkroom.io import images


def written(path, values):
    images.write(path, values)
    return path


def test_halves_are_left_and_right(tmp_path):
    both = np.arange(2 * 6 * 3, dtype=np.uint8).reshape(2, 6, 3)
    path = written(tmp_path / "1.png", both)
    np.testing.assert_array_equal(pictures.photo(Picture(path, 0)), both[:, :3])
    np.testing.assert_array_equal(pictures.photo(Picture(path, 1)), both[:, 3:])
    np.testing.assert_array_equal(pictures.photo(Picture(path)), both)


def test_an_odd_width_has_no_halves(tmp_path):
    path = written(tmp_path / "1.png", np.zeros((2, 5, 3), np.uint8))
    with pytest.raises(ValueError, match="is 2x5; expected input and target of equal"):
        pictures.photo(Picture(path, 1))


def test_sixteen_bits_of_depth_arrive(tmp_path):
    """Catches: a map cut to 8 bits, which rounds depths to steps of 4 cm."""
    stored = np.array([[1234, 5678], [1, 9999]], np.uint16)
    picture = Picture(written(tmp_path / "1.png", stored))
    found = pictures.encoded_depth(picture, encoding.Encoding())
    np.testing.assert_allclose(found, stored / 10_000, rtol=1e-6)


def test_a_grey_half_of_a_jpeg_is_a_map(tmp_path):
    both = np.zeros((16, 32, 3), np.uint8)
    both[:, :16] = (200, 30, 90)
    both[:, 16:] = 130
    Image.fromarray(both).save(tmp_path / "1.jpg", quality=90)
    found = pictures.stored_depth(Picture(tmp_path / "1.jpg", 1))
    assert found.dtype == np.uint8
    assert np.abs(found[:, 8:].astype(int) - 130).max() <= 2


def test_a_map_that_is_not_in_metres_is_named(tmp_path):
    picture = Picture(written(tmp_path / "1.png", np.zeros((2, 2), np.uint8)))
    with pytest.raises(ValueError, match=r"1\.png: the depth map holds uint8"):
        pictures.encoded_depth(picture, encoding.Encoding())
    colour = Picture(written(tmp_path / "2.png", np.eye(3, dtype=np.uint8)[None]))
    with pytest.raises(ValueError, match=r"^\S+2\.png: it is a picture in colour"):
        pictures.encoded_depth(colour, encoding.Encoding())


def test_a_mask_is_read_from_its_file(tmp_path):
    grey = np.array([[0, 127, 128, 255]], np.uint8)
    picture = Picture(tmp_path / "1.png", None, written(tmp_path / "mask.png", grey))
    found = pictures.person_mask(picture, np.zeros((1, 4, 3), np.uint8))
    assert found.tolist() == [[False, False, True, True]]


def test_a_mask_of_another_size_or_without_a_person_is_named(tmp_path):
    mask = written(tmp_path / "mask.png", np.zeros((3, 4), np.uint8))
    picture = Picture(tmp_path / "1.png", None, mask)
    with pytest.raises(ValueError, match=r"mask\.png is 3x4, .*1\.png is 2x4; the two"):
        pictures.person_mask(picture, np.zeros((2, 4, 3), np.uint8))
    with pytest.raises(ValueError, match=r"mask\.png: there is no person in it"):
        pictures.person_mask(picture, np.zeros((3, 4, 3), np.uint8))


def test_a_mask_that_is_not_there_is_made(tmp_path, monkeypatch):
    from darkroom.subjects import segmentation

    soft = np.array([[0.2, 0.6]], np.float32)
    monkeypatch.setattr(segmentation, "person", lambda photo: soft[:, : photo.shape[1]])
    picture = Picture(tmp_path / "1.png")
    photo = np.zeros((1, 2, 3), np.uint8)
    assert pictures.person_mask(picture, photo).tolist() == [[False, True]]
    with pytest.raises(ValueError, match=r"1\.png: no person was found in it; leave"):
        pictures.person_mask(picture, photo[:, :1])
