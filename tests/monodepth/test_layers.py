"""Enlarging by repeated pixels."""

import collections

import keras
import numpy as np
import pytest
import tensorflow as tf

from darkroom.litert import convert
from monodepth import layers


@pytest.mark.parametrize("compiled", [False, True])
def test_every_pixel_four_times(compiled):
    """An oracle; compiled, with a size that is not known beforehand."""
    picture = np.random.default_rng(0).random((2, 3, 5, 4), np.float32)
    double = layers.Double()
    if compiled:
        unknown = tf.TensorSpec((None, None, None, 4))
        double = tf.function(double, input_signature=[unknown])
    expected = picture.repeat(2, axis=1).repeat(2, axis=2)
    np.testing.assert_array_equal(double(tf.constant(picture)), expected)


def test_the_gradient_is_the_sum_of_the_four():
    picture = tf.random.uniform((1, 2, 3, 2))
    upstream = np.random.default_rng(0).random((1, 4, 6, 2), np.float32)
    with tf.GradientTape() as tape:
        tape.watch(picture)
        doubled = layers.Double()(picture)
    found = tape.gradient(doubled, picture, upstream)
    expected = upstream.reshape(1, 2, 2, 3, 2, 2).sum((2, 4))
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_sizes_are_known_or_unknown():
    known, unknown = (keras.Input((*size, 3)) for size in ((4, 6), (None, 6)))
    assert layers.Double()(known).shape == (None, 8, 12, 3)
    assert layers.Double()(unknown).shape == (None, None, 12, 3)


def test_one_operation_in_a_litert_file():
    """Catches UpSampling2D, which becomes six."""
    from ai_edge_litert import interpreter

    picture = keras.Input((None, None, 3), name="picture")
    model = keras.Model(picture, layers.Double()(picture))
    content = convert.convert(model, (1, 4, 6, 3), "float32")
    kept = interpreter.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    network = interpreter.Interpreter(
        model_content=content, experimental_op_resolver_type=kept
    )
    found = collections.Counter(op["op_name"] for op in network._get_ops_details())
    assert found == {"RESIZE_NEAREST_NEIGHBOR": 1}
