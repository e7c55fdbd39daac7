"""The files that a depth becomes, read as others read them."""

import numpy as np
import pytest
from PIL import Image

from cyclegan_tf import outputs
from cyclegan_tf.data import encoding
from darkroom import depth
from darkroom.io import depth_maps, images

METRIC, RELATIVE = encoding.Encoding(10.0), encoding.Encoding(None)


def grey(height: int = 40, width: int = 90) -> np.ndarray:
    """From 1 to 9 m, farther to the right."""
    return np.tile(np.linspace(0.1, 0.9, width, dtype=np.float32), (height, 1))


@pytest.fixture
def files(tmp_path):
    found = {k: tmp_path / f"a{ending}" for k, ending in outputs.ENDINGS.items()}
    outputs.write(found, grey(), METRIC)
    return found


def test_metres_and_millimetres(files):
    metres = np.load(files["npy"])
    assert metres.dtype == np.float32
    np.testing.assert_allclose(metres, 10 * grey())
    stored = depth_maps.stored(files["millimetres"])
    assert stored.dtype == np.uint16
    np.testing.assert_allclose(encoding.metres(stored), metres, atol=6e-4)


def test_darkroom_finds_the_map_and_near_is_near(files, tmp_path):
    """Catches a depth that render takes for a disparity."""
    photo = images.Photo(np.zeros((40, 90, 3), np.uint8))
    found = depth.find(photo, source=str(files["png"])).disparity
    expected = (1 / grey() - 1 / 0.9) / (1 / 0.1 - 1 / 0.9)
    np.testing.assert_allclose(found, expected, atol=2e-5)
    with Image.open(files["png"]) as image:
        assert image.getexif()[0x010E].endswith("times 2 per metre")
    colour = images.read(files["colour"]).pixels.sum(axis=-1, dtype=int)
    assert colour[0, 0] > 500 > 200 > colour[0, -1]


def test_disparity_by_hand():
    """1 at half a metre of ten, and nearer."""
    found = outputs.disparity(np.array([0.0, 0.05, 0.1, 1.0], np.float32))
    np.testing.assert_allclose(found, [1, 1, 0.5, 0.05])


def test_formats():
    assert outputs.formats(None, METRIC) == ["npy", "millimetres", "png", "colour"]
    assert outputs.formats(None, RELATIVE) == ["png", "colour"]
    assert outputs.formats("png", RELATIVE) == ["png"]
    with pytest.raises(ValueError, match=r"hold no metres; expected 16-bit maps"):
        outputs.formats("png,npy", RELATIVE)
    with pytest.raises(ValueError, match=r"--formats is jpg; expected some of npy,mil"):
        outputs.formats("jpg", METRIC)


def test_a_depth_without_metres(tmp_path):
    """Catches metres of a network that knows none."""
    formats = outputs.formats(None, RELATIVE)
    files = {k: tmp_path / f"a{outputs.ENDINGS[k]}" for k in formats}
    outputs.write(files, grey(), RELATIVE)
    with Image.open(tmp_path / "a_disparity.png") as image:
        assert "metre" not in image.getexif()[0x010E]
    assert len(list(tmp_path.iterdir())) == 2
