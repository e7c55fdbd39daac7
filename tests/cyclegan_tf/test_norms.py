"""Instance norm's values and slopes."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from cyclegan_tf import norms


def noise(*shape: int) -> np.ndarray:
    numbers = np.random.Generator(np.random.PCG64(3)).uniform(-1, 1, shape)
    return numbers.astype(np.float32)


@pytest.mark.parametrize("epsilon", ["1e-5", "1e-3"])
def test_instance_norm_of_small_differences_equals_the_original(golden, epsilon):
    """Catches a mean rounded at 3 where the values are 3 +- 0.01."""
    x = last(golden["net__inorm__in"])
    layer = norms.InstanceNorm(float(epsilon))
    expected = last(golden[f"net__inorm__out_eps{epsilon}"])
    np.testing.assert_allclose(layer(x), expected, rtol=0, atol=5e-5)


def test_instance_norm_is_each_pictures_own():
    """Catches statistics over the batch, and a gradient that misses the mean."""
    x = tf.Variable(3 + 0.01 * noise(2, 5, 7, 3))
    exact = x.numpy().astype(np.float64)
    centred = exact - exact.mean((1, 2), keepdims=True)
    scale = np.sqrt(np.square(centred).mean((1, 2), keepdims=True) + 1e-5)
    upstream = noise(2, 5, 7, 3)
    with tf.GradientTape() as tape:
        y = norms.InstanceNorm()(x)
        product = tf.reduce_sum(y * upstream)
    np.testing.assert_allclose(y, centred / scale, rtol=0, atol=1e-5)
    unit = centred / scale
    expected = upstream - upstream.mean((1, 2), keepdims=True)
    expected -= unit * (upstream * unit).mean((1, 2), keepdims=True)
    found = tape.gradient(product, x)
    np.testing.assert_allclose(found, expected / scale, rtol=1e-4, atol=1e-3)


def test_slopes_of_slopes_are_those_of_automatic_differentiation():
    """Catches a gradient that wgan-gp's penalty cannot be differentiated through."""
    x, upstream = tf.Variable(noise(2, 5, 7, 3)), noise(2, 5, 7, 3)

    def plain(x):
        mean, variance = tf.nn.moments(x, (1, 2), keepdims=True)
        return (x - mean) * tf.math.rsqrt(variance + 0.01)

    def second(norm):
        with tf.GradientTape() as outer:
            with tf.GradientTape() as tape:
                y = tf.reduce_sum(norm(x) ** 2 * upstream)
            penalty = tf.reduce_sum(tape.gradient(y, x) ** 2)
        return outer.gradient(penalty, x)

    expected = second(plain)
    assert np.abs(expected).max() > 1
    for run in (second, tf.function(second)):
        found = run(lambda x: norms.normalised(x, 0.01))
        np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-3)


def last(channels_first: np.ndarray) -> np.ndarray:
    return channels_first.transpose(0, 2, 3, 1)
