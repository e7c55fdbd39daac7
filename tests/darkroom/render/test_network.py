"""An exported PyNET in place of the lens, without its file."""

import numpy as np
import pytest

from darkroom import litert
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


def test_a_larger_photo_is_made_smaller_with_its_proportions():
    disparity = np.zeros((200, 200), np.float32)
    disparity[:100] = 1
    picture = network.bokeh(lit, photo(200, 200), disparity, (64, 96))
    assert picture.shape == (64, 64, 3)
    assert np.abs(picture[4:28] * 255 - photo(64, 64)[4:28]).mean() < 2.5
    assert picture[36:].max() < 0.05


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
        def __init__(self, path: str) -> None:
            self.inputs = {str(n): shape for n, shape in enumerate(inputs)}
            self.output = output

    monkeypatch.setattr(litert, "Network", File)
    with pytest.raises(ValueError, match=r"net\.tflite turns .* an exported PyNET"):
        network.load("net.tflite")


def test_a_missing_file_is_an_oserror_that_names_it(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        network.load(str(tmp_path / "none.tflite"))
    assert caught.value.filename == str(tmp_path / "none.tflite")
