"""CycleGAN: two generators, two discriminators, and their step (Zhu et al. 2017).

Everything of the direction from A to B carries the letter a: generator_a makes a
picture of domain B from one of A, discriminator_a tells such fakes from real pictures
of B, cycle_a compares a picture of A with itself there and back. Letter b is the way
from B to A. These are the names of the original's files and losses.

Pictures are `[B, H, W, 3]` in [-1, 1], masks `[B, H, W, 1]`. A batch is `(a, b)`, or
`(a, b, mask_a, mask_b)` for portraits.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, NamedTuple

import tensorflow as tf

from cyclegan_tf import losses
from darkroom.train import distribution


class Networks(NamedTuple):
    """The four Keras models of a CycleGAN."""

    generator_a: Any
    generator_b: Any
    discriminator_a: Any
    discriminator_b: Any


@dataclasses.dataclass(frozen=True)
class Options:
    """What a CycleGAN makes small; the defaults are the paper's.

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


# The four runs of the portrait study
PORTRAITS = {
    "plain": Options(),
    "mask_loss": Options(mask=1.0, perceptual=True),
    "overlay": Options(overlay=True),
    "overlay_mask_loss": Options(overlay=True, mask=0.5, perceptual=True),
}


class Direction(NamedTuple):
    """One way through the four networks, and the pictures that take it."""

    letter: str
    forward: Any
    backward: Any
    discriminator: Any
    real: Any
    other: Any  # real pictures of the other domain
    mask: Any = None  # of the person in `real`


def directions(networks: Networks, batch: tuple[Any, ...]) -> list[Direction]:
    """From A to B, and from B to A."""
    forward, backward, discriminator_a, discriminator_b = networks
    a, b, *both = batch
    mask_a, mask_b = both or (None, None)
    return [
        Direction("a", forward, backward, discriminator_a, a, b, mask_a),
        Direction("b", backward, forward, discriminator_b, b, a, mask_b),
    ]


class Translation(NamedTuple):
    """What a direction makes of its real pictures.

    Attributes:
      raw: what the generator made.
      fake: the same, under an overlay with the real person.
      restored: translated back, under an overlay with the real person again.
    """

    raw: Any
    fake: Any
    restored: Any


def translate(way: Direction, overlay: bool, training: bool = True) -> Translation:
    """There and back again."""
    raw = way.forward(way.real, training=training)
    fake = losses.paste(way.real, raw, way.mask) if overlay else raw
    restored = way.backward(fake, training=training)
    if overlay:
        restored = losses.paste(way.real, restored, way.mask)
    return Translation(raw, fake, restored)


def generator_terms(
    way: Direction, options: Options, features: Callable[[Any], Any] | None = None
) -> tuple[distribution.Terms, Any]:
    """What both generators make small of one direction.

    Args:
      way: the direction.
      options: the weights.
      features: of pictures in [-1, 1], for `options.perceptual`.

    Returns:
      The weighted terms, and the fakes.

    Raises:
      ValueError: the masks, or the features, that `options` need are missing.
    """
    _check(way, options, features)
    raw, fake, restored = translate(way, options.overlay)
    weight = options.cycle
    terms = {
        "gan": losses.GAN[options.gan](way.discriminator(fake, training=True), True),
        "cycle": weight * losses.l1(way.real, restored),
    }
    if options.identity:
        same = way.forward(way.other, training=True)
        terms["identity"] = weight * options.identity * losses.l1(way.other, same)
    if options.mask:
        before, after = (losses.cut_out(x, way.mask) for x in (way.real, raw))
        terms["mask"] = weight * options.mask * losses.l1(before, after)
        if options.perceptual and features is not None:
            difference = losses.l1(features(before), features(after))
            terms["perceptual"] = 2 * options.mask * difference
    return lettered(terms, way), fake


def lettered(terms: distribution.Terms, way: Direction) -> distribution.Terms:
    """The terms under names that end with their direction's letter."""
    return {f"{name}_{way.letter}": term for name, term in terms.items()}


def step(
    networks: Networks,
    generators: Any,
    discriminators: Any,
    options: Options,
    strategy: tf.distribute.Strategy,
    pools: tuple[Callable[[Any], Any], Callable[[Any], Any]],
    features: Callable[[Any], Any] | None = None,
) -> Callable[..., distribution.Terms]:
    """The compiled step `(*batch) -> terms`: the generators, then the discriminators.

    Args:
      networks: their weights are moved.
      generators: the optimizer of both generators, built on their variables in turn.
      discriminators: that of both discriminators, likewise.
      options: what the generators make small; their sum is the term `loss`.
      strategy: replicas share the batch.
      pools: of the fakes of either direction.
      features: of pictures in [-1, 1], for `options.perceptual`.
    """
    generating, judging = variables(networks)

    def on_replica(*batch: Any) -> distribution.Terms:
        ways = directions(networks, batch)
        for _ in range(options.generator_steps):
            with tf.GradientTape() as tape:
                made = [generator_terms(way, options, features) for way in ways]
                terms = {name: term for part, _ in made for name, term in part.items()}
                terms["loss"] = sum(terms.values())
            distribution.descend(tape, terms["loss"], generators, generating)
        fakes = [pool(fake) for pool, (_, fake) in zip(pools, made, strict=True)]
        share = losses.shares(batch[0].shape[0], discriminators.iterations)
        with tf.GradientTape() as tape:
            for way, fake in zip(ways, fakes, strict=True):
                judged = losses.discriminator(
                    way.discriminator, way.other, fake, options.gan, share
                )
                terms |= lettered(judged, way)
            loss = terms["discriminator_a"] + terms["discriminator_b"]
        distribution.descend(tape, loss, discriminators, judging)
        return terms

    return distribution.distributed_step(strategy, on_replica)


def variables(networks: Networks) -> tuple[list[Any], list[Any]]:
    """What the generators' optimizer moves, and what the discriminators' does."""
    forward, backward, *judges = networks
    return (
        forward.trainable_variables + backward.trainable_variables,
        [variable for judge in judges for variable in judge.trainable_variables],
    )


def _check(way: Direction, options: Options, features: Any) -> None:
    if options.masked and way.mask is None:
        raise ValueError(
            "a mask loss or an overlay needs a person mask for each picture: expected "
            "batches (a, b, mask_a, mask_b), got (a, b)"
        )
    if options.perceptual and features is None:
        raise ValueError(
            "the perceptual term needs VGG features and none were given; name their "
            "weights, or turn the term off"
        )
