"""Zoom, undo, presets, box, second photo and the rest, in a real browser."""

from __future__ import annotations

import time

import numpy as np
import pytest
from PIL import Image
from skimage import data

from darkroom.io import images
from darkroom.page import keys

pytest.importorskip("selenium", reason="selenium is missing: pip install -e .[test]")
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys


@pytest.fixture
def person(visit, real_port):
    return visit(f"http://127.0.0.1:{real_port}")


@pytest.fixture
def bare(visit, bare_port):
    """Somebody whose page takes no depth network."""
    return visit(f"http://127.0.0.1:{bare_port}")


@pytest.fixture
def at_work(person, sources):
    """Somebody whose photo with its map is open."""
    person.open(*sources)
    person.says("Focus")
    return person


def press(person, css):
    """Clicks it wherever it is in a panel that scrolls."""
    person.driver.execute_script("arguments[0].click()", person.find(css))


def pressed_keys(person, *held):
    ActionChains(person.driver).key_down(held[0]).send_keys(held[1]).key_up(
        held[0]
    ).perform()


def point(person):
    """The focus point, in per cent of the photo's width."""
    return int(person.find("#reticle").get_attribute("aria-valuenow"))


def test_undo_takes_back_whatever_was_done_and_redo_does_it_again(at_work):
    person = at_work
    assert not person.find("#undo").is_enabled()
    opening_says = person.find("#amount-said")
    person.changes(lambda: person.at(0.8, 0.5).click().perform())
    time.sleep(0.6)  # a pause ends a step
    person.changes(lambda: person.find("#amount").send_keys(Keys.ARROW_LEFT))
    time.sleep(0.6)
    person.changes(lambda: press(person, ".chip:nth-child(6)"))
    assert person.find("[name=shape]:checked").get_attribute("value") == "ring"
    person.choose("tool", "sharp")
    person.changes(lambda: person.at(0.2, 0.2).click().perform())
    person.changes(lambda: press(person, "#prior"))
    assert "guess" in person.find("#depth-said").text

    person.changes(lambda: person.find("#undo").click())  # the depth
    assert "a_depth.png" in person.find("#depth-said").text
    person.changes(lambda: person.find("#undo").click())  # the stroke
    assert not person.find("#clear").is_enabled()
    person.changes(lambda: person.find("#undo").click())  # the preset
    assert opening_says.text == "f/2"
    person.changes(lambda: pressed_keys(person, Keys.CONTROL, "z"))  # the slider
    assert opening_says.text == "f/1.8"
    person.changes(lambda: pressed_keys(person, Keys.CONTROL, "z"))  # the focus
    person.until(lambda: point(person) != 80)
    assert not person.find("#undo").is_enabled()

    for expected in ("f/1.8", "f/2", "f/1.6"):
        person.changes(lambda: person.find("#redo").click())
        assert opening_says.text == expected
    assert point(person) == 80
    person.changes(lambda: person.find("#redo").click())
    assert person.find("#clear").is_enabled()
    person.changes(lambda: person.find("#redo").click())
    assert "guess" in person.find("#depth-said").text
    assert not person.find("#redo").is_enabled()
    assert person.quiet()


def test_undo_and_redo_at_once_end_with_the_depth_of_the_last(at_work):
    """Catches a redo that comes before the undo's depth has been read."""
    person = at_work
    person.changes(lambda: press(person, "#prior"))
    said = person.find("#depth-said")
    person.until(lambda: "guess" in said.text)
    for steps, expected in ((("undo", "redo"), "guess"), (("undo",), "a_depth.png")):
        person.driver.execute_script(
            "for (const id of arguments) document.getElementById(id).click()", *steps
        )
        person.until(lambda: not person.find("body").get_attribute("aria-busy"))
        time.sleep(0.5)
        assert expected in said.text
    assert person.quiet()


