"""Photos that were there before."""

import cv2
import pytest
from PIL import Image
from skimage import data

from cyclegan_tf.preparation import duplicates
from darkroom import pixels
from darkroom.io import images


@pytest.fixture(scope="module")
def photo():
    return data.astronaut()[:256, 100:356]


def test_equal_files_are_told_whatever_their_names(tmp_path):
    for name, content in (("1", b"one"), ("2", b"two"), ("3", b"one")):
        (tmp_path / name).write_bytes(content)
    seen = duplicates.KnownPhotos()
    found = [seen.same_file(tmp_path / name, name) for name in "123"]
    assert found == [None, None, "1"]


def test_the_same_photo_smaller_lighter_or_compressed_is_told(photo, tmp_path):
    """Catches: a fingerprint of bytes, of the size, or of the light."""
    Image.fromarray(photo).save(tmp_path / "low.jpg", quality=30)
    for other in (
        pixels.resize(photo, 0.4),
        images.read(tmp_path / "low.jpg").pixels,
        pixels.to_uint8(0.8 * pixels.to_float(photo) + 0.1),
        cv2.GaussianBlur(photo, (0, 0), 2),
    ):
        seen = duplicates.KnownPhotos()
        assert seen.similar(photo, "first") is None
        assert seen.similar(other, "second") == "first"


def test_other_photos_are_told_apart(photo):
    """Catches: a fingerprint that is the same for all."""
    seen = duplicates.KnownPhotos()
    others = [data.chelsea(), data.coffee(), data.rocket(), photo[:, ::-1], photo]
    assert [seen.similar(other, str(n)) for n, other in enumerate(others)] == [None] * 5


def test_the_next_frame_of_a_burst_is_another_with_alike_below_0(photo):
    seen = duplicates.KnownPhotos(alike=-1)
    assert seen.similar(photo, "1") is None
    assert seen.similar(photo, "2") is None


def test_half_of_the_waves_are_above_their_median(photo):
    assert duplicates.fingerprint(photo).sum() == 31
