"""Pictures in the order of numbers that the depth networks of seed 0 take."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf

from cyclegan_tf import layout


def picture(*shape: int) -> np.ndarray:
    return np.random.Generator(np.random.PCG64(1)).random(shape).astype(np.float32)


def test_planes_equal_the_originals(golden):
    before, planes = golden["classic__reshape_in"], golden["classic__reshape_out"]
    found = layout.Planes()(before[None].astype(np.float32))[0]
    np.testing.assert_array_equal(np.transpose(found, (2, 0, 1)), planes)


def test_planes_of_a_batch_that_is_not_square():
    """Catches height and width exchanged, and pictures that mix."""
    x = picture(2, 4, 6, 3)
    planes = layout.Planes()(x)
    assert planes.shape == x.shape
    for found, one in zip(planes, x, strict=True):
        np.testing.assert_array_equal(found, one.reshape(3, 4, 6).transpose(1, 2, 0))
    np.testing.assert_array_equal(layout.Planes(inverse=True)(planes), x)


def test_a_network_sees_planes_and_gives_pictures():
    """Catches an output that stays in planes, and a size that is fixed."""
    seen = []
    entry = keras.Input((None, None, 3))
    network = keras.Model(entry, keras.layers.Rescaling(2.0)(entry), name="double")
    model = layout.reshaped(network)
    x = picture(1, 8, 12, 3)
    found = tf.function(model)(x)
    np.testing.assert_array_equal(found, 2 * x)
    shift = keras.Model(entry, keras.layers.Cropping2D(((1, 0), (0, 0)))(entry))
    seen = layout.reshaped(shift)(x)  # cut: a third of a row, in every plane
    planes = x.reshape(3, 8, 12)[:, 1:]
    np.testing.assert_array_equal(seen, planes.reshape(1, 7, 12, 3))
    assert model.name == "double"
