"""An exported PyNET in place of the lens, without its file."""

import cv2
import numpy as np
import pytest

from darkroom import litert, pixels
from darkroom.render import network


def lit(inputs: np.ndarray) -> np.ndarray:
    """Stands in for PyNET: the photo where the disparity is 1, black where it is 0."""
    return (inputs[..., :3] * inputs[..., 3:]).repeat(2, axis=1).repeat(2, axis=2)


def photo(height: int, width: int) -> np.ndarray:
    ramp = np.linspace(40, 200, width)[None, :, None] + np.array([0, 10, 20])
    return np.broadcast_to(ramp, (height, width, 3)).astype(np.uint8)


@pytest.mark.parametrize("size", [(64, 96), (50, 70), (63, 95), (20, 30)])
def test_a_photo_that_fits_keeps_its_size_and_place(size):
    """Catches a photo that is stretched to the file's size, or cut at the wrong end."""
    picture = network.bokeh(lit, photo(*size), np.ones(size, np.float32), (64, 96))
    assert picture.shape == (*size, 3)
    assert picture.dtype == np.float32
    error = np.abs(picture * 255 - photo(*size))
    assert error[4:-4, 4:-4].mean() < 160 / size[1]  # the ramp's step


@pytest.mark.parametrize("size", [(200, 200), (131, 400), (301, 97)])
@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_a_larger_photo_keeps_its_size_and_what_is_sharp_its_detail(size, kind):
    """Catches a picture as small as the network's, a padding of other proportions, and
    one that is compared with a photo sharper than the network saw."""
    chance = np.random.Generator(np.random.PCG64(6))
    large = (chance.integers(90, 160, (*size, 3)) * (np.iinfo(kind).max // 255)).astype(
        kind
    )
    disparity = np.zeros(size, np.float32)
    disparity[: size[0] // 2] = 1
    seen = []

    def run(inputs):
        """Bilinear where near, as PyNET begins; one grey where far."""
        seen.append(inputs.shape)
        near = np.where(inputs[0, ..., 3:] > 0.5, inputs[0, ..., :3], 0.5)
        return cv2.resize(near, (96, 64), interpolation=cv2.INTER_LINEAR)[None]

    picture = network.bokeh(run, large, disparity, (64, 96))
    assert seen == [(1, 32, 48, 4)]
    assert picture.shape == (*size, 3)
    assert picture.dtype == np.float32
    near, far = np.s_[: size[0] // 3], np.s_[size[0] * 3 // 4 :]
    off = np.abs(picture[near] - pixels.to_float(large[near]))
    assert off.mean() < 0.002
    assert np.abs(picture[far] - 0.5).max() < 0.01


@pytest.mark.parametrize("scale", [1, 0.5])
def test_a_coarse_level_has_detail_too(scale):
    """Catches a coarse picture, smaller than its input, that is taken for blurred."""
    chance = np.random.Generator(np.random.PCG64(6)).standard_normal((192, 288, 3))
    grain = sum(cv2.GaussianBlur(chance, (0, 0), s) * s for s in (0.5, 2, 6, 12))
    large = np.clip(128 + 12 * grain, 0, 255).astype(np.uint8)

    def run(inputs):
        return pixels.resize(inputs[0, ..., :3], scale)[None]

    picture = network.bokeh(run, large, np.ones((192, 288), np.float32), (64, 96))
    assert np.abs(picture - large / 255).mean() < 0.01


def test_the_size_that_fits():
    assert network.fitted((3000, 4000), (1024, 1536)) == (1024, 1365)
    assert network.fitted((4000, 3000), (1024, 1536)) == (1024, 768)
    assert network.fitted((100, 100), (1024, 1536)) == (100, 100)
    assert network.fitted((5, 100000), (720, 720)) == (1, 720)


@pytest.mark.parametrize(
    ("inputs", "output"),
    [
        ([(1, 64, 96, 3)], (1, 128, 192, 3)),
        ([(1, 64, 96, 4)], (1, 64, 96, 1)),
        ([(1, 64, 96, 4), (1, 4)], (1, 128, 192, 3)),
        ([(1, 64)], (1, 10)),
    ],
)
def test_the_file_of_another_network_is_refused(monkeypatch, inputs, output):
    """Catches a depth network's file that is taken for PyNET."""

    class File:
        def __init__(self, path: str, lean: bool) -> None:
            self.inputs = {str(n): shape for n, shape in enumerate(inputs)}
            self.output = output

    monkeypatch.setattr(litert, "Network", File)
    with pytest.raises(ValueError, match=r"net\.tflite turns .* an exported PyNET"):
        network.load("net.tflite")


def test_a_missing_file_is_an_oserror_that_names_it(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        network.load(str(tmp_path / "none.tflite"))
    assert caught.value.filename == str(tmp_path / "none.tflite")
