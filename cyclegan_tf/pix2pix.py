"""Pix2Pix: a generator, a discriminator, and their step (Isola et al. 2017).

Pictures are `[B, H, W, C]` in [-1, 1]; a batch is `(source, target)`, pixel on pixel.
The generator's noise is its dropout.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import NamedTuple

import keras
import tensorflow as tf
from keras import ops

from cyclegan_tf import losses
from darkroom.train import distribution
from darkroom.train.distribution import Terms


class Networks(NamedTuple):
    """The two Keras models of a Pix2Pix; the discriminator takes source and answer."""

    generator: keras.Model
    discriminator: keras.Model


@dataclasses.dataclass(frozen=True)
class Options:
    """The losses of a Pix2Pix; the defaults are the paper's.

    Attributes:
      gan: the name of a loss in `losses.GAN`.
      l1: weight of the difference to the target, the paper's lambda.
    """

    gan: str = "vanilla"
    l1: float = 100.0


def discriminator_terms(
    networks: Networks,
    source: tf.Tensor,
    target: tf.Tensor,
    fake: tf.Tensor,
    gan: str,
    share: tf.Tensor = None,
) -> Terms:
    """Computes the discriminator's loss and its parts, as `losses.discriminator`."""
    real_pair, fake_pair = (ops.concatenate([source, x], -1) for x in (target, fake))
    return losses.discriminator(
        networks.discriminator, real_pair, fake_pair, gan, share
    )


def generator_terms(
    networks: Networks,
    source: tf.Tensor,
    target: tf.Tensor,
    fake: tf.Tensor,
    options: Options,
) -> Terms:
    """Computes the generator's weighted losses, `gan` and `l1` (eq. 4)."""
    pair = ops.concatenate([source, fake], -1)
    logits = networks.discriminator(pair, training=True)
    return {
        "gan": losses.GAN[options.gan](logits, True),
        "l1": options.l1 * losses.l1(target, fake),
    }


def step(
    networks: Networks,
    generator_optimizer: keras.optimizers.Optimizer,
    discriminator_optimizer: keras.optimizers.Optimizer,
    options: Options,
    strategy: tf.distribute.Strategy,
) -> Callable[[tf.Tensor, tf.Tensor], Terms]:
    """Builds the step `(source, target) -> terms`: first the discriminator.

    Args:
      networks: their weights are moved.
      generator_optimizer: built on the generator's trainable variables.
      discriminator_optimizer: likewise.
      options: the losses; the sum of the generator's is the term `loss`.
      strategy: replicas share the batch.
    """
    generator_variables, discriminator_variables = (
        network.trainable_variables for network in networks
    )

    def on_replica(source: tf.Tensor, target: tf.Tensor) -> Terms:
        with tf.GradientTape() as generator_tape:
            fake = networks.generator(source, training=True)
        share = losses.shares(source.shape[0], discriminator_optimizer.iterations)
        with tf.GradientTape() as tape:
            discriminator = discriminator_terms(
                networks, source, target, ops.stop_gradient(fake), options.gan, share
            )
        loss = discriminator["discriminator"]
        distribution.descend(
            tape, loss, discriminator_optimizer, discriminator_variables
        )
        # The same fake, seen by the discriminator that has just learnt from it
        with generator_tape:
            terms = generator_terms(networks, source, target, fake, options)
            terms["loss"] = terms["gan"] + terms["l1"]
        distribution.descend(
            generator_tape, terms["loss"], generator_optimizer, generator_variables
        )
        return terms | discriminator

    return distribution.distributed_step(strategy, on_replica)
