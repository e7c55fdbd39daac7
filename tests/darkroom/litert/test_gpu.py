"""Graphs for phones' GPUs: the operations that are in the file, and equal numbers."""

import pathlib

import keras
import litert_files
import numpy as np
import pytest
from keras import ops

from darkroom import litert
from darkroom.litert import convert, gpu
from pynet import layers


def run(content: bytes, folder: pathlib.Path, *arrays: np.ndarray) -> np.ndarray:
    path = folder / "net.tflite"
    path.write_bytes(content)
    return litert.Network(path)(*arrays)


class Written(keras.layers.Layer):
    """A layer of one function."""

    def __init__(self, call, **options) -> None:
        super().__init__(**options)
        self._call = call

    def call(self, x):
        return self._call(x)


@pytest.mark.parametrize("shape", [(1, 12, 30, 5), (1, 17, 1, 3), (1, 1, 1, 4)])
def test_a_mean_is_a_mean_of_means(tmp_path, shape):
    """Catches windows that do not tile a side, and swapped sides; also of one pixel."""
    x = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    picture = keras.Input(batch_shape=shape)
    call = lambda x: ops.mean(x, axis=(1, 2), keepdims=True) + 0 * x  # noqa: E731
    model = keras.Model(picture, Written(call, name="mean")(picture))
    content = convert.convert(model, shape, "float32", delegate="gpu")
    expected = np.broadcast_to(x.mean((1, 2), keepdims=True), shape)
    np.testing.assert_allclose(run(content, tmp_path, x), expected, atol=1e-6)
    assert "MEAN" not in litert_files.operations(content)


def test_a_mean_over_channels_is_a_convolution(tmp_path):
    x = np.random.default_rng(0).normal(size=(1, 4, 6, 3)).astype(np.float32)
    picture = keras.Input(batch_shape=x.shape)
    call = lambda x: ops.mean(x, axis=-1, keepdims=True)  # noqa: E731
    model = keras.Model(picture, Written(call, name="grey")(picture))
    content = convert.convert(model, x.shape, "float32", delegate="gpu")
    assert litert_files.operations(content) == ["CONV_2D"]
    expected = x.mean(-1, keepdims=True)
    np.testing.assert_allclose(run(content, tmp_path, x), expected, atol=1e-6)


@pytest.mark.parametrize("precision", gpu.PRECISIONS)
def test_norms_and_activations_are_written_otherwise_and_equal(tmp_path, precision):
    """Catches an operation that stays, another slope or sign, and a fifth dimension."""
    keras.utils.set_random_seed(1)
    picture = keras.Input((None, None, 4), name="photo")
    x = layers.SpaceToDepth(name="sub_pixels")(picture)
    x = keras.layers.Conv2D(6, 3, padding="same", name="conv")(x)
    x = layers.LeakyReLU(0.3, name="leaky")(layers.instance_norm("norm")(x))
    x = keras.layers.Conv2D(6, 3, padding="same", activation="elu", name="elu")(x)
    x = keras.layers.Conv2DTranspose(3, 3, strides=2, padding="same", name="up")(x)
    model = keras.Model(picture, keras.layers.Activation("tanh", name="output")(x))
    shape = (1, 24, 40, 4)
    usual = convert.convert(model, shape, precision)
    assert {"MEAN", "LEAKY_RELU", "ELU"} <= set(litert_files.operations(usual))
    found = convert.convert(model, shape, precision, delegate="gpu")
    assert set(litert_files.operations(found)) <= set(gpu.CONSERVATIVE)
    inputs = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    expected = run(usual, tmp_path, inputs)
    np.testing.assert_allclose(run(found, tmp_path, inputs), expected, atol=1e-5)
    details = litert.Network(tmp_path / "net.tflite")._interpreter
    assert all(len(t["shape"]) <= 4 for t in details.get_tensor_details())
    names = [o["op_name"] for o in details._get_ops_details()]
    assert names.count("DELEGATE") == 1


def test_squared_differences_squares_and_signs(tmp_path):
    """From a graph, since the converter decides by itself when it writes them."""
    picture = keras.Input(batch_shape=(1, 2, 3, 2), name="photo")
    call = lambda x: -ops.tanh(ops.square(ops.tanh(x) - 0.25))  # noqa: E731
    model = keras.Model(picture, Written(call, name="all")(picture))
    usual = convert.convert(model, (1, 2, 3, 2), "float32")
    found = gpu.conservative(usual)
    assert set(litert_files.operations(found)) <= set(gpu.CONSERVATIVE)
    x = np.random.default_rng(0).normal(size=(1, 2, 3, 2)).astype(np.float32)
    expected = -np.tanh((np.tanh(x) - 0.25) ** 2)
    np.testing.assert_allclose(run(found, tmp_path, x), expected, atol=1e-6)


def test_a_slice_by_size_is_one_by_bounds(tmp_path):
    """CycleGAN's own generator crops so after each transposed convolution."""
    picture = keras.Input(batch_shape=(1, 5, 7, 2), name="photo")
    call = lambda x: ops.tanh(ops.slice(x, (0, 1, 2, 0), (1, 4, 3, 2)))  # noqa: E731
    model = keras.Model(picture, Written(call, name="crop")(picture))
    assert "SLICE" in litert_files.operations(
        convert.convert(model, (1, 5, 7, 2), "float32")
    )
    content = convert.convert(model, (1, 5, 7, 2), "float32", delegate="gpu")
    assert set(litert_files.operations(content)) <= set(gpu.CONSERVATIVE)
    x = np.random.default_rng(0).normal(size=(1, 5, 7, 2)).astype(np.float32)
    expected = np.tanh(x[:, 1:5, 2:5])
    np.testing.assert_allclose(run(content, tmp_path, x), expected, atol=1e-6)


def test_an_operation_that_nothing_replaces_is_named():
    """Catches a file that older phones would refuse, written without a word."""
    picture = keras.Input(batch_shape=(1, 4, 4, 2), name="photo")
    call = lambda x: ops.floor(x)  # noqa: E731
    model = keras.Model(picture, Written(call, name="floor")(picture))
    with pytest.raises(ValueError, match="operation FLOOR, which older GPU delegates"):
        convert.convert(model, (1, 4, 4, 2), "float32", delegate="gpu")
    call = lambda x: ops.mean(x, axis=1, keepdims=True)  # noqa: E731
    model = keras.Model(picture, Written(call, name="rows")(picture))
    with pytest.raises(ValueError, match=r"mean over the dimensions \[1\] of 4"):
        convert.convert(model, (1, 4, 4, 2), "float32", delegate="gpu")
