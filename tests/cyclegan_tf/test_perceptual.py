"""VGG's features in torchvision's units."""

import numpy as np
import pytest
import tensorflow as tf

from cyclegan_tf import perceptual
from darkroom.metrics import vgg


@pytest.fixture(scope="module")
def weights():
    """In torchvision's units, of the usual size."""
    rng, channels, made = np.random.default_rng(0), 3, []
    for _, filters in perceptual.LAYERS:
        kernel = rng.standard_normal((3, 3, channels, filters)) / np.sqrt(
            4.5 * channels
        )
        bias = 0.1 * rng.standard_normal(filters)
        made.append((kernel.astype(np.float32), bias.astype(np.float32)))
        channels = filters
    return made


@pytest.fixture
def picture():
    rng = np.random.default_rng(1)
    return tf.constant(rng.uniform(-1, 1, (1, 8, 12, 3)), tf.float32)


def gradient(features, picture):
    with tf.GradientTape() as tape:
        tape.watch(picture)
        total = tf.reduce_sum(features(picture))
    return tape.gradient(total, picture).numpy()


def test_the_gradient_goes_through_the_deviation(weights, picture, without_deviation):
    """Catches the original's, which scales by the deviation in the value only."""
    right = perceptual.features(weights)
    theirs = without_deviation(right)
    np.testing.assert_allclose(right(picture), theirs(picture), rtol=1e-4, atol=1e-4)
    expected = gradient(right, picture) * perceptual.DEVIATION
    found = gradient(theirs, picture)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4 * found.max())


def test_matconvnets_weights_give_the_same_features(weights, picture):
    """A network for 255 steps with large biases, and the same in deviations."""
    (kernel, bias), *rest = weights
    unit = 255 * np.mean(perceptual.DEVIATION)
    scale = unit / (255 * np.array(perceptual.DEVIATION))
    theirs = [(kernel * scale[:, None], bias), *rest]
    theirs = [(kernel, bias * unit) for kernel, bias in theirs]
    plain = vgg.network(theirs)((picture + 1) / 2)
    ours = perceptual.features(perceptual.in_units_of_deviation(theirs))(picture)
    torch = perceptual.features(weights)(picture)
    # vgg's mean blue is 0.4 of 255 steps off torchvision's
    np.testing.assert_allclose(ours, plain / unit, atol=1e-2 * np.max(ours))
    np.testing.assert_allclose(ours, torch, rtol=1e-4, atol=1e-4)


def test_torchvisions_file(tmp_path, write_pth, weights):
    arrays = {}
    for place, (kernel, bias) in zip((0, 2, 5, 7, 10, 12), weights, strict=True):
        arrays[f"features.{place}.weight"] = kernel.transpose(3, 2, 0, 1)
        arrays[f"features.{place}.bias"] = bias
    path = write_pth(tmp_path / "vgg19.pth", arrays)
    for found, expected in zip(perceptual.load(path), weights, strict=True):
        np.testing.assert_array_equal(found[0], expected[0])
        np.testing.assert_array_equal(found[1], expected[1])
    del arrays["features.5.weight"]
    with pytest.raises(ValueError, match=r"its features.5.weight is missing, expected"):
        perceptual.load(write_pth(tmp_path / "vgg16.pth", arrays))
