"""Photos come in, with a depth or without."""

import io

import numpy as np
import pytest
from PIL import Image
from skimage import data

from darkroom import depth
from darkroom.depth import fetch, networks
from darkroom.page import memory, samples, scenes, uploads


def png(values):
    target = io.BytesIO()
    Image.fromarray(values).save(target, "PNG")
    return target.getvalue()


def source(page, opened):
    return page.site.memory.get(opened["id"]).source


def test_a_photo_without_depth_has_the_small_network_s_as_by_command(page):
    cat = samples.files(1)[0]
    opened = page.open(cat)
    assert opened["rough"]
    kept = page.site.memory.get(opened["id"])
    by_command = depth.find(kept.photo)
    assert opened["depth"] == str(by_command)
    np.testing.assert_array_equal(kept.scene.full.disparity, by_command.disparity)
    assert kept.source.flags() == {}  # the command finds it by itself, too
    assert not page.post(box_of(opened)).get_json()["rough"]
    again = page.post(f"/photos/{opened['id']}/depth?source=first").get_json()
    assert again["rough"]


def test_without_any_network_it_is_open_and_says_what_is_missing(make_page, photo_file):
    page = make_page(depth="none")
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


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("DARKROOM_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    return tmp_path / "cache"


def test_a_network_is_offered_fetched_and_then_used(
    page, photo_file, cache, monkeypatch
):
    offer = page.get("/about").get_json()["fetch"]
    assert offer["name"] == fetch.named().name
    assert offer["megabytes"] and offer["licence"] == "Apache-2.0"
    assert offer["origin"].startswith("huggingface.co, ")
    opened = page.open(photo_file)
    assert opened["rough"]

    def download(network):
        network.path().parent.mkdir(parents=True)
        network.path().write_bytes(b"a network")

    near = np.tile(np.linspace(0, 1, 30, dtype=np.float32)[:, None], (1, 45))
    monkeypatch.setattr(fetch, "download", download)
    monkeypatch.setattr(fetch, "_check", lambda *file: None)
    monkeypatch.setattr(
        networks, "disparity", lambda *asked: networks.Answer(near, "; guessed: it")
    )
    assert page.post("/fetch").get_json() == {"fetched": fetch.named().name}
    assert page.get("/about").get_json()["fetch"] is None
    told = page.post(f"/photos/{opened['id']}/depth?source=fetched").get_json()
    assert not told["rough"]
    assert told["depth"].startswith(f"the network {fetch.named().path().name}; guessed")
    assert page.open(photo_file)["depth"]


def test_nothing_is_offered_where_a_depth_is_named(make_page, cache):
    assert make_page(depth="none").get("/about").get_json()["fetch"] is None


def test_what_goes_wrong_in_fetching_is_one_sentence(page, cache, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "nowhere")
    assert page.get("/about").get_json()["fetch"]["origin"].startswith("HF_ENDPOINT")
    answer = page.post("/fetch")
    assert answer.status_code == 422
    assert answer.get_json()["error"].startswith("HF_ENDPOINT is nowhere; expected")


@pytest.mark.parametrize(
    ("meaning", "invert", "unit"),
    [
        ("disparity", False, ""),
        ("inverted", True, ""),
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


def box_of(opened):
    return f"/photos/{opened['id']}/depth?source=box&box=0.2,0.2,0.5,0.6"


def test_a_box_gives_a_photo_without_depth_one(make_page):
    page = make_page(depth="none")
    cat = samples.files(1)[0]
    opened = page.open(cat)
    assert not opened["depth"]
    told = page.post(box_of(opened)).get_json()
    assert told["depth"].startswith("a guess: what the box holds")
    kept = page.site.memory.get(opened["id"])
    assert kept.source == scenes.Source(box=(0.2, 0.2, 0.5, 0.6))
    x, y = kept.scene.start
    assert 0.2 < x < 0.7
    assert 0.2 < y < 0.8
    bad = page.post(f"/photos/{opened['id']}/depth?source=box&box=0.9,0.9,0.5,0.5")
    assert bad.status_code == 422
    assert "expected x,y,w,h" in bad.get_json()["error"]
    assert page.site.memory.get(opened["id"]).scene is kept.scene


def test_a_second_photo_is_matched(page):
    left, right, _ = data.stereo_motorcycle()
    opened = page.open(uploads.File("left.png", png(left[::2, ::2])))
    where = f"/photos/{opened['id']}/depth?name=right.png&source=right"
    told = page.post(where, png(right[::2, ::2])).get_json()
    assert told["depth"].startswith("the right photo right.png")
    assert source(page, opened).right.name == "right.png"
    assert source(page, opened).flags() == {"right": "right.png"}
    strange = page.post(where, png(np.zeros((30, 40, 3), np.uint8)))
    assert strange.status_code == 422
    assert "right.png: the right photo is 30x40" in strange.get_json()["error"]


def test_the_first_depth_comes_back(make_page, photo_file, depth_file):
    page = make_page(depth="none")
    opened = page.open(photo_file)
    where = f"/photos/{opened['id']}/depth"
    page.post(f"{where}?name={depth_file.name}", depth_file.data)
    page.post(f"{where}?source=prior")
    assert source(page, opened).name == "prior"
    again = page.post(f"{where}?source=first").get_json()  # it had none
    assert (again["depth"], again["error"]) == ("", opened["error"])
    assert page.post(f"/photos/{opened['id']}/preview", {}).status_code == 422


def test_the_first_map_comes_back(make_page, listed, depth_file):
    page = make_page(folder=(listed / "a.png",))
    opened = page.post("/folder/0").get_json()
    where = f"/photos/{opened['id']}/depth"
    page.post(f"{where}?source=prior")
    page.post(f"{where}?source=first")
    assert source(page, opened).file == depth_file


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
    few = make_page(limits=uploads.Limits(upload=100))
    answer = few.post("/photos?name=a.png", photo_file.data)
    assert answer.status_code == 413
    assert answer.get_json()["error"].startswith("a.png: it has 0 MB")
    small = make_page(limits=uploads.Limits(pixels=5399))
    assert small.post("/photos?name=a.png", photo_file.data).status_code == 413
    large = make_page(limits=uploads.Limits(pixels=5400))
    assert large.post("/photos?name=a.png", photo_file.data).status_code == 200


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
    opened = page.open(uploads.File(name, photo_file.data))
    assert opened["format"] == format


def test_a_photo_that_is_not_kept_any_more_says_so(make_page, photo_file):
    page = make_page(memory=memory.Memory(200_000))
    first = page.open(photo_file)
    page.open(photo_file)
    answer = page.get(f"/photos/{first['id']}/before")
    assert answer.status_code == 404
    assert "open it again" in answer.get_json()["error"]
