"""Graphs that are read, counted and rewritten."""

import keras
import numpy as np
import pytest

from darkroom import conversion, layers, litert, litert_graph


@pytest.fixture(scope="module")
def model() -> keras.Model:
    keras.utils.set_random_seed(0)
    photo = keras.Input((None, None, 3), name="photo")
    x = keras.layers.Conv2D(4, 5, strides=2, padding="same", name="conv")(photo)
    x = layers.instance_norm("norm")(x)
    x = keras.layers.DepthwiseConv2D(3, padding="same", name="each")(x)
    x = keras.layers.Conv2DTranspose(6, 3, strides=2, padding="same", name="up")(x)
    return keras.Model(photo, x)


@pytest.fixture(scope="module")
def content(model) -> bytes:
    return conversion.convert(model, (1, 8, 12, 3), "float32")


def test_multiplications_by_hand(content):
    """Catches a transposed convolution counted by its output, and swapped sides."""
    conv, each, up = 4 * 6 * 4 * 25 * 3, 4 * 6 * 4 * 9, 4 * 6 * 4 * 9 * 6
    assert litert_graph.multiplications(content) == conv + each + up


def test_a_fifth_dimension_goes_and_the_numbers_stay(model, content, tmp_path):
    """Catches a mean over an axis that is no more, and reshapes that are left."""
    names = litert_graph.operations(content)
    assert "RESHAPE" not in names
    assert names.count("MEAN") == 2
    path = tmp_path / "net.tflite"
    path.write_bytes(content)
    network = litert.Network(path)
    tensors = network._interpreter.get_tensor_details()
    assert all(len(tensor["shape"]) <= 4 for tensor in tensors)
    photo = np.random.default_rng(0).random((1, 8, 12, 3)).astype(np.float32)
    np.testing.assert_allclose(network(photo), model(photo), atol=1e-5)


def test_nothing_unused_is_left(content):
    """Catches kernels that were replaced and still take their bytes."""
    graph = litert_graph.Graph(content)
    for _ in range(3):
        graph.constant(np.zeros(10000), "waste")
    smaller = graph.content()
    assert len(smaller) <= len(content) + 64
    again = litert_graph.Graph(smaller)
    used = {tensor for o in again.operators for tensor in (*o.inputs, *o.outputs)}
    assert used >= set(range(len(again._subgraph.tensors)))


def test_a_constant_keeps_its_type(content):
    graph = litert_graph.Graph(content)
    for value in (np.int8([1, -2]), np.int64([[3]]), np.float32(4), np.float64([5])):
        found = graph.value(graph.constant(value, "some"))
        np.testing.assert_array_equal(found, value)
        expected = np.float32 if value.dtype == np.float64 else value.dtype
        assert found.dtype == expected
