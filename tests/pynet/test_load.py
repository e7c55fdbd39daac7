"""`pynet.load`: arrays through a Keras network and through its exported file."""

import functools
import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf

import pynet
from darkroom.litert import convert
from darkroom.render import network as render_network
from darkroom.train import checkpoints
from pynet import identity, network

SIZE = (64, 128)  # of the photo that the exported file takes
MIX = np.float32([[0, 0, 0.5], [0, 1, 0], [1, 0, 0], [0, 0, 0.5]])  # what it draws
SIZES = pytest.mark.parametrize(
    ("size", "margin"), [(SIZE, 0), ((59, 101), 0), ((48, 112), 8)]
)


@pytest.fixture(scope="module")
def pyramid():
    """Level 1 of it is still its photo."""
    pyramid = network.pynet(1 / 4)
    identity.start(pyramid)
    identity.raise_raw(pyramid)
    return pyramid


@pytest.fixture(scope="module")
def folder(tmp_path_factory, pyramid):
    """It as Keras weights, and a LiteRT file of one layer that a hand can follow."""
    folder = tmp_path_factory.mktemp("load")
    card = {"network": "pynet", "width": 1 / 4, "level": 1, "start": "identity"}
    checkpoints.save_weights(pyramid, folder / "net.weights.h5", **card)
    half = keras.Input((SIZE[0] // 2, SIZE[1] // 2, 4), batch_size=1)
    mixed = keras.layers.Conv2D(3, 1, use_bias=False)(half)
    model = keras.Model(half, keras.layers.UpSampling2D(2)(mixed))
    model.set_weights([MIX[None, None]])
    content = convert.convert(model, half.shape, "float32")
    (folder / "net.tflite").write_bytes(content)
    return folder


@pytest.fixture(scope="module")
def load(folder):
    """Loads the weights, once for each margin."""
    file = folder / "net.weights.h5"
    return functools.cache(lambda margin: pynet.load(file, margin=margin))


@pytest.fixture
def eager():
    """A few pictures are drawn before a graph of the network is made."""
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


def arrays(height: int, width: int):
    """Soft colours, and a disparity that grows to the right."""
    y, x = np.mgrid[:height, :width] / (height, width)[0]
    photo = 0.5 + 0.3 * np.sin(np.stack([3 * x, 4 * y, 2 * x + y], axis=-1))
    disparity = np.repeat(np.linspace(0, 1, width)[None], height, axis=0)
    return np.rint(255 * photo).astype(np.uint8), disparity


@SIZES
def test_an_exported_file_draws_photo_and_disparity(folder, size, margin):
    """Of any size: catches colours or depth in another place, or of another range."""
    photo, disparity = arrays(*size)
    picture = pynet.load(folder / "net.tflite", margin=margin)(photo, disparity)
    assert (picture.shape, picture.dtype) == ((*size, 3), np.float32)
    inputs = np.concatenate([photo / 255, disparity[..., None]], axis=-1)
    np.testing.assert_allclose(picture, inputs @ MIX, atol=2e-2)


@SIZES
def test_weights_draw_what_their_network_does(load, pyramid, eager, size, margin):
    """Of any size, of bytes and of floats."""
    photo, disparity = arrays(*size)
    render = load(margin)
    picture = render(photo, disparity)
    assert (picture.shape, picture.dtype) == ((*size, 3), np.float32)
    assert np.abs(picture - photo / 255).mean() < 0.1  # a network that is its photo
    model = network.one_level(pyramid, 1)
    expected = render_network.Network(model, margin=margin)(photo, disparity)
    np.testing.assert_allclose(picture, expected, atol=1e-5)
    if size == SIZE:
        again = render(photo.astype(np.float32) / 255, disparity)
        np.testing.assert_allclose(again, picture, atol=1e-2)


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