def test_a_double_click_and_a_key_reset_a_slider(at_work):
    person = at_work
    slider, label = person.find("[name=cats_eye]"), person.find("#amount")
    person.changes(lambda: slider.send_keys(Keys.END))
    assert slider.get_attribute("value") == "1"
    # The thumb is at the right: a double click beside it, on the word.
    word = person.find(".slider:has([name=cats_eye]) span")
    person.changes(lambda: ActionChains(person.driver).double_click(word).perform())
    assert slider.get_attribute("value") == "0"
    for name, rest in (("grain", "as the photo’s"), ("focal_range", "auto")):
        slider = person.find(f"[name={name}]")
        word = person.find(f".slider:has([name={name}]) span")
        output = person.find(f".slider:has([name={name}]) output")
        assert output.text == rest
        person.changes(lambda s=slider: s.send_keys(Keys.END))
        assert output.text != rest
        double = ActionChains(person.driver).double_click(word)
        person.changes(double.perform)
        assert output.text == rest
    person.changes(lambda: label.send_keys(Keys.HOME))
    assert person.find("#amount-said").text == "f/16"
    person.changes(lambda: label.send_keys(Keys.BACKSPACE))
    assert person.find("#amount-said").text == "f/1.8"


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A photo of 1.5 megapixels, larger than a preview, and its map."""
    folder = tmp_path_factory.mktemp("large")
    rng = np.random.default_rng(0)
    coarse = Image.fromarray(rng.integers(0, 255, (20, 30, 3), np.uint8))
    coarse.resize((1500, 1000)).save(folder / "b.jpg")
    near = np.linspace(0, 255, 1500).astype(np.uint8)[None].repeat(1000, 0)
    images.write(folder / "b_depth.png", near)
    return [folder / "b.jpg", folder / "b_depth.png"]


def frame(person):
    return person.driver.execute_script(
        "const box = document.getElementById('frame').getBoundingClientRect();"
        "return [box.left, box.top, box.width, box.height]"
    )


def test_a_photo_is_seen_at_100_per_cent_and_moved_about(person, large):
    person.open(*large)
    person.says("1500 × 1000")  # the full size has been drawn
    assert not person.find("#working").is_displayed()
    fitted = frame(person)
    person.find("#zoom-actual").click()
    assert frame(person)[2:] == [1500, 1000]
    assert person.find("#zoom-actual").get_attribute("aria-pressed") == "true"
    before = point(person)
    stage = person.find("#stage")

    def in_middle():
        return ActionChains(person.driver, duration=20).move_to_element(stage)

    left, top = frame(person)[:2]
    in_middle().click_and_hold().move_by_offset(60, -40).release().perform()
    assert frame(person)[:2] == pytest.approx([left + 60, top - 40], abs=2)
    assert point(person) == before  # a drag is no click
    person.changes(lambda: in_middle().click().perform())
    share = (stage.rect["x"] + stage.rect["width"] / 2 - frame(person)[0]) / 1500
    assert point(person) == pytest.approx(100 * share, abs=1)
    person.find("#reticle").send_keys("0")
    assert frame(person) == fitted
    # The wheel keeps in place what is under it.
    person.driver.execute_script(
        "document.getElementById('stage').dispatchEvent(new WheelEvent('wheel', "
        "{deltaY: -400, clientX: 200, clientY: 200, bubbles: true, cancelable: true}))"
    )
    now = frame(person)
    assert now[2] > 1.5 * fitted[2]
    for side in (0, 1):
        before = (200 - fitted[side]) / fitted[side + 2]
        assert (200 - now[side]) / now[side + 2] == pytest.approx(before, abs=0.01)


def test_two_fingers_zoom_and_leave_the_focus_alone(at_work):
    person = at_work
    before, fitted = point(person), frame(person)
    x, y = fitted[0] + fitted[2] / 2, fitted[1] + fitted[3] / 2

    def touch(kind, *places):
        person.driver.execute_cdp_cmd(
            "Input.dispatchTouchEvent",
            {
                "type": kind,
                "touchPoints": [
                    {"x": x + across, "y": y, "id": i}
                    for i, across in enumerate(places)
                ],
            },
        )

    touch("touchStart", -40)
    touch("touchStart", -40, 40)
    for wide in (60, 90, 120):
        touch("touchMove", -wide, wide)
    touch("touchEnd")
    person.until(lambda: frame(person)[2] > 2.5 * fitted[2])
    assert point(person) == before


def test_it_says_while_the_full_size_is_drawn(person, large):
    person.open(*large)
    chip = person.find("#working")
    person.until(lambda: not chip.get_attribute("hidden"))
    assert chip.get_attribute("textContent") == "Drawing the full size…"
    person.says("1500 × 1000")
    person.until(lambda: chip.get_attribute("hidden"))


def test_a_rough_depth_says_so_and_offers_a_box_first(person, downloads):
    person.find("#sample-list li:nth-child(2) button").click()
    person.says("Focus")
    rough = person.find("#rough")
    person.until(rough.is_displayed)
    assert "the small network that comes along" in person.find("#depth-said").text
    person.find("#box-rough").click()
    assert person.find("#hint").is_displayed()
    person.find("#leave-box").click()
    assert not rough.is_displayed()
    person.driver.refresh()
    person.until(lambda: person.find("#choose").is_enabled())
    person.find("#sample-list li:nth-child(2) button").click()
    person.until(rough_again := lambda: person.find("#rough").is_displayed())
    person.changes(lambda: person.at(0.5, 0.8).click().perform())
    assert not rough_again()
    assert person.quiet()


def test_a_photo_to_try_and_a_box_around_it(bare, downloads):
    person = bare
    person.find("#sample-list li:nth-child(2) button").click()
    person.until(lambda: person.find("#missing").is_displayed())
    first = person.find("#missing button")
    assert first.text == "Draw a box around what should be sharp"
    assert person.driver.switch_to.active_element == first
    first.click()
    assert not person.find("#missing").is_displayed()
    assert person.find("#hint").is_displayed()
    width, height = (person.find("#frame").size[side] for side in ("width", "height"))
    drag = person.at(0.2, 0.15).click_and_hold()
    drag = drag.move_by_offset(round(0.6 * width), round(0.7 * height)).release()
    person.changes(drag.perform)
    person.says("Focus")
    assert "what the box holds" in person.find("#depth-said").text
    assert not person.find("#hint").is_displayed()
    press(person, "#save-matte")
    press(person, "#save-depth")
    matte, depth = (
        images.read(downloads(f"cat_{kind}.png")) for kind in ("matte", "depth")
    )
    assert matte.pixels.shape[:2] == depth.pixels.shape[:2] == (300, 451)
    assert 0.1 < (matte.pixels > 127).mean() < 0.45
    assert depth.pixels.dtype == np.uint16
    person.changes(lambda: person.find("#undo").click())
    person.until(lambda: person.find("#missing").is_displayed())


def test_a_box_by_keys_and_out_of_it_again(bare):
    person = bare
    person.find("#sample-list li:nth-child(2) button").click()
    person.until(lambda: person.find("#missing").is_displayed())
    person.find("#draw-box").send_keys(Keys.ENTER)
    reticle = person.find("#reticle")
    reticle.send_keys(Keys.ESCAPE)
    assert person.find("#missing").is_displayed()
    person.find("#draw-box").send_keys(Keys.ENTER)
    assert reticle.get_attribute("aria-label") == "Corner of a box"
    long_left = [Keys.SHIFT, *[Keys.ARROW_LEFT] * 6, *[Keys.ARROW_UP] * 6]
    reticle.send_keys(*long_left)
    reticle.send_keys(Keys.ENTER)
    reticle.send_keys(Keys.SHIFT, *[Keys.ARROW_RIGHT] * 12, *[Keys.ARROW_DOWN] * 12)
    assert person.find("#box").is_displayed()
    person.changes(lambda: reticle.send_keys(Keys.ENTER))
    assert "what the box holds" in person.find("#depth-said").text


def test_a_second_photo_gives_the_depth(person, tmp_path):
    left, right, _ = data.stereo_motorcycle()
    for name, photo in (("left", left), ("right", right)):
        images.write(tmp_path / f"{name}.png", photo[::2, ::2])
    person.open(tmp_path / "left.png")
    person.until(lambda: person.find("#title").text == "left.png")
    press(person, "#second-photo")
    person.find("#file").send_keys(str(tmp_path / "right.png"))
    said = person.find("#depth-said")
    person.until(lambda: "the right photo right.png" in said.text)


def test_a_matte_is_chosen_or_dropped_and_undone(at_work, sources, tmp_path):
    person = at_work
    matte = np.zeros((60, 90), np.uint8)
    matte[12:48, 58:80] = 255
    images.write(tmp_path / "hair.png", matte)
    said = person.find("#depth-said")
    person.driver.execute_script("arguments[0].scrollIntoView()", said)
    person.find("#choose-matte").click()
    person.changes(lambda: person.find("#file").send_keys(str(tmp_path / "hair.png")))
    assert said.text.endswith("a_depth.png; the matte hair.png")
    person.until(lambda: 65 < point(person) < 88)  # in it
    press(person, "#command summary")
    code = person.find("#command code")
    person.until(lambda: "--matte=hair.png" in code.get_attribute("textContent"))
    person.changes(lambda: press(person, "#leave-matte"))
    assert "matte" not in said.text
    person.changes(lambda: person.find("#undo").click())
    assert "the matte hair.png" in said.text
    person.changes(lambda: person.find("#undo").click())
    assert "matte" not in said.text
    # A photo, its map and its matte at once: what is what is told by the names.
    images.write(tmp_path / "a_matte.png", matte)
    person.find("#another").click()
    every = [*sources, tmp_path / "a_matte.png"]
    person.find("#file").send_keys("\n".join(map(str, every)))
    person.until(lambda: said.text.endswith("a_depth.png; the matte a_matte.png"))
    assert not person.find("#undo").is_enabled()
    assert person.quiet()


def test_open_opens_the_chooser(at_work, sources, tmp_path):
    person = at_work
    images.write(tmp_path / "other.png", images.read(sources[0]).pixels)
    person.find("#another").click()
    person.find("#file").send_keys(str(tmp_path / "other.png"))
    person.until(lambda: person.find("#title").text == "other.png")
    person.find("#home").click()
    assert person.find("#choose").is_displayed()
    person.find("#back").click()
    assert person.find("#frame").is_displayed()


def test_tips_are_said_on_hover_and_to_a_reader(at_work):
    person = at_work
    assert "iris" in person.find("[name=blades]").get_attribute("aria-description")
    ActionChains(person.driver).move_to_element(person.find("[name=boost]")).perform()
    person.until(lambda: person.find("#tip").is_displayed())
    assert "glints" in person.find("#tip").text
    ActionChains(person.driver).send_keys(Keys.ESCAPE).perform()
    assert not person.find("#tip").is_displayed()


UNNAMED = """
const all = "button, input:not([type=file]), select, [role=slider]";
return [...document.querySelectorAll(all)]
  .filter((one) => !one.closest("[hidden]"))
  .filter((one) => !(one.ariaLabel || one.title || one.textContent.trim()
    || [...(one.labels ?? [])].some((label) => label.textContent.trim())
    || one.querySelector("img[alt]:not([alt=''])")))
  .map((one) => one.outerHTML);
