"""CycleGAN: two generators, two discriminators, and their step (Zhu et al. 2017).

Everything of the direction from A to B carries the letter a: generator_a makes a
picture of domain B from one of A, discriminator_a tells such fakes from real pictures
of B, cycle_a compares a picture of A with itself there and back. Letter b is the way
from B to A. These are the names of the original's files and losses.

Pictures are `[B, H, W, 3]` in [-1, 1], masks `[B, H, W, 1]`. A batch is `(a, b)`, or
`(a, b, mask_a, mask_b)` for portraits. Mask loss and mask overlay are those of Zain
Nasrullah, "Shallow Depth of Field in Portraits Using Generative Models",
github.com/ZainNasrullah/cyclegan-research-simulating-depth-of-field.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import NamedTuple

import keras
import tensorflow as tf

from cyclegan_tf import losses
from darkroom.train import distribution
from darkroom.train.distribution import Terms

PictureFunction = Callable[[tf.Tensor], tf.Tensor]


class Networks(NamedTuple):
    """The four Keras models of a CycleGAN."""

    generator_a: keras.Model
    generator_b: keras.Model
    discriminator_a: keras.Model
    discriminator_b: keras.Model


@dataclasses.dataclass(frozen=True)
class Options:
    """The losses of a CycleGAN; the defaults are the paper's.

    Attributes:
      gan: the name of a loss in `losses.GAN`.
      cycle: weight of the cycles' L1, the paper's lambda.
      identity: weight, times `cycle`, of the identities' L1.
      mask: weight, times `cycle`, of the L1 between the persons before and after.
      perceptual: also compare VGG features of the persons, with the weight 2 `mask`.
      overlay: paste the real person over each fake.
      generator_steps: updates of the generators for one of the discriminators.
    """

    gan: str = "least_squares"
    cycle: float = 10.0
    identity: float = 0.5
    mask: float = 0.0
    perceptual: bool = False
    overlay: bool = False
    generator_steps: int = 1

    @property
    def masked(self) -> bool:
        """Whether a batch must bring masks."""
        return self.overlay or self.mask > 0


class Direction(NamedTuple):
    """One way through the four networks, and the pictures that take it.

    Attributes:
      letter: a or b.
      forward: the generator of this direction.
      backward: the other one.
      discriminator: of the fakes of this direction.
      real: pictures that are translated.
      other: real pictures of the other domain.
      mask: of the person in `real`, for portraits.
    """

    letter: str
    forward: keras.Model
    backward: keras.Model
    discriminator: keras.Model
    real: tf.Tensor
    other: tf.Tensor
    mask: tf.Tensor | None = None


def directions(networks: Networks, batch: tuple[tf.Tensor, ...]) -> list[Direction]:
    """Returns the directions from A to B, and from B to A."""
    forward, backward, discriminator_a, discriminator_b = networks
    a, b, *masks = batch
    mask_a, mask_b = masks or (None, None)
    return [
        Direction("a", forward, backward, discriminator_a, a, b, mask_a),
        Direction("b", backward, forward, discriminator_b, b, a, mask_b),
    ]


class Translation(NamedTuple):
    """What becomes of a direction's real pictures.

    Attributes:
      raw: the generator's output.
      fake: the same, under an overlay with the real person.
      restored: translated back, under an overlay with the real person again.
    """

    raw: tf.Tensor
    fake: tf.Tensor
    restored: tf.Tensor


def translate(direction: Direction, overlay: bool) -> Translation:
    """Translates the real pictures there and back again, in training."""
    real, mask = direction.real, direction.mask
    raw = direction.forward(real, training=True)
    fake = losses.paste(real, raw, mask) if overlay else raw
    restored = direction.backward(fake, training=True)
    if overlay:
        restored = losses.paste(real, restored, mask)
    return Translation(raw, fake, restored)


def generator_terms(
    direction: Direction, options: Options, features: PictureFunction | None = None
) -> tuple[Terms, tf.Tensor]:
    """Computes the generators' losses of one direction.

    Zhu et al. 2017, eq. 3 and section 5.2 (identity), and Nasrullah's mask terms.

    Args:
      direction: the direction.
      options: the weights.
      features: of pictures in [-1, 1], for `options.perceptual`.

    Returns:
      The weighted terms, and the fakes.

    Raises:
      ValueError: the masks, or the features, that `options` need are missing.
    """
    _check(direction, options, features)
    raw, fake, restored = translate(direction, options.overlay)
    weight = options.cycle
    logits = direction.discriminator(fake, training=True)
    terms = {
        "gan": losses.GAN[options.gan](logits, True),
        "cycle": weight * losses.l1(direction.real, restored),
    }
    if options.identity:
        same = direction.forward(direction.other, training=True)
        identity = losses.l1(direction.other, same)
        terms["identity"] = weight * options.identity * identity
    if options.mask:
        before = losses.cut_out(direction.real, direction.mask)
        after = losses.cut_out(raw, direction.mask)
        terms["mask"] = weight * options.mask * losses.l1(before, after)
        if options.perceptual and features is not None:
            difference = losses.l1(features(before), features(after))
            terms["perceptual"] = 2 * options.mask * difference
    return lettered(terms, direction), fake


def lettered(terms: Terms, direction: Direction) -> Terms:
    """Returns the terms under names that end with their direction's letter."""
    return {f"{name}_{direction.letter}": term for name, term in terms.items()}


