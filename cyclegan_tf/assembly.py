"""What a training consists of, as its flags ask for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import tensorflow as tf

from cyclegan_tf import cyclegan, networks, perceptual, pix2pix, pool, presets
from darkroom.train import distribution, optimizers

Networks = cyclegan.Networks | pix2pix.Networks


class Assembly(NamedTuple):
    """The parts of a training.

    Attributes:
      networks: by the names of their files.
      optimizers: "generators" and "discriminators".
      pools: of fakes.
      step: the compiled `(*batch) -> terms`.
    """

    networks: Networks
    optimizers: dict[str, Any]
    pools: list[pool.Pool]
    step: Callable[..., distribution.Terms]


def assemble(config: Any, strategy: tf.distribute.Strategy) -> Assembly:
    """The parts, under the strategy's scope.

    Args:
      config: of cyclegan_tf.train, filled in.
      strategy: replicas share a batch.

    Raises:
      ValueError, OSError: the flags ask for what cannot be built.
    """
    return (_cyclegan if config.model == "cyclegan" else _pix2pix)(config, strategy)


def _cyclegan(config: Any, strategy: tf.distribute.Strategy) -> Assembly:
    made = cyclegan.Networks(
        _generator(config, "generator_a", 0),
        _generator(config, "generator_b", 1),
        _discriminator(config, "discriminator_a", 2),
        _discriminator(config, "discriminator_b", 3),
    )
    options = cyclegan.Options(
        gan=config.loss,
        cycle=config.lambda_cycle,
        identity=config.lambda_identity,
        mask=config.lambda_mask or 0.0,
        perceptual=config.perceptual not in (None, "none"),
        overlay=bool(config.overlay),
        generator_steps=config.generator_steps,
    )
    features = None
    if options.perceptual:
        policy = optimizers.POLICY[config.precision]
        features = perceptual.features(perceptual.load(config.perceptual), policy)
    plans = _optimizers(config, *cyclegan.variables(made), options.generator_steps)
    shape = (config.crop_size, config.crop_size, 3)
    pools = [
        pool.Pool(config.pool_size, shape, 2 * config.seed + number, f"pool_{letter}")
        for number, letter in enumerate("ab")
    ]
    step = cyclegan.step(
        made,
        plans["generators"],
        plans["discriminators"],
        options,
        strategy,
        (pools[0], pools[1]),
        features,
    )
    return Assembly(made, plans, pools, step)


def _pix2pix(config: Any, strategy: tf.distribute.Strategy) -> Assembly:
    made = pix2pix.Networks(
        _generator(config, "generator", 0),
        _discriminator(config, "discriminator", 1, inputs=6),
    )
    options = pix2pix.Options(gan=config.loss, l1=config.lambda_l1)
    generating, judging = (network.trainable_variables for network in made)
    plans = _optimizers(config, generating, judging)
    step = pix2pix.step(
        made, plans["generators"], plans["discriminators"], options, strategy
    )
    return Assembly(made, plans, [], step)


def _generator(config: Any, name: str, number: int) -> Any:
    card = presets.generator(config.generator)
    return _network(config, card, name, number, dropout=config.dropout)


def _discriminator(config: Any, name: str, number: int, inputs: int = 3) -> Any:
    card = presets.discriminator(config.discriminator)
    return _network(config, card, name, number, inputs=inputs)


def _network(
    config: Any, card: presets.Flags, name: str, number: int, **options: Any
) -> Any:
    return networks.build(
        card,
        name=name,
        norm=config.norm,
        width=config.width,
        seed=4 * config.seed + number,
        precision=optimizers.POLICY[config.precision],
        **options,
    )


def _optimizers(
    config: Any, generating: list[Any], judging: list[Any], updates: int = 1
) -> dict[str, Any]:
    made = {
        "generators": presets.optimizer(config, "generators", updates),
        "discriminators": presets.optimizer(config, "discriminators"),
    }
    for optimizer, variables in zip(made.values(), (generating, judging), strict=True):
        optimizer.build(variables)
    return made
