"""Small layers against plain NumPy and against what they replace."""

import keras
import numpy as np
import pytest

from pynet import layers

PICTURES = np.random.default_rng(0).random((2, 6, 10, 3), np.float32)


def test_space_to_depth_equals_tensorflows():
    """Catches rows and columns exchanged, on a picture that is not square."""
    import tensorflow as tf

    found = layers.SpaceToDepth()(PICTURES)
    np.testing.assert_array_equal(found, tf.nn.space_to_depth(PICTURES, 2))


def test_space_to_depth_channel_by_channel():
    found = np.array(layers.SpaceToDepth()(PICTURES))
    for a in range(2):
        for b in range(2):
            for c in range(3):
                expected = PICTURES[:, a::2, b::2, c]
                np.testing.assert_array_equal(found[..., (2 * a + b) * 3 + c], expected)


def test_space_to_depth_knows_its_shape():
    """Catches a static shape that the convolutions behind it cannot be built on."""
    photo = keras.Input((None, 32, 4))
    assert layers.SpaceToDepth()(photo).shape == (None, None, 16, 16)


def test_space_to_depth_comes_back_from_a_file(tmp_path):
    photo = keras.Input((6, 10, 3))
    model = keras.Model(photo, layers.SpaceToDepth(name="sub_pixels")(photo))
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again(PICTURES), model(PICTURES))


@pytest.mark.parametrize("precision", ["float32", "mixed_bfloat16", "mixed_float16"])
def test_space_to_depth_computes_in_the_networks_precision(precision):
    layer = layers.SpaceToDepth(dtype=precision)
    expected = keras.mixed_precision.DTypePolicy(precision).compute_dtype
    assert keras.backend.standardize_dtype(layer(PICTURES).dtype) == expected


def test_instance_norm_by_hand():
    """Catches statistics over the batch or the channels, and another epsilon."""
    norm = layers.instance_norm("norm")
    norm.build(PICTURES.shape)
    scale, shift = np.float32([1, 2, 3]), np.float32([0, -1, 0.5])
    norm.set_weights([scale, shift])
    small = 0.05 * PICTURES  # so that epsilon counts
    mean = small.mean((1, 2), keepdims=True)
    variance = small.var((1, 2), keepdims=True)
    expected = (small - mean) / np.sqrt(variance + 1e-3) * scale + shift
    np.testing.assert_allclose(norm(small), expected, rtol=0, atol=2e-6)


def test_instance_norm_of_a_flat_picture_is_its_shift():
    norm = layers.instance_norm("norm")
    np.testing.assert_array_equal(norm(np.full((1, 4, 6, 2), 0.5, np.float32)), 0)


@pytest.mark.parametrize("compiled", [False, True])
def test_leaky_relu_and_its_gradient_equal_keras_own(compiled):
    """Catches a gradient that is wrong where the output is negative, or at zero."""
    import tensorflow as tf

    x = np.random.default_rng(1).normal(size=(2, 3, 5, 4)).astype("float32")
    x[0, 0, 0] = 0
    weights = np.random.default_rng(2).normal(size=x.shape).astype("float32")

    def value_and_gradient(layer, **mode):
        def both(x):
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = layer(x, **mode)
                total = tf.reduce_sum(weights * y)
            return y, tape.gradient(total, x)

        return (tf.function(both) if compiled else both)(tf.constant(x))

    expected = value_and_gradient(keras.layers.LeakyReLU(0.2))
    for training in (False, True):
        found = value_and_gradient(layers.LeakyReLU(0.2), training=training)
        for mine, keras_own in zip(found, expected, strict=True):
            np.testing.assert_array_equal(mine, keras_own)
