"""Graphs without a fifth dimension, and the versions that they then say."""

import keras
import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from keras import ops

from darkroom import litert
from darkroom.litert import convert, four_dimensions
from darkroom.litert import graph as graphs
from pynet import layers


@pytest.fixture(scope="module")
def model() -> keras.Model:
    keras.utils.set_random_seed(0)
    photo = keras.Input((None, None, 3), name="photo")
    x = keras.layers.Conv2D(4, 5, strides=2, padding="same", name="conv")(photo)
    return keras.Model(photo, layers.instance_norm("norm")(x))


def versions(content: bytes) -> dict[str, int]:
    """Of each kind of operation, as the file says it."""
    names = {code: name for name, code in vars(schema.BuiltinOperator).items()}
    codes = schema.ModelT.InitFromPackedBuf(content, 0).operatorCodes
    return {names[code.builtinCode]: code.version for code in codes}


def test_a_fifth_dimension_goes_and_the_numbers_stay(model, tmp_path):
    """Catches a mean over an axis that is no more, and an output that goes."""
    content = convert.convert(model, (1, 8, 12, 3), "float32")
    names = graphs.operations(content)
    assert names.count("RESHAPE") == 1  # the one that makes the output
    assert names.count("MEAN") == 2
    path = tmp_path / "net.tflite"
    path.write_bytes(content)
    network = litert.Network(path)
    tensors = network._interpreter.get_tensor_details()
    assert all(len(tensor["shape"]) <= 4 for tensor in tensors)
    photo = np.random.default_rng(0).random((1, 8, 12, 3)).astype(np.float32)
    np.testing.assert_allclose(network(photo), model(photo), atol=1e-5)


@pytest.mark.parametrize("delegate", ["cpu", "gpu"])
@pytest.mark.parametrize("precision", ["float32", "float16"])
def test_a_norm_asks_for_no_later_version(model, monkeypatch, delegate, precision):
    """Catches a SUB of version 3, which GPU delegates leave to the processor."""
    content = convert.convert(model, (1, 8, 12, 3), precision, delegate=delegate)
    found = versions(content)
    assert {"ADD", "MUL", "SUB"} <= set(found)
    assert {found[kind] for kind in ("ADD", "MUL", "SUB")} == {1}
    with monkeypatch.context() as without:  # so the converter still writes it
        without.setattr(four_dimensions, "squeezed", lambda content: content)
        content = convert.convert(model, (1, 8, 12, 3), "float16")
    assert versions(content)["SUB"] == 3


def test_a_version_that_is_needed_stays(tmp_path):
    """Catches a graph of five dimensions, true ones, that says it is older."""
    photo = keras.Input(batch_shape=(1, 4, 6, 2), name="photo")
    x = ops.reshape(photo, (1, 2, 2, 6, 2)) - ops.reshape(photo, (2, 2, 1, 6, 2))
    content = convert.convert(keras.Model(photo, x), (1, 4, 6, 2), "float32")
    assert versions(content)["SUB"] == 3
