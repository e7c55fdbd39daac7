"""The page in a real browser, from the photo to the saved file."""

from __future__ import annotations

import hashlib
import http.server
import shlex
import shutil
import threading

import depth_networks
import numpy as np
import pytest

from darkroom import cli
from darkroom.depth import fetch
from darkroom.io import shipped
from darkroom.render import __main__ as render

pytest.importorskip("selenium", reason="selenium is missing: pip install -e .[test]")
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys


@pytest.fixture
def person(visit, real_port):
    return visit(f"http://127.0.0.1:{real_port}")


def test_click_slide_brush_and_save(person, sources, downloads, tmp_path, monkeypatch):
    person.open(*sources)
    person.says("Focus")
    assert "a_depth.png" in person.find("#depth-said").text
    person.changes(lambda: person.at(0.8, 0.5).click().perform())
    person.says("Focus 80 %, 50 %")
    person.changes(lambda: person.find("#amount").send_keys(Keys.ARROW_LEFT))
    assert person.find("#amount-said").text == "f/2"
    person.changes(lambda: person.choose("shape", "ring"))
    person.choose("tool", "sharp")
    stroke = person.at(0.1, 0.2).click_and_hold().move_by_offset(60, 20).release()
    person.changes(stroke.perform)
    person.choose("tool", "blurred")
    person.changes(lambda: person.at(0.7, 0.8).click().perform())
    person.find("#command summary").click()
    person.until(
        lambda: len(person.driver.find_elements(By.CSS_SELECTOR, "#masks *")) == 2
    )
    for button in person.driver.find_elements(By.CSS_SELECTOR, "#masks button"):
        button.click()
        shutil.copy(downloads(button.text), tmp_path)
    line = person.find("#command code").text
    person.find("#save").click()
    saved = downloads("a_bokeh.png").read_bytes()
    words = shlex.split(line.replace("\\\n", " "))
    monkeypatch.chdir(tmp_path)
    config = cli.parse(render.Config, *words[4:])
    assert (config.f_number, config.shape, config.focus[:3]) == (2.0, "ring", "0.8")
    assert config.mask
    assert config.blur_mask
    render.main(config, words[3])
    assert saved == (tmp_path / "a_bokeh.png").read_bytes()
    assert person.quiet()


def test_a_photo_without_depth_asks_and_may_be_tried(visit, bare_port, sources):
    person = visit(f"http://127.0.0.1:{bare_port}")
    person.open(sources[0])
    person.until(lambda: person.find("#missing").is_displayed())
    assert "no depth map inside" in person.find("#missing-said").text
    person.changes(lambda: person.find("#prior").click())
    assert not person.find("#missing").is_displayed()
    assert "guess" in person.find("#depth-said").text


def test_a_network_that_cannot_be_fetched_is_told(
    person, sources, tmp_path, monkeypatch
):
    """The server runs in this process, so what is set here holds for it."""
    monkeypatch.setenv("DARKROOM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:1")
    person.driver.refresh()
    person.until(lambda: person.find("#choose").is_enabled())
    person.open(sources[0])
    person.until(lambda: person.find("#rough").is_displayed())
    assert "99" in person.find("#fetch .fetch-said").get_attribute("textContent")
    person.driver.execute_script("arguments[0].click()", person.find("#fetch-depth"))
    person.until(lambda: person.find("#error").is_displayed())
    assert "cannot be reached" in person.find("#error p").text


class Hub(http.server.BaseHTTPRequestHandler):
    """Answers as the hub does: an address with the commit redirects to a storage."""

    content = b""

    def do_GET(self):
        is_address = self.path == "/someone/net/resolve/c0ffee/net.onnx"
        self.send_response(302 if is_address else 200)
        if is_address:
            self.send_header("Location", "/storage/xyz")
        self.send_header(
            "Content-Length", "0" if is_address else str(len(self.content))
        )
        self.end_headers()
        if not is_address:
            self.wfile.write(self.content)

    def log_message(self, *_):
        pass


@pytest.fixture
def hub(tmp_path, monkeypatch):
    """A hub with one small depth network, which is offered and not fetched yet."""
    pytest.importorskip("onnxruntime", reason="pip install onnxruntime")
    pytest.importorskip("onnx", reason="pip install onnx")
    file = depth_networks.onnx(tmp_path / "made.onnx", [1, 3, 56, 84])
    handler = type("OfNetwork", (Hub,), {"content": file.read_bytes()})
    served = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=served.serve_forever, args=(0.01,), daemon=True).start()
    digest = hashlib.sha256(handler.content).hexdigest()
    offered = fetch.Published(
        *("small", "someone/net", "c0ffee", "net.onnx"),
        *(digest, 0.1, "MIT", "a network"),
    )
    monkeypatch.setattr(fetch, "NETWORKS", (offered,))
    monkeypatch.setenv("DARKROOM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{served.server_port}")
    monkeypatch.setenv("NO_PROXY", "*")
    yield f"127.0.0.1:{served.server_port}"
    served.shutdown()
    served.server_close()


