"""The files that a disparity becomes, read as others read them."""

import re

import numpy as np
import pytest
from PIL import Image

from darkroom.io import depth_maps, images
from monodepth import outputs


@pytest.fixture
def written(tmp_path):
    """A disparity, nearer to the right, and its files."""
    disparity = np.tile(np.linspace(0.021, 0.187, 90, dtype=np.float32), (40, 1))
    files = {k: tmp_path / f"a{ending}" for k, ending in outputs.ENDINGS.items()}
    outputs.write(files, disparity)
    return disparity, files


def test_the_array_is_the_disparity(written):
    disparity, files = written
    found = np.load(files["npy"])
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, disparity)


def test_the_map_is_stretched_and_says_what_it_was(written):
    """Catches 8 bits, and a description that is off by the least disparity."""
    disparity, files = written
    values = depth_maps.stored(files["png"])
    assert values.dtype == np.uint16
    assert (values.min(), values.max()) == (0, 65535)
    assert (np.diff(values[0].astype(int)) > 0).all()
    with Image.open(files["png"]) as image:
        said = image.getexif()[0x010E]
    least, span = map(float, re.findall(r"\d\.\d+(?:e-\d+)?", said))
    assert said.endswith("a fraction of the width")
    np.testing.assert_allclose(least + values / 65535 * span, disparity, atol=3e-6)


def test_near_is_light_in_colour(written):
    _, files = written
    found = images.read(files["colour"]).pixels.sum(axis=-1, dtype=int)
    assert found[0, -1] > 500 > 200 > found[0, 0]
