"""Losses by hand, and the gradient penalty of the original."""

import numpy as np
import pytest
import tensorflow as tf

from cyclegan_tf import losses, networks

LOGITS = np.array([[0.5, -2.0], [3.0, 0.0]], np.float32)[..., None, None]


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


@pytest.mark.parametrize(
    "gan, real, fake",
    [
        ("least_squares", np.mean((LOGITS - 1) ** 2), np.mean(LOGITS**2)),
        (
            "vanilla",
            -np.mean(np.log(sigmoid(LOGITS))),
            -np.mean(np.log(1 - sigmoid(LOGITS))),
        ),
        ("wgan_gp", -np.mean(LOGITS), np.mean(LOGITS)),
    ],
)
def test_gan_losses_by_hand(gan, real, fake):
    assert float(losses.GAN[gan](LOGITS, True)) == pytest.approx(real, rel=1e-5)
    assert float(losses.GAN[gan](LOGITS, False)) == pytest.approx(fake, rel=1e-5)


def test_large_logits_stay_finite():
    """A sigmoid before the logarithm would give infinity."""
    assert float(losses.vanilla(np.array([-300.0]), True)) == pytest.approx(300)


def test_means_of_half_precision_are_taken_in_float32():
    """The sum of 64 x 64 ones is beyond bfloat16's 256 steps."""
    ones = tf.ones((1, 64, 64, 3), tf.bfloat16)
    assert losses.l1(ones, 0 * ones).dtype == tf.float32
    assert float(losses.l1(ones, 0.5 * ones)) == 0.5


def test_the_penalty_of_a_critic_of_known_slope():
    """Of 3 in one picture and 4 in the other; per picture, not per pixel."""
    slopes = tf.constant([3.0, 4.0])[:, None, None, None]

    def critic(pictures):
        return tf.reduce_sum(pictures * slopes, axis=(1, 2, 3)) / np.sqrt(4 * 6 * 3)

    found = losses.gradient_penalty(critic, tf.ones((2, 4, 6, 3)))
    assert float(found) == pytest.approx(10 * (2**2 + 3**2) / 2, rel=1e-5)


def test_the_penalty_of_the_original(golden, recipe):
    critic = networks.patch_discriminator(3, width=0.25)
    recipe.fill(critic, 2000)
    real, fake = (
        tf.constant(golden[f"in__real_{letter}"].transpose(0, 2, 3, 1))
        for letter in "AB"
    )
    terms = losses.discriminator(
        critic, real, fake, "wgan_gp", float(golden["wgangp__alpha"])
    )
    penalty = float(terms["discriminator_penalty"])
    assert penalty == pytest.approx(float(golden["wgangp__gp"]), rel=1e-5)
    halves = terms["discriminator_real"] + terms["discriminator_fake"]
    assert float(terms["discriminator"]) == pytest.approx(
        0.5 * float(halves) + penalty, rel=1e-5
    )


def test_the_shares_change_with_the_step_and_the_picture():
    first, second = (losses.shares(4, number).numpy() for number in (7, 8))
    assert first.shape == (4, 1, 1, 1)
    assert len(np.unique([first, second])) == 8
    np.testing.assert_array_equal(first, losses.shares(4, 7))


@pytest.fixture
def picture():
    return np.random.default_rng(0).uniform(-1, 1, (2, 3, 5, 3)).astype(np.float32)


def test_outside_the_person_is_black(picture):
    """Black is -1: a product with the mask alone would leave grey."""
    mask = np.zeros((2, 3, 5, 1), np.float32)
    mask[:, 1, 2:4] = 1
    found = np.asarray(losses.cut_out(picture, mask))
    inside = mask[..., 0] == 1
    np.testing.assert_array_equal(found[inside], picture[inside])
    assert (found[~inside] == -1).all()


def test_a_matte_blends(picture):
    mask = np.full((2, 3, 5, 1), 0.25, np.float32)
    found = losses.paste(picture, -picture, mask)
    np.testing.assert_allclose(found, -0.5 * picture, atol=1e-6)
