"""Graphs that are read, counted and rewritten."""

import keras
import litert_files
import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from keras import ops

from darkroom import litert
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
    assert graphs.count_macs(content) == conv + each + up


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


@pytest.fixture(scope="module")
def norm() -> keras.Model:
    keras.utils.set_random_seed(0)
    photo = keras.Input((None, None, 3), name="photo")
    x = keras.layers.Conv2D(4, 5, strides=2, padding="same", name="conv")(photo)
    return keras.Model(photo, layers.instance_norm("norm")(x))


def versions(content: bytes) -> dict[str, int]:
    """Of each kind of operation, as the file says it."""
    names = {code: name for name, code in vars(schema.BuiltinOperator).items()}
    codes = schema.ModelT.InitFromPackedBuf(content, 0).operatorCodes
    return {names[code.builtinCode]: code.version for code in codes}


def test_a_fifth_dimension_goes_and_the_numbers_stay(norm, tmp_path):
    """Catches a mean over an axis that is no more, and an output that goes."""
    content = convert.convert(norm, (1, 8, 12, 3), "float32")
    names = litert_files.operations(content)
    assert names.count("RESHAPE") == 1  # the one that makes the output
    assert names.count("MEAN") == 2
    path = tmp_path / "net.tflite"
    path.write_bytes(content)
    network = litert.Network(path)
    tensors = network._interpreter.get_tensor_details()
    assert all(len(tensor["shape"]) <= 4 for tensor in tensors)
    photo = np.random.default_rng(0).random((1, 8, 12, 3)).astype(np.float32)
    np.testing.assert_allclose(network(photo), norm(photo), atol=1e-5)


@pytest.mark.parametrize("delegate", ["cpu", "gpu"])
@pytest.mark.parametrize("precision", ["float32", "float16"])
def test_a_norm_asks_for_no_later_version(norm, monkeypatch, delegate, precision):
    """Catches a SUB of version 3, which GPU delegates leave to the processor."""
    content = convert.convert(norm, (1, 8, 12, 3), precision, delegate=delegate)
    found = versions(content)
    assert {"ADD", "MUL", "SUB"} <= set(found)
    assert {found[kind] for kind in ("ADD", "MUL", "SUB")} == {1}
    with monkeypatch.context() as without:  # so the converter still writes it
        without.setattr(graphs, "squeezed", lambda content: content)
        content = convert.convert(norm, (1, 8, 12, 3), "float16")
    assert versions(content)["SUB"] == 3


def test_a_version_that_is_needed_stays(tmp_path):
    """Catches a graph of five dimensions, true ones, that says it is older."""
    photo = keras.Input(batch_shape=(1, 4, 6, 2), name="photo")
    x = ops.reshape(photo, (1, 2, 2, 6, 2)) - ops.reshape(photo, (2, 2, 1, 6, 2))
    content = convert.convert(keras.Model(photo, x), (1, 4, 6, 2), "float32")
    assert versions(content)["SUB"] == 3
