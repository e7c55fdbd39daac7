"""Multiply-adds of small networks, by hand."""

import keras
import tensorflow as tf

from benchmarks import macs


def test_a_convolution_and_its_gradient():
    """Forward, and as much again for the kernels and for what came in."""
    photo = keras.Input((None, None, 2))
    x = keras.layers.Conv2D(3, 3, padding="same")(photo)
    x = keras.layers.Conv2D(5, 1, strides=2)(x)
    up = keras.layers.Conv2DTranspose(4, 3, strides=2, padding="same")(x)
    model = keras.Model(photo, up)
    each = 6 * 8 * 3 * (3 * 3 * 2), 3 * 4 * 5 * 3, 3 * 4 * 5 * (3 * 3 * 4)
    assert macs.count(model, (1, 6, 8, 2)) == sum(each)
    assert macs.count(model, (2, 6, 8, 2)) == 2 * sum(each)

    def step(inputs):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(model(inputs) ** 2)
        return tape.gradient(loss, model.trainable_variables)

    # The first one's input needs no gradient.
    assert macs.count(step, (1, 6, 8, 2)) == 3 * sum(each) - each[0]
