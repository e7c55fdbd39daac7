"""The folder that is offered."""

import io

import numpy as np
import pytest
from PIL import Image
from werkzeug import exceptions

from darkroom.page import folder, limits

ALLOWED = limits.Limits(10**6, 10**6)


def test_photos_are_listed_without_their_maps(listed):
    (listed / "notes.txt").write_text("no photo")
    assert [path.name for path in folder.listed(str(listed))] == ["a.png"]


def test_without_a_folder_nothing_is_offered():
    assert folder.listed(None) == ()


def test_what_is_no_folder_is_refused(listed):
    with pytest.raises(ValueError, match="is not a folder"):
        folder.listed(str(listed / "a.png"))


def test_a_number_beyond_the_folder_is_not_there(listed):
    photos = folder.listed(str(listed))
    assert folder.path(photos, 0) == photos[0]
    with pytest.raises(exceptions.NotFound, match="1 photos"):
        folder.path(photos, 1)


def test_a_file_that_is_too_long_is_not_read(listed):
    assert folder.read(listed / "a.png", ALLOWED).name == "a.png"
    with pytest.raises(exceptions.RequestEntityTooLarge):
        folder.read(listed / "a.png", limits.Limits(100))


def test_the_map_beside_a_photo_is_taken(listed, depth_file):
    assert folder.source(listed / "a.png", None).file == depth_file


def test_a_folder_of_maps_goes_by_name(listed, tmp_path, depth_file):
    maps = tmp_path / "maps"
    maps.mkdir()
    with pytest.raises(ValueError, match="named like it"):
        folder.source(listed / "a.png", str(maps))
    (maps / "a.png").write_bytes(b"map")
    assert folder.source(listed / "a.png", str(maps)).file.data == b"map"


@pytest.mark.parametrize("named", ["prior", "any.tflite"])
def test_what_is_for_every_photo_stays_a_name(listed, named):
    (listed / "a_depth.png").unlink()
    source = folder.source(listed / "a.png", named)
    assert (source.file, source.name) == (None, named)


def test_depths_that_can_be_no_photos_are_refused_at_the_start(listed):
    for fine in (None, "prior", str(listed)):
        folder.check_depth(fine)
    for wrong in ("missing.tflite", str(listed / "a_depth.png"), "guess"):
        with pytest.raises(ValueError, match="expected a folder of maps"):
            folder.check_depth(wrong)


def test_a_thumbnail_is_small_and_of_the_photos_shape(tmp_path):
    Image.fromarray(np.zeros((300, 900, 3), np.uint8)).save(tmp_path / "wide.png")
    small = Image.open(io.BytesIO(folder.thumbnail(tmp_path / "wide.png", ALLOWED)))
    assert (small.format, small.size) == ("JPEG", (320, 107))
    with pytest.raises(exceptions.RequestEntityTooLarge):
        folder.thumbnail(tmp_path / "wide.png", limits.Limits(pixels=1000))
