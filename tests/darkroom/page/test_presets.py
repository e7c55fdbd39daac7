"""Looks to begin with, and photos to try."""

import io

import numpy as np
import pytest
from PIL import Image

from darkroom.page import night, presets, settings
from darkroom.render import look


@pytest.mark.parametrize("one", presets.PRESETS, ids=lambda one: one.name)
def test_a_preset_is_a_look_that_the_page_may_ask_for(one):
    look.check(one.look)
    assert settings.read_look(look.given(one.look)) == one.look
    assert one.text.endswith(".")


def test_every_sample_opens(page):
    told = page.get("/about").get_json()["samples"]
    for number, one in enumerate(told):
        small = Image.open(io.BytesIO(page.get(f"/samples/{number}").data))
        assert small.size == (300, 200)
        opened = page.post(f"/samples/{number}").get_json()
        assert opened["name"] == one["name"]
        if "box" in one["text"]:
            assert opened["rough"]  # it is better with one
    assert len(told) == 3
    for path in ("/samples/3", "/samples/99"):
        assert page.get(path).status_code == page.post(path).status_code == 404


def test_the_nights_depth_is_the_photos():
    """Both lanterns are where the photo has them, one behind the other."""
    photo, disparity = night.scene()
    assert photo.shape[:2] == disparity.shape
    for x, y, radius, near in night._LANTERNS:
        row, column = round(y * night.HEIGHT), round(x * night.HEIGHT)
        step = round(0.5 * radius * night.HEIGHT)
        around = np.s_[row - step : row + step, column - step : column + step]
        np.testing.assert_allclose(disparity[around] / 65535, near, atol=1e-4)
        red, green, blue = photo[around].reshape(-1, 3).mean(0)
        assert red > 1.5 * green > 1.5 * blue
    road = disparity[round(0.7 * night.HEIGHT) :, 1].astype(int)
    assert (np.diff(road) > 0).all()
