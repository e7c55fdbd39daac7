"""What the server hands to a browser that draws by itself."""

import numpy as np
import pytest

from darkroom.depth import networks as depth_networks
from darkroom.page import litert_js
from darkroom.page import networks as page_networks


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("DARKROOM_CACHE", str(tmp_path / "cache"))
    litert_js.file.cache_clear()


@pytest.fixture
def networks(tmp_path):
    paths = [tmp_path / "a.tflite", tmp_path / "b.tflite"]
    for path in paths:
        path.write_bytes(path.name.encode())
    return paths


def test_a_page_without_a_network_offers_none(page):
    assert page.get("/about").get_json()["network"] is None
    answer = page.get("/network/bokeh")
    assert answer.status_code == 404
    assert "without a network for bokeh" in answer.get_json()["error"]


def test_networks_are_told_by_name_and_served_whole(make_page, networks, monkeypatch):
    monkeypatch.setattr(depth_networks, "is_plain", lambda path: True)
    one = make_page(network=networks[0], depth=str(networks[1]))
    told = one.get("/about").get_json()["network"]
    assert (told["bokeh"], told["depth"]) == ("a.tflite", "b.tflite")
    assert one.get("/network/bokeh").data == b"a.tflite"
    assert one.get("/network/depth").data == b"b.tflite"


def test_a_depth_network_that_the_worker_would_misread_is_not_offered(
    make_page, networks, monkeypatch
):
    """Catches one in metres, or of ImageNet's scale, whose picture comes out wrong."""
    monkeypatch.setattr(depth_networks, "is_plain", lambda path: False)
    one = make_page(network=networks[0], depth=str(networks[1]))
    assert "depth" not in one.get("/about").get_json()["network"]


@pytest.mark.parametrize("depth", ["prior", None])
def test_depth_that_is_no_network_is_not_offered(make_page, networks, depth):
    one = make_page(network=networks[0], depth=depth)
    assert "depth" not in one.get("/about").get_json()["network"]
    assert one.get("/network/depth").status_code == 404


def test_a_file_that_is_not_its_card_s_is_refused(make_page, networks):
    beside = networks[0].with_name("a.tflite.json")
    beside.write_text('{"sha256": "0"}')
    answer = make_page(network=networks[0]).get("/network/bokeh")
    assert answer.status_code == 422
    assert "changed or damaged" in answer.get_json()["error"]


def test_what_is_missing_is_told_before_it_is_needed(make_page, networks):
    told = make_page(network=networks[0]).get("/about").get_json()["network"]
    assert "python -m darkroom.page fetch" in told["error"]


def test_litert_js_may_compile_webassembly(page, monkeypatch):
    monkeypatch.setattr(litert_js, "file", {"a.js": b"1", "a.wasm": b"2"}.__getitem__)
    kinds = {"a.js": "text/javascript", "a.wasm": "application/wasm"}
    for name, kind in kinds.items():
        answer = page.get(f"/litert/{name}")
        assert answer.mimetype == kind  # or browsers compile it slowly, or not at all
        assert "'wasm-unsafe-eval'" in answer.headers["Content-Security-Policy"]
    assert page.get("/litert/other.js").status_code == 404


def test_the_disparity_goes_as_the_numbers_that_they_are(page, photo_file, depth_file):
    said = page.open(photo_file, depth_file)
    answer = page.get(f"/photos/{said['id']}/disparity")
    assert answer.headers["Size"] == "60x90"
    values = np.frombuffer(answer.data, "<f4").reshape(60, 90)
    expected = page.site.memory.get(said["id"]).scene.small.disparity
    np.testing.assert_array_equal(values, expected)


def test_the_page_knows_whether_a_network_is_told_the_focus(
    make_page, networks, monkeypatch
):
    one = make_page(network=networks[0])
    monkeypatch.setattr(litert_js, "check", lambda: None)
    assert one.get("/about").get_json()["network"]["radius"] is None
    about = {"weights": {"radius": 30.5}}
    monkeypatch.setattr(page_networks.card, "find", lambda path: about)
    assert one.get("/about").get_json()["network"]["radius"] == 30.5


def test_a_photo_without_depth_has_none_to_give(make_page, photo_file):
    page = make_page(depth="none")
    said = page.open(photo_file)
    answer = page.get(f"/photos/{said['id']}/disparity")
    assert answer.status_code == 422
    assert "no depth yet" in answer.get_json()["error"]
