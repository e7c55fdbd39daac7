"""Photos come in, with a depth or without."""

import pytest

from darkroom.page import files, limits, photos, scenes


def source(page, opened):
    return page.site.shelf.get(opened["id"]).source


def test_a_photo_without_depth_is_open_and_says_what_is_missing(page, photo_file):
    opened = page.open(photo_file)
    assert opened["name"] == "a.png"
    assert opened["stem"] == "a"
    assert opened["format"] == ".png"
    assert (opened["height"], opened["width"]) == (60, 90)
    assert not opened["reduced"]
    assert not opened["depth"]
    # One sentence, and nothing about flags: the page has buttons.
    assert opened["error"].startswith("a.png: there is no depth map inside")
    assert "--" not in opened["error"]


def test_a_map_may_follow(page, photo_file, depth_file):
    opened = page.open(photo_file, depth_file)
    assert "a_depth.png" in opened["depth"]
    assert not opened["error"]
    assert source(page, opened).file == depth_file


def test_prior_is_for_a_try_and_says_that_it_is_a_guess(page, photo_file):
    opened = page.open(photo_file)
    said = page.post(f"/photos/{opened['id']}/depth?source=prior").get_json()
    assert "guess" in said["depth"]
    assert source(page, opened) == scenes.Source(name="prior")


@pytest.mark.parametrize(
    ("meaning", "invert", "unit"),
    [
        ("disparity", False, "disparity"),
        ("inverted", True, "disparity"),
        ("metres", False, "metres"),
    ],
)
def test_a_map_that_is_there_may_mean_something_else(
    page, photo_file, depth_file, meaning, invert, unit
):
    opened = page.open(photo_file, depth_file)
    page.post(f"/photos/{opened['id']}/depth?meaning={meaning}")
    found = source(page, opened)
    assert found == scenes.Source(depth_file, "", invert, unit)


def test_a_network_is_not_taken_from_a_page(page, photo_file):
    opened = page.open(photo_file)
    where = f"/photos/{opened['id']}/depth?name=a.TFLITE"
    answer = page.post(where, b"network")
    assert answer.status_code == 422
    assert "start it with --depth" in answer.get_json()["error"]


def test_a_bad_map_is_one_sentence_and_the_photo_stays(page, photo_file):
    opened = page.open(photo_file)
    answer = page.post(f"/photos/{opened['id']}/depth?name=m.png", b"no map")
    assert answer.status_code == 422
    assert answer.get_json()["error"].startswith("m.png: it is not a picture")
    assert page.get(f"/photos/{opened['id']}/before").status_code == 200


def test_what_is_no_photo_is_refused(page):
    answer = page.post("/photos?name=a.jpg", b"%PDF-1.4")
    assert answer.status_code == 422
    assert answer.get_json()["error"].startswith("a.jpg: it is not a picture")


def test_too_many_bytes_or_pixels_are_refused(make_page, photo_file):
    few = make_page(limits=limits.Limits(upload=100))
    answer = few.post("/photos?name=a.png", photo_file.data)
    assert answer.status_code == 413
    assert answer.get_json()["error"].startswith("a.png: it has 0 MB")
    small = make_page(limits=limits.Limits(pixels=5399))
    assert small.post("/photos?name=a.png", photo_file.data).status_code == 413
    large = make_page(limits=limits.Limits(pixels=5400))
    assert large.post("/photos?name=a.png", photo_file.data).status_code == 200


def test_the_folder_is_offered_and_its_maps_are_used(make_page, listed):
    page = make_page(folder=(listed / "a.png",))
    about = page.get("/about").get_json()
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
    sent = page.open(files.File("b.png", (listed / "a.png").read_bytes()))
    assert sent["error"].startswith("b.png: there is no depth map inside")


def test_a_depth_for_every_photo_is_for_those_that_are_sent(make_page, photo_file):
    page = make_page(depth="prior")
    assert "guess" in page.open(photo_file)["depth"]


@pytest.mark.parametrize(
    ("name", "format"),
    [("a.jpeg", ".jpg"), ("a.TIFF", ".tif"), ("a.webp", ".webp"), ("a.heic", ".jpg")],
)
def test_a_photo_is_saved_as_what_it_was_where_that_can_be(
    page, photo_file, name, format
):
    """The ending is only a name here: what is in the file is what is read."""
    opened = page.open(files.File(name, photo_file.data))
    assert opened["format"] == format


def test_a_photo_that_is_not_kept_any_more_says_so(make_page, photo_file):
    page = make_page(shelf=photos.Shelf(1))
    first = page.open(photo_file)
    page.open(photo_file)
    answer = page.get(f"/photos/{first['id']}/before")
    assert answer.status_code == 404
    assert "open it again" in answer.get_json()["error"]
