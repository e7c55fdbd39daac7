"""Statistics, dropout, first weights: through the smallest networks with them."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from cyclegan_tf import networks

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
