"""Where things are on screens of several sizes, in a real browser."""

from __future__ import annotations

import pytest
from PIL import Image

from darkroom.page import opening

pytest.importorskip("selenium", reason="selenium is missing: pip install -e .[test]")
from selenium.webdriver.common.keys import Keys

DESK, PHONE = (1280, 717), (390, 844)


@pytest.fixture
def sized(browser):
    """Gives the browser's window another size, until the test ends."""

    def resize(width, height):
        size = {"width": width, "height": height, "deviceScaleFactor": 1}
        browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride", size | {"mobile": False}
        )

    yield resize
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_the_iris_covers_no_headline_with_eight_photos(visit, serve, sized, tmp_path):
    for number in range(8):
        Image.new("RGB", (90, 60), "teal").save(tmp_path / f"{number}.png")
    photos = opening.list_photos(str(tmp_path))
    person = visit(f"http://127.0.0.1:{serve(folder=photos)}")
    sized(*DESK)
    person.until(
        lambda: len(person.driver.find_elements("css selector", "#folder img")) == 8
    )
    iris, headline = (person.find(css).rect for css in (".iris", "#welcome h2"))
    assert iris["y"] + iris["height"] <= headline["y"]
    last = person.find("#folder li:last-child button").rect
    assert last["y"] + last["height"] <= 717


def focused(person):
    """Waits for the first picture; a phone shows no status, but tells it to readers."""
    status = person.find("#status")
    person.until(lambda: "Focus" in status.get_attribute("textContent"))


COVERED = """
const box = document.getElementById("frame").getBoundingClientRect();
const shares = [...Array(33).keys()].map((k) => (k + 0.5) / 33);
const covered = [];
for (const x of shares) {
  for (const y of shares) {
    const place = [box.left + x * box.width, box.top + y * box.height];
    const there = document.elementFromPoint(...place);
    if (!there?.closest("#frame")) covered.push([x, y, there?.outerHTML]);
  }
}
return covered;
"""


@pytest.mark.parametrize("size", [DESK, PHONE])
@pytest.mark.parametrize("shape", [(90, 60), (60, 90), (60, 60)])
def test_nothing_lies_over_the_focus_wherever_it_is(
    visit, real_port, sized, tmp_path, size, shape
):
    """Catches buttons over the photo: at its corner, 100 % was chosen, not a focus."""
    Image.radial_gradient("L").resize(shape).convert("RGB").save(tmp_path / "a.png")
    Image.linear_gradient("L").resize(shape).save(tmp_path / "a_depth.png")
    person = visit(f"http://127.0.0.1:{real_port}")
    sized(*size)
    person.open(tmp_path / "a.png", tmp_path / "a_depth.png")
    focused(person)
    assert person.driver.execute_script(COVERED) == []
    for css in ("#zoom", "#tools", "#views"):  # and all of them are to be seen
        rect = person.find(css).rect
        assert rect["x"] >= 0
        assert rect["x"] + rect["width"] <= size[0]
    assert person.quiet()


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_an_offer_makes_room_for_the_focus(visit, real_port, sized, size):
    person = visit(f"http://127.0.0.1:{real_port}")
    sized(*size)
    person.find("#sample-list li:nth-child(2) button").click()  # a cat's face
    rough, ring = person.find("#rough"), person.find("#reticle")
    person.until(rough.is_displayed)
    focused(person)
    for key, above in ((Keys.ARROW_UP, False), (Keys.ARROW_DOWN, True)):
        ring.send_keys(Keys.SHIFT, *[key] * 20)
        offer, middle = rough.rect, ring.rect["y"] + ring.rect["height"] / 2
        assert (offer["y"] + offer["height"] < middle) == above
        assert above or offer["y"] > middle
