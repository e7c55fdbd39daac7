"""A folder of photos: which it offers, with which maps, how they look in a list."""

import io

import numpy as np
import pytest
from PIL import Image

from darkroom.page import opening, uploads


def test_the_folder_is_offered_and_its_maps_are_used(make_page, listed):
    page = make_page(folder=(listed / "a.png",))
    about = page.get("/about").get_json()
    for other in ("fetch", "samples", "presets"):
        about.pop(other)
    assert about == {"max_bytes": 10**6, "folder": ["a.png"], "network": None}
    assert page.get("/folder/0").mimetype == "image/jpeg"
    opened = page.post("/folder/0").get_json()
    assert "a_depth.png" in opened["depth"]
    assert page.post("/folder/1").status_code == 404


def test_a_photo_without_its_map_in_the_folder_still_opens(make_page, listed, tmp_path):
    maps = tmp_path / "maps"
    maps.mkdir()
    page = make_page(folder=(listed / "a.png",), depth=str(maps))
    opened = page.post("/folder/0").get_json()
    assert not opened["depth"]
    assert "named like it" in opened["error"]
    # A folder is for its own photos: one that is sent looks into itself.
    sent = page.open(uploads.File("b.png", (listed / "a.png").read_bytes()))
    assert sent["rough"]


def test_photos_are_listed_without_their_maps(listed):
    (listed / "notes.txt").write_text("no photo")
    assert [path.name for path in opening.list_photos(str(listed))] == ["a.png"]


def test_without_a_folder_nothing_is_offered():
    assert opening.list_photos(None) == ()


def test_what_is_no_folder_is_refused(listed):
    with pytest.raises(ValueError, match="is not a folder"):
        opening.list_photos(str(listed / "a.png"))


def test_the_map_beside_a_photo_is_taken(listed, depth_file):
    assert opening.listed_source(listed / "a.png", None).file == depth_file


def test_a_folder_of_maps_goes_by_name(listed, tmp_path, depth_file):
    maps = tmp_path / "maps"
    maps.mkdir()
    with pytest.raises(ValueError, match="named like it"):
        opening.listed_source(listed / "a.png", str(maps))
    (maps / "a.png").write_bytes(b"map")
    assert opening.listed_source(listed / "a.png", str(maps)).file.data == b"map"


@pytest.mark.parametrize("named", ["prior", "any.tflite"])
def test_what_is_for_every_photo_stays_a_name(listed, named):
    (listed / "a_depth.png").unlink()
    source = opening.listed_source(listed / "a.png", named)
    assert (source.file, source.name) == (None, named)


def test_depths_that_can_be_no_photos_are_refused_at_the_start(listed):
    (listed / "net.onnx").touch()
    for fine in (None, "prior", "none", str(listed), str(listed / "net.onnx")):
        opening.check_depth(fine)
    for wrong in (
        "missing.tflite",
        "missing.onnx",
        str(listed / "a_depth.png"),
        "guess",
    ):
        with pytest.raises(ValueError, match="expected a folder of maps"):
            opening.check_depth(wrong)


def test_a_thumbnail_is_small_and_of_the_photos_shape(tmp_path, make_page):
    Image.fromarray(np.zeros((300, 900, 3), np.uint8)).save(tmp_path / "wide.png")
    page = make_page(folder=(tmp_path / "wide.png",))
    small = Image.open(io.BytesIO(page.get("/folder/0").data))
    assert (small.format, small.size) == ("JPEG", (320, 107))
    page = make_page(folder=page.site.folder, limits=uploads.Limits(pixels=1000))
    assert page.get("/folder/0").status_code == 413
