"""PyTorch's form of Adam against the paper's algorithm in NumPy, and its rate."""

import keras
import numpy as np
import pytest

from cyclegan_tf import adam, presets, train
from darkroom import cli

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


def test_constant_then_a_line_to_zero():
    rate = adam.ConstantThenLinear(2.0, constant=3, linear=4)
    found = [float(rate(step)) for step in range(9)]
    assert found == pytest.approx([2, 2, 2, 2, 1.5, 1.0, 0.5, 0, 0])


def test_no_line():
    rate = adam.ConstantThenLinear(2.0, constant=3, linear=0)
    assert [float(rate(step)) for step in range(3)] == [2, 2, 2]


def test_an_optimizer_follows_it_and_is_saved_with_it():
    rate = adam.ConstantThenLinear(1.0, constant=1, linear=2)
    optimizer = keras.optimizers.SGD(rate)
    optimizer = keras.optimizers.SGD.from_config(optimizer.get_config())
    weight = keras.Variable(0.0)
    for _ in range(4):
        optimizer.apply([keras.ops.ones(())], [weight])
    assert float(weight) == pytest.approx(-(1 + 1 + 0.5))


def resolved(*line: str) -> train.Config:
    return presets.resolve(cli.parse(train.Config, *line), 100)


def test_the_falling_rate():
    """With two generator steps a step, its optimizer counts twice as fast."""
    config = resolved("--steps=6", "--decay_steps=4", "--learning_rate=0.4")
    once = adam.optimizer(config, "once")
    rates = [float(once._learning_rate(step)) for step in range(7)]
    np.testing.assert_allclose(rates, [0.4, 0.4, 0.4, 0.3, 0.2, 0.1, 0], atol=1e-7)
    twice = adam.optimizer(config, "twice", updates=2)
    rates = [float(twice._learning_rate(step)) for step in range(0, 14, 2)]
    np.testing.assert_allclose(rates, [0.4, 0.4, 0.4, 0.3, 0.2, 0.1, 0], atol=1e-7)


@pytest.mark.parametrize("form", ["keras", "pytorch"])
def test_both_forms_of_adam(form):
    constant = ("--schedule=constant", "--learning_rate=0.4", "--precision=float16")
    made = adam.optimizer(resolved(f"--adam={form}", *constant), "generators")
    inner = made.inner_optimizer  # float16 wants its loss scaled
    assert type(inner).__name__ == {"keras": "Adam", "pytorch": "TorchAdam"}[form]
    assert (inner.beta_1, inner.beta_2, inner.epsilon) == (0.5, 0.999, 1e-8)
    assert float(inner.learning_rate) == pytest.approx(0.4)
