"""Pix2Pix: a generator, a discriminator, and their step (Isola et al. 2017).

Pictures are `[B, H, W, C]` in [-1, 1]; a batch is `(source, target)`, pixel on pixel.
The generator's noise is its dropout.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, NamedTuple

import tensorflow as tf
from keras import ops

from cyclegan_tf import losses
from darkroom.train import distribution


class Networks(NamedTuple):
    """The two Keras models of a Pix2Pix; the discriminator takes source and answer."""

    generator: Any
    discriminator: Any


@dataclasses.dataclass(frozen=True)
class Options:
    """What a Pix2Pix makes small; the defaults are the paper's.

    Attributes:
      gan: the name of a loss in `losses.GAN`.
      l1: weight of the difference to the target.
    """

    gan: str = "vanilla"
    l1: float = 100.0


def discriminator_terms(
    networks: Networks, source: Any, target: Any, fake: Any, gan: str, share: Any = None
) -> distribution.Terms:
    """What the discriminator makes small; see `losses.discriminator`."""
    real, false = (ops.concatenate([source, answer], -1) for answer in (target, fake))
    return losses.discriminator(networks.discriminator, real, false, gan, share)


def generator_terms(
    networks: Networks, source: Any, target: Any, fake: Any, options: Options
) -> distribution.Terms:
    """What the generator makes small: the weighted terms `gan` and `l1`."""
    pair = ops.concatenate([source, fake], -1)
    judged = networks.discriminator(pair, training=True)
    return {
        "gan": losses.GAN[options.gan](judged, True),
        "l1": options.l1 * losses.l1(target, fake),
    }


def step(
    networks: Networks,
    generator: Any,
    discriminator: Any,
    options: Options,
    strategy: tf.distribute.Strategy,
) -> Callable[[Any, Any], distribution.Terms]:
    """The compiled step `(source, target) -> terms`: first the discriminator.

    Args:
      networks: their weights are moved.
      generator: its optimizer, built on its variables.
      discriminator: its optimizer, likewise.
      options: what the generator makes small; the sum is the term `loss`.
      strategy: replicas share the batch.
    """
    generating, judging = (network.trainable_variables for network in networks)

    def on_replica(source: Any, target: Any) -> distribution.Terms:
        with tf.GradientTape() as made:
            fake = networks.generator(source, training=True)
        share = losses.shares(source.shape[0], discriminator.iterations)
        with tf.GradientTape() as tape:
            judged = discriminator_terms(
                networks, source, target, ops.stop_gradient(fake), options.gan, share
            )
        distribution.descend(tape, judged["discriminator"], discriminator, judging)
        with made:
            terms = generator_terms(networks, source, target, fake, options)
            terms["loss"] = terms["gan"] + terms["l1"]
        distribution.descend(made, terms["loss"], generator, generating)
        return terms | judged

    return distribution.distributed_step(strategy, on_replica)
