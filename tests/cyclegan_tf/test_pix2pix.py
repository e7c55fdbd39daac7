"""The original's losses, and the order of the updates."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from cyclegan_tf import losses, networks, pix2pix
from darkroom.train import distribution

ONE = distribution.strategy("one")


@pytest.mark.parametrize(
    "gan, ours", [("vanilla", "vanilla"), ("lsgan", "least_squares")]
)
def test_the_losses_of_the_original(golden, original, gan, ours):
    """A step of rate 0: the same weights before and after the discriminator's turn."""
    made, fake, source, target = original
    judged = pix2pix.discriminator_terms(made, source, target, fake, ours)
    options = pix2pix.Options(gan=ours)
    terms = judged | pix2pix.generator_terms(made, source, target, fake, options)
    names = {
        "D": "discriminator",
        "D_fake": "discriminator_fake",
        "D_real": "discriminator_real",
        "G_GAN": "gan",
        "G_L1": "l1",
    }
    for name, our in names.items():
        expected = float(golden[f"pix2pix__{gan}__{name}"])
        assert float(terms[our]) == pytest.approx(expected, rel=1e-5)


@pytest.fixture(scope="module")
def original(golden, recipe):
    """The golden networks, with their fake, source and target."""
    made = pix2pix.Networks(
        networks.unet_generator(7, "batch", width=0.25),
        networks.patch_discriminator(3, "batch", width=0.25, inputs=6),
    )
    recipe.fill(made.generator)
    recipe.fill(made.discriminator, 2000)
    source, target = (
        tf.constant(golden[f"pix2pix__in_{name}"].transpose(0, 2, 3, 1))
        for name in "xy"
    )
    return made, made.generator(source, training=True), source, target


def test_the_fake_of_the_original(golden, original):
    """With the batch's statistics."""
    expected = golden["pix2pix__fake"].transpose(0, 2, 3, 1)
    np.testing.assert_allclose(original[1], expected, atol=5e-5)


@pytest.fixture(autouse=True)
def eager():
    """To compile a step takes longer than a dozen steps."""
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


def small(dropout: bool = False) -> pix2pix.Networks:
    return pix2pix.Networks(
        networks.resnet_generator(1, width=1 / 16, dropout=dropout),
        networks.patch_discriminator(1, width=1 / 16, inputs=6),
    )


def pairs(count: int):
    rng = np.random.default_rng(0)
    source, target = (rng.uniform(-1, 1, (count, 16, 16, 3)) for _ in "xy")
    return tf.constant(source, tf.float32), tf.constant(target, tf.float32)


def stepper(made, rates, gan="least_squares"):
    optimizers = [
        keras.optimizers.SGD(r, name=n) for r, n in zip(rates, "gd", strict=True)
    ]
    for optimizer, network in zip(optimizers, made, strict=True):
        optimizer.build(network.trainable_variables)
    return pix2pix.step(made, *optimizers, pix2pix.Options(gan), ONE)


def test_the_generator_is_judged_by_the_discriminator_that_has_learnt():
    """The discriminator comes first, on the fake that the generator then improves."""
    made, (source, target) = small(), pairs(2)
    fake = made.generator(source)
    terms = stepper(made, (0.0, 0.1))(source, target)
    pair = tf.concat([source, fake], -1)
    learnt = losses.least_squares(made.discriminator(pair), True)
    before = losses.least_squares(small().discriminator(pair), True)
    assert float(terms["gan"]) == pytest.approx(float(learnt), rel=1e-4)
    assert abs(float(before) - float(learnt)) > 1e-2 * float(learnt)


@pytest.mark.parametrize("gan", losses.GAN)
def test_both_learn_and_the_pictures_come_closer(gan):
    made, batch = small(), pairs(1)
    step = stepper(made, (2e-3, 2e-4), gan)
    terms = [step(*batch) for _ in range(12)]
    assert float(terms[-1]["l1"]) < 0.9 * float(terms[0]["l1"])
    moved = [
        any(
            np.any(x != y)
            for x, y in zip(a.get_weights(), b.get_weights(), strict=True)
        )
        for a, b in zip(made, small(), strict=True)
    ]
    assert moved == [True, True]


def test_dropout_is_on_in_a_step_and_differs_between_steps():
    step = stepper(small(dropout=True), (0.0, 0.0))
    batch = pairs(1)
    assert float(step(*batch)["l1"]) != float(step(*batch)["l1"])