def step(
    networks: Networks,
    generator_optimizer: keras.optimizers.Optimizer,
    discriminator_optimizer: keras.optimizers.Optimizer,
    options: Options,
    strategy: tf.distribute.Strategy,
    pools: tuple[PictureFunction, PictureFunction],
    features: PictureFunction | None = None,
) -> Callable[..., Terms]:
    """Builds the step `(*batch) -> terms`: the generators, then the discriminators.

    Args:
      networks: their weights are moved.
      generator_optimizer: of both, built on their variables as `variables` has them.
      discriminator_optimizer: likewise.
      options: the losses; the sum of the generators' is the term `loss`.
      strategy: replicas share the batch.
      pools: of the fakes of either direction.
      features: of pictures in [-1, 1], for `options.perceptual`.
    """
    generator_variables, discriminator_variables = variables(networks)

    def update_generators(ways: list[Direction]) -> tuple[Terms, list[tf.Tensor]]:
        with tf.GradientTape() as tape:
            parts = [generator_terms(way, options, features) for way in ways]
            terms = {name: term for part, _ in parts for name, term in part.items()}
            terms["loss"] = sum(terms.values())
        distribution.descend(
            tape, terms["loss"], generator_optimizer, generator_variables
        )
        return terms, [fake for _, fake in parts]

    def update_discriminators(ways: list[Direction], fakes: list[tf.Tensor]) -> Terms:
        pictures = ways[0].real.shape[0]
        share = losses.shares(pictures, discriminator_optimizer.iterations)
        terms: Terms = {}
        with tf.GradientTape() as tape:
            for way, fake in zip(ways, fakes, strict=True):
                part = losses.discriminator(
                    way.discriminator, way.other, fake, options.gan, share
                )
                terms |= lettered(part, way)
            loss = terms["discriminator_a"] + terms["discriminator_b"]
        distribution.descend(
            tape, loss, discriminator_optimizer, discriminator_variables
        )
        return terms

    def on_replica(*batch: tf.Tensor) -> Terms:
        ways = directions(networks, batch)
        for _ in range(options.generator_steps):
            terms, fakes = update_generators(ways)
        fakes = [pool(fake) for pool, fake in zip(pools, fakes, strict=True)]
        return terms | update_discriminators(ways, fakes)

    return distribution.distributed_step(strategy, on_replica)


def variables(networks: Networks) -> tuple[list[tf.Variable], list[tf.Variable]]:
    """Returns the generators' trainable variables, and the discriminators'."""
    forward, backward, discriminator_a, discriminator_b = networks
    return (
        forward.trainable_variables + backward.trainable_variables,
        discriminator_a.trainable_variables + discriminator_b.trainable_variables,
    )


def _check(
    direction: Direction, options: Options, features: PictureFunction | None
) -> None:
    if options.masked and direction.mask is None:
        raise ValueError(
            "a mask loss or an overlay needs a person mask for each picture: expected "
            "batches (a, b, mask_a, mask_b), got (a, b)"
        )
    if options.perceptual and features is None:
        raise ValueError(
            "the perceptual term needs VGG features and none were given; name their "
            "weights, or turn the term off"
        )
