"""`pynet.load`: arrays through a Keras network and through its exported file."""

import functools
import subprocess
import sys

import numpy as np
import pytest

import pynet
from darkroom.litert import convert
from darkroom.train import checkpoints
from pynet import identity, network, weights

SIZE = (64, 128)  # of the photo that the exported file takes


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The same level 1, which is still its photo, as Keras and as LiteRT file."""
    folder = tmp_path_factory.mktemp("load")
    pyramid = network.pynet(1 / 4)
    identity.start(pyramid)
    identity.raise_raw(pyramid)
    card = {"network": "pynet", "width": 1 / 4, "level": 1, "start": "identity"}
    checkpoints.save_weights(pyramid, folder / "net.weights.h5", **card)
    shape = (1, SIZE[0] // 2, SIZE[1] // 2, 4)
    content = convert.convert(network.one_level(pyramid, 1), shape, "float32")
    (folder / "net.tflite").write_bytes(content)
    return folder


@pytest.fixture(scope="module")
def load(folder):
    """Loads either file by its ending, once for each margin."""
    return functools.cache(
        lambda ending, margin: pynet.load(folder / f"net{ending}", margin=margin)
    )


def arrays(height: int, width: int):
    """Soft colours, and a disparity that grows to the right."""
    y, x = np.mgrid[:height, :width] / (height, width)[0]
    photo = 0.5 + 0.3 * np.sin(np.stack([3 * x, 4 * y, 2 * x + y], axis=-1))
    disparity = np.repeat(np.linspace(0, 1, width)[None], height, axis=0)
    return np.rint(255 * photo).astype(np.uint8), disparity


@pytest.mark.parametrize(
    ("size", "margin"), [(SIZE, 0), ((59, 101), 0), ((48, 112), 8)]
)
def test_weights_and_exported_file_give_the_same_picture(folder, load, size, margin):
    """Of any size, and as the program draws it."""
    photo, disparity = arrays(*size)
    keras_network = load(".weights.h5", margin)
    picture = keras_network(photo, disparity)
    assert (picture.shape, picture.dtype) == ((*size, 3), np.float32)
    assert np.abs(picture - photo / 255).mean() < 0.1  # a network that is its photo
    exported = load(".tflite", margin)(photo, disparity)
    inside = np.s_[: size[0] - 20, : size[1] - 20]  # mirrored to another size there
    np.testing.assert_allclose(exported[inside], picture[inside], atol=2e-2)
    if size == SIZE:
        again = keras_network(photo.astype(np.float32) / 255, disparity)
        np.testing.assert_allclose(again, picture, atol=1e-2)
        file = weights.load_for_photos(str(folder / "net.weights.h5"), margin=margin)
        np.testing.assert_array_equal(picture, file(photo, np.float32(disparity)))


@pytest.mark.parametrize(
    ("photo", "disparity", "said"),
    [
        (np.zeros((64, 64)), np.zeros((64, 64)), r"shape \(64, 64\); expected \[H, W"),
        (np.full((64, 64, 3), 9.0), np.zeros((64, 64)), "from 9 to 9; expected"),
        (np.zeros((64, 64, 3), int), np.zeros((64, 64)), "is of int64; expected uint8"),
        (np.zeros((64, 64, 3)), np.zeros((64, 64, 1)), r"\(64, 64, 1\); expected \[H"),
        (np.zeros((64, 64, 3)), np.full((64, 64), 2.0), "from 2 to 2; expected"),
        (np.zeros((64, 64, 3)), np.zeros((64, 32)), "the same proportions"),
    ],
)
def test_other_arrays_are_refused(folder, photo, disparity, said):
    with pytest.raises(ValueError, match=said):
        pynet.load(folder / "net.tflite")(photo, disparity)


def test_other_files_are_refused(folder):
    with pytest.raises(FileNotFoundError):
        pynet.load(folder / "none.tflite")
    with pytest.raises(ValueError, match="its level 1 goes on from a shifted level 2"):
        pynet.load(folder / "net.weights.h5", level=2)


def test_importing_is_light():
    """Catches TensorFlow or NumPy at the top of the package."""
    program = "import sys, pynet, monodepth; print('numpy' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True)
    assert found.stdout.strip() == b"False", found.stderr
