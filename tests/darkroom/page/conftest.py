"""A small photo with a near square before a far wall, and a page that serves it."""

from __future__ import annotations

import io
import json
import os
import pathlib
import shutil
import threading
from typing import Any

import numpy as np
import pytest
from PIL import Image
from werkzeug import test

from darkroom.page import files, limits, photos, server, site

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
def photo_file() -> files.File:
    return files.File("a.png", png(picture()))


@pytest.fixture(scope="session")
def depth_file() -> files.File:
    return files.File("a_depth.png", png(depth_map()))


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
            "shelf": photos.Shelf(10**8),
            "limits": limits.Limits(10**6, 10**6),
            "hosts": limits.LOCAL,
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

    def open(self, photo: files.File, depth: files.File | None = None) -> Any:
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
def downloads(tmp_path_factory) -> pathlib.Path:
    return tmp_path_factory.mktemp("downloads")


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
            "download.default_directory": str(downloads),
            "profile.default_content_setting_values.automatic_downloads": 1,
        },
    )
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(
        options=options, service=webdriver.ChromeService(programs[1])
    )
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def real_port():
    """Of a page that is really served, which takes 1 MB and 10 megapixels."""
    at = server.listen("127.0.0.1", 0)
    here = site.Site(photos.Shelf(10**9), limits.Limits(10**6, 10**7), limits.LOCAL)
    served = server.create(here, at)
    threading.Thread(target=served.run, daemon=True).start()
    yield at.getsockname()[1]
    served.trigger.pull_trigger(served.close)  # in the thread that waits at the socket
