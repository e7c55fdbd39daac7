"""PyTorch's form of Adam against the paper's algorithm in NumPy."""

import keras
import numpy as np
import pytest

from cyclegan_tf import adam

RATE, EPSILON = 0.01, 1e-3  # so large that its place shows


def oracle(gradients, beta_1, beta_2):
    """Kingma, Ba 2015, algorithm 1."""
    weight = first = second = np.zeros(3)
    for step, gradient in enumerate(gradients, 1):
        first = beta_1 * first + (1 - beta_1) * gradient
        second = beta_2 * second + (1 - beta_2) * gradient**2
        m, v = first / (1 - beta_1**step), second / (1 - beta_2**step)
        weight = weight - RATE * m / (np.sqrt(v) + EPSILON)
    return weight


def moved(kind, gradients, dtype="float64", **betas):
    weight = keras.Variable(np.zeros(3), dtype=dtype)
    optimizer = kind(RATE, epsilon=EPSILON, **betas)
    for gradient in gradients:
        optimizer.apply([keras.ops.convert_to_tensor(gradient, dtype)], [weight])
    return keras.ops.convert_to_numpy(weight)


@pytest.mark.parametrize("beta_1", [0.5, 0.0])
def test_it_is_the_papers(beta_1):
    betas = {"beta_1": beta_1, "beta_2": 0.999}
    gradients = np.random.default_rng(0).standard_normal((5, 3)) * [1, 1e-3, 1e-5]
    expected = oracle(gradients, **betas)
    # the learning rate is float32; betas in float32 would be off by 1e-5
    np.testing.assert_allclose(
        moved(adam.TorchAdam, gradients, **betas), expected, rtol=1e-7
    )
    single = moved(adam.TorchAdam, gradients, "float32", **betas)
    np.testing.assert_allclose(single, expected, rtol=2e-6)


def test_keras_has_epsilon_elsewhere():
    """What parity over several steps would break on."""
    gradients = np.full((2, 3), 1e-3)
    torch, other = (
        moved(kind, gradients) for kind in (adam.TorchAdam, keras.optimizers.Adam)
    )
    assert (torch < 5 * other).all()  # both negative
