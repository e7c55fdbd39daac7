"""Checkpoints of TensorFlow 1."""

import pathlib

import keras
import numpy as np
import pytest
import tensorflow as tf

from darkroom.importers import tensorflow_1

VALUES = ".data-00000-of-00001"


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    """One with a counter, in a folder and under a name with dots."""
    prefix = str(tmp_path_factory.mktemp("v1.0") / "model.ckpt-5")
    kernel = tf.reshape(tf.range(9000.0), (3, 3, 1000))
    tf.raw_ops.SaveV2(
        prefix=prefix,
        tensor_names=["a/kernel", "step"],
        shape_and_slices=["", ""],
        tensors=[kernel, tf.constant(5)],
    )
    return prefix


@pytest.mark.parametrize("ending", ["", ".index", VALUES, ".meta"])
def test_names_shapes_and_arrays(prefix, ending):
    """Catches a path that is cut at its first dot, as the original did."""
    found = tensorflow_1.Checkpoint(prefix + ending)
    assert found.prefix == prefix
    assert found.shapes == {"a/kernel": (3, 3, 1000), "step": ()}
    expected = np.arange(9000, dtype=np.float32).reshape(3, 3, 1000)
    np.testing.assert_array_equal(found["a/kernel"], expected)
    assert found["step"] == 5


@pytest.mark.parametrize("broken", ["absent", "no checkpoint", "cut off", "index only"])
def test_what_cannot_be_read_is_refused(prefix, tmp_path, broken):
    def content(ending):
        return pathlib.Path(prefix + ending).read_bytes()

    copies = {
        "absent": {},
        "no checkpoint": {".index": b"a text"},
        "cut off": {".index": content(".index"), VALUES: content(VALUES)[:5000]},
        "index only": {".index": content(".index")},
    }
    for ending, copy in copies[broken].items():
        (tmp_path / f"model{ending}").write_bytes(copy)
    said = r"no TensorFlow checkpoint at .*model: expected|model is damaged:"
    with pytest.raises(ValueError, match=said):
        tensorflow_1.Checkpoint(str(tmp_path / "model"))["a/kernel"]


def test_arrays_of_another_number_or_shape_set_nothing():
    variables = [keras.Variable(np.ones(2)), keras.Variable(np.ones(3))]
    with pytest.raises(ValueError, match="1 arrays came for 2 variables"):
        tensorflow_1.assign(variables, [np.zeros(2)])
    with pytest.raises(ValueError, match=r"variable 1 .* \(3,\), the .* \(4,\)"):
        tensorflow_1.assign(variables, [np.zeros(2), np.zeros(4)])
    assert all(np.all(variable == 1) for variable in variables)
    tensorflow_1.assign(variables, [np.zeros(2), np.zeros(3)])
    assert not any(np.any(variable) for variable in variables)