def test_the_fetch_button_brings_a_network_and_the_photo_has_its_depth(
    hub, visit, serve, sources, tmp_path, monkeypatch
):
    monkeypatch.setenv(shipped.VARIABLE, str(tmp_path))  # an installed package has none
    person = visit(f"http://127.0.0.1:{serve()}")
    person.open(sources[0])
    person.until(lambda: person.find("#missing").is_displayed())
    said = person.find("#missing .fetch-said").text
    assert said.startswith(f"small: 0.1 MB from {hub}, someone/net; MIT. Once")
    person.changes(lambda: person.find("#fetch-missing").click())
    assert "the network small.onnx" in person.find("#depth-said").text
    assert (tmp_path / "cache/depth/small.onnx").is_file()
    assert not person.find("#missing").is_displayed()
    assert not person.find("#fetch").is_displayed()  # it is offered once
    # From now on a photo that brings no depth has the network's.
    person.driver.refresh()
    person.until(lambda: person.find("#choose").is_enabled())
    person.open(sources[0])
    person.says("Focus")
    assert "the network small.onnx" in person.find("#depth-said").text
    assert person.quiet()


def test_what_is_no_picture_or_too_much_is_told(person, tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"no picture")
    person.open(tmp_path / "a.jpg")
    person.until(lambda: person.find("#error").is_displayed())
    assert "a.jpg: it is not a picture" in person.find("#error p").text
    person.find("#error button").click()
    assert not person.find("#error").is_displayed()
    (tmp_path / "b.jpg").write_bytes(bytes(2_000_000))
    person.open(tmp_path / "b.jpg")
    person.until(lambda: person.find("#error").is_displayed())
    assert "at most 1 MB" in person.find("#error p").text


def test_the_keyboard_alone_moves_the_focus_the_divider_and_the_brush(person, sources):
    person.open(*sources)
    person.says("Focus")
    reticle, divider = person.find("#reticle"), person.find("#divider")
    # Where the photo opens, the keyboard is on its focus point.
    assert person.driver.switch_to.active_element == reticle
    before = int(reticle.get_attribute("aria-valuenow"))
    person.changes(lambda: reticle.send_keys(Keys.SHIFT, Keys.ARROW_RIGHT))
    assert int(reticle.get_attribute("aria-valuenow")) == before + 5
    person.find("[name=view]").send_keys(Keys.ARROW_RIGHT)
    assert divider.is_displayed()
    divider.send_keys(Keys.ARROW_LEFT)
    assert divider.get_attribute("aria-valuenow") == "48"
    person.find("[name=tool]").send_keys(Keys.ARROW_RIGHT)
    assert reticle.get_attribute("aria-label") == "Brush: keep sharp"
    person.changes(lambda: reticle.send_keys(Keys.ENTER))
    assert person.find("#clear").is_enabled()
    person.changes(lambda: person.find("#undo").send_keys(Keys.ENTER))
    assert not person.find("#clear").is_enabled()


def test_the_divider_follows_the_mouse(person, sources):
    person.open(*sources)
    person.says("Focus")
    person.choose("view", "compare")
    ActionChains(person.driver, duration=20).click_and_hold(
        person.find("#divider")
    ).move_by_offset(100, 0).release().perform()
    width = person.find("#frame").size["width"]
    found = int(person.find("#divider").get_attribute("aria-valuenow"))
    assert found == pytest.approx(50 + 100 * 100 / width, abs=1)


def test_the_depth_view_is_white_in_focus_only(person, sources):
    person.open(*sources)
    person.says("Focus")
    person.changes(lambda: person.at(0.2, 0.5).click().perform())
    person.changes(lambda: person.choose("view", "depth"))
    person.says("white is in focus")
    near, far = person.pixel(0.2, 0.3), person.pixel(0.8, 0.3)
    assert np.ptp(near) < 40 < np.ptp(far)


def test_on_a_phone_all_fits_the_width(person, sources):
    person.driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True},
    )
    try:
        width = "return document.documentElement.scrollWidth"
        assert person.driver.execute_script(width) == 390
        person.open(*sources)
        person.until(lambda: person.find("#save").is_displayed())
        person.choose("tool", "sharp")
        assert person.driver.execute_script(width) == 390
        person.driver.execute_script("document.getElementById('rough').hidden = false")
        chip, button = (person.find(css).rect for css in ("#rough", "#box-rough"))
        assert button["x"] >= chip["x"] >= 0
        assert button["x"] + button["width"] <= chip["x"] + chip["width"] <= 390
        frame = person.find("#frame").rect
        assert frame["width"] == pytest.approx(390, abs=1)
        assert person.find("#panel").rect["y"] >= frame["y"] + frame["height"]
    finally:
        person.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
