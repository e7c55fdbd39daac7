"""Graphs that are read, counted and rewritten."""

import keras
import numpy as np
import pytest

from darkroom.litert import convert
from darkroom.litert import graph as graphs
from pynet import layers


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
    return convert.convert(model, (1, 8, 12, 3), "float32")


def test_multiplications_by_hand(content):
    """Catches a transposed convolution counted by its output, and swapped sides."""
    conv, each, up = 4 * 6 * 4 * 25 * 3, 4 * 6 * 4 * 9, 4 * 6 * 4 * 9 * 6
    assert graphs.multiplications(content) == conv + each + up


def test_nothing_unused_is_left(content):
    """Catches kernels that were replaced and still take their bytes."""
    graph = graphs.Graph(content)
    for _ in range(3):
        graph.constant(np.zeros(10000), "waste")
    smaller = graph.content()
    assert len(smaller) <= len(content) + 64
    again = graphs.Graph(smaller)
    used = {tensor for o in again.operators for tensor in (*o.inputs, *o.outputs)}
    assert used >= set(range(again.tensors))


def test_kinds_of_operations_that_are_gone_leave_no_code(content):
    """Catches numbers of kinds that still count those that went."""
    graph = graphs.Graph(content)
    names = [graph.kind(operator) for operator in graph.operators]
    graph.operators = [o for o in graph.operators if graph.kind(o) != "CONV_2D"]
    after = graphs.Graph(graph.content())
    kept = [name for name in names if name != "CONV_2D"]
    assert [after.kind(operator) for operator in after.operators] == kept
    assert len(after._model.operatorCodes) == len(set(kept))


def test_a_constant_keeps_its_type(content):
    graph = graphs.Graph(content)
    for value in (np.int8([1, -2]), np.int64([[3]]), np.float32(4), np.float64([5])):
        found = graph.value(graph.constant(value, "some"))
        np.testing.assert_array_equal(found, value)
        expected = np.float32 if value.dtype == np.float64 else value.dtype
        assert found.dtype == expected
