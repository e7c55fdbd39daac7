"""What is no depth of this photo is refused, and what is one is not."""

import numpy as np
import pytest
from PIL import Image

from darkroom.depth import checks

RANDOM = np.random.Generator(np.random.PCG64(3))
PHOTO = RANDOM.integers(0, 256, (120, 160, 3), np.uint8)
PHOTO = np.kron(PHOTO[::8, ::8], np.ones((8, 8, 1), np.uint8))
RAMP = np.tile(np.linspace(0, 1, 90, dtype=np.float32)[:, None], (1, 120))


def test_a_constant_depth_is_refused():
    checks.reject_flat(RAMP, "the map")
    with pytest.raises(ValueError, match="the map has the same depth everywhere"):
        checks.reject_flat(np.full((3, 4), 0.5), "the map")


@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize(
    "grey",
    [
        lambda photo: photo @ np.array([0.299, 0.587, 0.114]),
        lambda photo: photo.mean(axis=2),
        lambda photo: photo[..., 1],
        lambda photo: 255 - photo[..., 0],
    ],
)
def test_the_photo_itself_in_grey_is_refused(grey, scale):
    values = grey(PHOTO)[::scale, ::scale].astype(np.float32) / 255
    with pytest.raises(ValueError, match="the photo itself in grey"):
        checks.reject_photo_itself(PHOTO, values)


def test_a_depth_that_goes_with_the_light_is_not_refused():
    """A street in fog: what is near is dark, but not as exactly as the photo."""
    values = PHOTO.mean(axis=2).astype(np.float32) / 255
    ramp = np.linspace(0, 0.3, 120, dtype=np.float32)[:, None]
    checks.reject_photo_itself(PHOTO, values + ramp)
    checks.reject_photo_itself(np.full_like(PHOTO, 128), RAMP)


@pytest.mark.parametrize("size", [(120, 160), (90, 120), (31, 41), (3, 4)])
def test_sides_of_the_same_ratio_may_be_of_any_length(size):
    _, turned = checks.oriented_like(PHOTO, np.zeros(size), None)
    assert not turned


def test_sides_of_another_ratio_are_refused():
    with pytest.raises(ValueError, match=r"map is 100x160, the photo 120x160; .* cut"):
        checks.oriented_like(PHOTO, np.zeros((100, 160)), None)


@pytest.mark.parametrize("orientation", [5, 6, 7, 8])
def test_a_map_of_the_photo_as_stored_is_turned_with_it(tmp_path, orientation):
    """The oracle is how `images` turns the photo."""
    from darkroom.io import images

    stored = np.arange(12, dtype=np.uint8).reshape(3, 4)
    exif = Image.Exif()
    exif[274] = orientation
    Image.fromarray(stored).save(tmp_path / "photo.png", exif=exif)
    upright = images.read(tmp_path / "photo.png").pixels
    found, turned = checks.oriented_like(upright, stored, tmp_path / "photo.png")
    assert turned
    np.testing.assert_array_equal(found, upright[..., 0])


def test_a_map_on_its_side_without_a_reason_is_refused(tmp_path):
    Image.fromarray(PHOTO).save(tmp_path / "photo.png")
    with pytest.raises(ValueError, match="lie on its side: turn it"):
        checks.oriented_like(PHOTO, np.zeros((160, 120)), tmp_path / "photo.png")
