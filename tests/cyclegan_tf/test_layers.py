"""Norms by hand, statistics, dropout and first weights of small networks, planes."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from cyclegan_tf import layers, networks

TINY = {
    "resnet_generator": {"blocks": 1},
    "unet_generator": {"downsamplings": 6},
    "patch_discriminator": {"layers": 2},
    "pixel_discriminator": {},
}


def tiny(kind: str, **options):
    return networks.build({"kind": kind, "width": 1 / 8} | TINY[kind], **options)


def run(model, picture, **options) -> np.ndarray:
    return keras.ops.convert_to_numpy(model(picture, **options))


def noise(*shape: int) -> np.ndarray:
    numbers = np.random.Generator(np.random.PCG64(3)).uniform(-1, 1, shape)
    return numbers.astype(np.float32)


@pytest.mark.parametrize("epsilon", ["1e-5", "1e-3"])
def test_instance_norm_of_small_differences_equals_the_original(golden, epsilon):
    """Catches a mean rounded at 3 where the values are 3 +- 0.01."""
    x = last(golden["net__inorm__in"])
    layer = layers.InstanceNorm(float(epsilon))
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
        y = layers.InstanceNorm()(x)
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
        found = run(lambda x: layers.normalized(x, 0.01))
        np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("kind", ["resnet_generator", "unet_generator"])
def test_own_statistics_are_those_of_training(kind):
    """Catches moving statistics, other pictures' statistics and dropout in use."""
    options = {"norm": "batch", "seed": 1}
    model = tiny(kind, own_statistics=True, dropout=True, **options)
    pair = noise(2, 64, 64, 3)
    before = model.get_weights()
    found = run(model, pair, training=False)
    assert all(map(np.array_equal, model.get_weights(), before))
    training = tiny(kind, **options)
    expected = [run(training, one[None], training=True)[0] for one in pair]
    np.testing.assert_allclose(found, expected, rtol=0, atol=5e-5)
    assert np.abs(run(training, pair, training=False) - found).max() > 0.01


def test_dropout_is_for_training_and_can_be_repeated():
    """Catches noise in evaluation, and noise that no seed repeats."""
    picture = noise(1, 64, 64, 3)
    options = {"norm": "instance", "dropout": True}
    first, again = (tiny("unet_generator", seed=4, **options) for _ in range(2))
    np.testing.assert_array_equal(run(first, picture), run(first, picture))
    noisy = run(first, picture, training=True)
    np.testing.assert_array_equal(noisy, run(again, picture, training=True))
    assert np.abs(noisy - run(first, picture, training=True)).max() > 1e-3


@pytest.mark.parametrize("kind", TINY)
@pytest.mark.parametrize("norm", ["instance", "batch"])
def test_first_weights(kind, norm):
    """Catches a kernel that starts otherwise, and one seed for all kernels."""
    model = tiny(kind, norm=norm, seed=2)
    weights = {v.path: keras.ops.convert_to_numpy(v) for v in model.weights}
    kernels = [w for path, w in weights.items() if path.endswith("kernel")]
    assert np.std(np.concatenate([k.ravel() for k in kernels])) == pytest.approx(
        0.02, rel=0.2
    )
    assert len({float(k.ravel()[0]) for k in kernels}) == len(kernels)
    assert not any(w.any() for path, w in weights.items() if path.endswith("bias"))
    gains = [w for path, w in weights.items() if path.endswith("gamma")]
    assert bool(gains) == (norm == "batch")
    assert all(0 < np.abs(gain - 1).max() < 0.1 for gain in gains)


def test_planes_equal_the_originals(golden):
    before, planes = golden["classic__reshape_in"], golden["classic__reshape_out"]
    found = layers.Planes()(before[None].astype(np.float32))[0]
    np.testing.assert_array_equal(np.transpose(found, (2, 0, 1)), planes)


def test_planes_of_a_batch_that_is_not_square():
    """Catches height and width exchanged, and pictures that mix."""
    x = noise(2, 4, 6, 3)
    planes = layers.Planes()(x)
    assert planes.shape == x.shape
    for found, one in zip(planes, x, strict=True):
        np.testing.assert_array_equal(found, one.reshape(3, 4, 6).transpose(1, 2, 0))
    np.testing.assert_array_equal(layers.Planes(inverse=True)(planes), x)


def test_a_network_sees_planes_and_gives_pictures():
    """Catches an output that stays in planes, and a size that is fixed."""
    entry = keras.Input((None, None, 3))
    network = keras.Model(entry, keras.layers.Rescaling(2.0)(entry), name="double")
    model = networks.with_reshaped_pictures(network)
    x = noise(1, 8, 12, 3)
    found = tf.function(model)(x)
    np.testing.assert_array_equal(found, 2 * x)
    shift = keras.Model(entry, keras.layers.Cropping2D(((1, 0), (0, 0)))(entry))
    seen = networks.with_reshaped_pictures(shift)(
        x
    )  # cut: a third of a row, in every plane
    planes = x.reshape(3, 8, 12)[:, 1:]
    np.testing.assert_array_equal(seen, planes.reshape(1, 7, 12, 3))
    assert model.name == "double"


def last(channels_first: np.ndarray) -> np.ndarray:
    return channels_first.transpose(0, 2, 3, 1)