"""
FAINT = """
const light = (colour) => {
  const [r, g, b] = colour.map((c) => c / 255)
    .map((c) => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4);
  return .2126 * r + .7152 * g + .0722 * b;
};
const numbers = (text) => text.match(/[\\d.]+/g).map(Number);
const ground = (one) => {
  for (; one; one = one.parentElement) {
    const colour = numbers(getComputedStyle(one).backgroundColor);
    if (colour.length < 4 || colour[3] > .5) return colour.slice(0, 3);
  }
  return [14, 14, 16];
};
const said = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const faint = [];
while (said.nextNode()) {
  const one = said.currentNode.parentElement;
  if (!said.currentNode.textContent.trim() || !one.checkVisibility()) continue;
  if (one.closest(":disabled, .unseen, option")) continue;
  const ink = numbers(getComputedStyle(one).color).slice(0, 3);
  const pair = [ink, ground(one)].map(light);
  const ratio = (Math.max(...pair) + .05) / (Math.min(...pair) + .05);
  if (ratio < 4.5) faint.push(`${one.outerHTML.slice(0, 80)} ${ratio.toFixed(2)}`);
}
return faint;
"""


def test_all_controls_have_names_and_all_words_contrast(at_work):
    """WCAG 2.2: 4.1.2 and 1.4.3 (AA, 4.5 to 1)."""
    person = at_work
    for there in (False, True):
        if there:
            person.find("#home").click()
        assert person.driver.execute_script(UNNAMED) == []
        assert person.driver.execute_script(FAINT) == []


def test_a_device_with_a_key_has_the_whole_page(visit, serve, sources):
    guests = keys.Keys(lambda key: None)
    person = visit(f"http://127.0.0.1:{serve(keys=guests)}/{guests.new()}")
    person.open(*sources)
    person.says("Focus")
    person.changes(lambda: person.at(0.8, 0.5).click().perform())
    person.driver.refresh()  # the address is the device's own
    person.until(lambda: person.find("#choose").is_enabled())
    assert person.quiet()
