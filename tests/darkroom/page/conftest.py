"""A small photo with a near square before a far wall, and a page that serves it."""

from __future__ import annotations

import io
import json
import os
import pathlib
import shutil
import threading
import time
from typing import Any

import numpy as np
import pytest
from PIL import Image
from werkzeug import test

from darkroom.page import memory, server, site, uploads

HEIGHT, WIDTH = 60, 90


def png(values: np.ndarray, **options: Any) -> bytes:
    target = io.BytesIO()
    Image.fromarray(values).save(target, "PNG", **options)
    return target.getvalue()


def picture() -> np.ndarray:
    """Noise: whatever is blurred changes, whatever is sharp does not."""
    return np.random.default_rng(0).integers(0, 200, (HEIGHT, WIDTH, 3), np.uint8)


def depth_map() -> np.ndarray:
    """Near (220) is the left half."""
    values = np.full((HEIGHT, WIDTH), 30, np.uint8)
    values[:, : WIDTH // 2] = 220
    return values


@pytest.fixture(scope="session")
def photo_file() -> uploads.File:
    return uploads.File("a.png", png(picture()))


@pytest.fixture(scope="session")
def depth_file() -> uploads.File:
    return uploads.File("a_depth.png", png(depth_map()))


@pytest.fixture
def listed(tmp_path, photo_file, depth_file) -> pathlib.Path:
    """A folder with the photo and its map."""
    folder = tmp_path / "listed"
    folder.mkdir()
    for file in (photo_file, depth_file):
        (folder / file.name).write_bytes(file.data)
    return folder


class Page:
    """What a browser that has the page open sends."""

    def __init__(self, **more: Any) -> None:
        standard: dict[str, Any] = {
            "memory": memory.Memory(10**8),
            "limits": uploads.Limits(10**6, 10**6),
            "hosts": site.LOCAL,
        }
        self.site = site.Site(**standard | more)
        self.client = test.Client(server.application(self.site))

    def get(self, path: str, **more: Any) -> test.TestResponse:
        return self.client.get(path, **more)

    def post(self, path: str, body: object = b"", **headers: str) -> test.TestResponse:
        plain = isinstance(body, bytes)
        return self.client.post(
            path,
            data=body if plain else json.dumps(body),
            content_type="application/octet-stream" if plain else "application/json",
            headers={"Origin": "http://localhost"} | headers,
        )

    def open(self, photo: uploads.File, depth: uploads.File | None = None) -> Any:
        """Opens a photo; what the server said of it."""
        said = self.post(f"/photos?name={photo.name}", photo.data).get_json()
        if depth:
            where = f"/photos/{said['id']}/depth?name={depth.name}"
            said |= self.post(where, depth.data).get_json()
        return said


@pytest.fixture
def page() -> Page:
    return Page()


@pytest.fixture
def make_page() -> type[Page]:
    return Page


@pytest.fixture(scope="module")
def downloads(tmp_path_factory):
    """The folder; called with a name, it is the path of a file that is being saved."""
    folder = tmp_path_factory.mktemp("downloads")

    def path(name):
        until = time.monotonic() + 10
        while not (folder / name).exists():
            assert time.monotonic() < until, f"{name} was not saved"
            time.sleep(0.02)
        return folder / name

    path.folder = folder
    return path


@pytest.fixture(scope="module")
def browser(downloads):
    """Debian's Chromium with its own driver; nothing is fetched from anywhere."""
    webdriver = pytest.importorskip(
        "selenium.webdriver", reason="selenium is missing: pip install -e .[test]"
    )
    programs = [shutil.which(name) for name in ("chromium", "chromedriver")]
    if not all(programs):
        pytest.skip("there is no browser: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = programs[0]
    options.add_argument("--headless=new")
    options.add_argument("--disable-dev-shm-usage")
    options.add_argument("--window-size=1280,800")
    if os.geteuid() == 0:  # as in a container
        options.add_argument("--no-sandbox")
    options.add_experimental_option(
        "prefs",
        {
            "download.default_directory": str(downloads.folder),
            "profile.default_content_setting_values.automatic_downloads": 1,
        },
    )
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(
        options=options, service=webdriver.ChromeService(programs[1])
    )
    yield driver
    driver.quit()


class Person:
    """What somebody in front of the screen does and sees."""

    def __init__(self, driver, address):
        self.driver = driver
        driver.get_log("browser")  # what was said to others before
        driver.get(address)
        self.until(lambda: self.find("#choose").is_enabled())

    def find(self, css):
        return self.driver.find_element("css selector", css)

    def until(self, true, seconds=60):  # on a busy machine
        from selenium.webdriver.support import ui

        return ui.WebDriverWait(self.driver, seconds, 0.02).until(lambda _: true())

    def choose(self, name, value):
        """Clicks the label around a radio button."""
        self.find(f"label:has([name={name}][value={value}])").click()

    def choose_format(self, ending):
        self.find(f"#format option[value='{ending}']").click()

    def open(self, *paths):
        self.find("#choose").click()
        self.find("#file").send_keys("\n".join(map(str, paths)))

    def picture(self):
        """Its address; an element that was found may be replaced the next moment."""
        return self.driver.execute_script("return document.images.after.src")

    def says(self, text):
        self.until(lambda: text in self.find("#status").text)

    def changes(self, do):
        """Does something, and waits for another picture."""
        before = self.picture()
        do()
        self.until(lambda: self.picture() != before)

    def at(self, x, y):
        """Mouse actions from a point in the photo, in fractions of its sides."""
        from selenium.webdriver import ActionChains

        frame = self.find("#frame")
        width, height = frame.size["width"], frame.size["height"]
        return ActionChains(self.driver, duration=20).move_to_element_with_offset(
            frame, round((x - 0.5) * width), round((y - 0.5) * height)
        )

    def pixel(self, x, y):
        """What the picture on the screen shows there."""
        return self.driver.execute_script(
            """
            const image = document.images.after;
            const {naturalWidth: width, naturalHeight: height} = image;
            const ink = new OffscreenCanvas(width, height).getContext("2d");
            ink.drawImage(image, 0, 0);
            const place = [arguments[0] * width, arguments[1] * height, 1, 1];
            return Array.from(ink.getImageData(...place).data).slice(0, 3);
            """,
            x,
            y,
        )

    def quiet(self):
        """Nothing was refused, by us or by the browser's own guards."""
        said = [entry["message"] for entry in self.driver.get_log("browser")]
        return [message for message in said if "favicon" not in message] == []


@pytest.fixture
def visit(browser):
    """Somebody in front of the page at an address."""
    return lambda address: Person(browser, address)


@pytest.fixture
def sources(tmp_path, photo_file, depth_file):
    """Paths of the photo and its map."""
    paths = []
    for file in (photo_file, depth_file):
        paths.append(tmp_path / file.name)
        paths[-1].write_bytes(file.data)
    return paths


@pytest.fixture(scope="module")
def answer_at():
    """Really serves a site, in a thread, until the module ends; returns the port."""
    running = []

    def start(here):
        at = server.listen("127.0.0.1", 0)
        running.append(server.create(here, at))
        threading.Thread(target=running[-1].run, daemon=True).start()
        return at.getsockname()[1]

    yield start
    for served in running:
        # In the thread that waits at the socket, and not before it was woken: anything
        # else that wakes it may have it close the pipe that is about to be written to.
        with served.trigger.lock:
            served.trigger.thunks.append(served.close)
            served.trigger.pull_trigger()


@pytest.fixture(scope="module")
def serve(answer_at):
    """Serves sites: what they share but for limits; returns their ports."""

    def start(**more):
        allowed = uploads.Limits(10**6, 10**7)
        return answer_at(site.Site(memory.Memory(10**9), allowed, site.LOCAL, **more))

    return start


@pytest.fixture(scope="module")
def bare_port(serve):
    """Of one that takes no network, so that photos may have no depth."""
    return serve(depth="none")


@pytest.fixture(scope="module")
def real_port(serve):
    """Of a page that is really served, which takes 1 MB and 10 megapixels."""
    return serve()
