"""What a training consists of, as its flags ask for it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import keras
import tensorflow as tf

from cyclegan_tf import adam, cyclegan, networks, perceptual, pix2pix, pool, presets
from cyclegan_tf.config import Config
from darkroom.train import distribution, optimizers


@dataclasses.dataclass(frozen=True)
class Assembly:
    """The parts of a training.

    Attributes:
      networks: by the names of their files; the generator from A to B is the first.
      generator_optimizer: of all generators.
      discriminator_optimizer: of all discriminators.
      pools: of fakes, one for each direction of a CycleGAN.
      step: the compiled `(*batch) -> terms`.
    """

    networks: dict[str, keras.Model]
    generator_optimizer: keras.optimizers.Optimizer
    discriminator_optimizer: keras.optimizers.Optimizer
    pools: tuple[pool.Pool, ...]
    step: Callable[..., distribution.Terms]

    def state(self) -> dict[str, keras.Variable]:
        """Returns every variable that a resumed run needs, by a name of its own.

        Layers have the same names in every network, and so have the optimizers'
        variables: those are numbered.
        """
        variables: dict[str, keras.Variable] = {}
        for name, network in self.networks.items():
            variables |= {f"{name}/{v.path}": v for v in network.weights}
            variables |= {
                f"{name}/{layer.name}/chance": layer.seed_generator.state
                for layer in network.layers
                if isinstance(layer, keras.layers.Dropout)
            }
        for name, optimizer in (
            ("generators", self.generator_optimizer),
            ("discriminators", self.discriminator_optimizer),
        ):
            variables |= {
                f"{name}/{number}/{variable.name}": variable
                for number, variable in enumerate(optimizer.variables)
            }
        return variables | {v.path: v for pool in self.pools for v in pool.variables}


def assemble(config: Config, strategy: tf.distribute.Strategy) -> Assembly:
    """Builds the parts, under the strategy's scope.

    Args:
      config: the flags, resolved.
      strategy: replicas share a batch.

    Raises:
      ValueError, OSError: the flags ask for what cannot be built.
    """
    return (_cyclegan if config.model == "cyclegan" else _pix2pix)(config, strategy)


def _cyclegan(config: Config, strategy: tf.distribute.Strategy) -> Assembly:
    models = cyclegan.Networks(
        _generator(config, "generator_a", 0),
        _generator(config, "generator_b", 1),
        _discriminator(config, "discriminator_a", 2),
        _discriminator(config, "discriminator_b", 3),
    )
    options = cyclegan.Options(
        gan=config.loss,
        cycle=config.lambda_cycle or 0.0,
        identity=config.lambda_identity or 0.0,
        mask=config.lambda_mask or 0.0,
        perceptual=config.perceptual not in (None, "none"),
        overlay=bool(config.overlay),
        generator_steps=config.generator_steps or 1,
    )
    features = None
    if options.perceptual and config.perceptual is not None:
        policy = optimizers.POLICY[config.precision]
        features = perceptual.features(perceptual.load(config.perceptual), policy)
    generator_variables, discriminator_variables = cyclegan.variables(models)
    generator_optimizer = _optimizer(
        config, "generators", generator_variables, options.generator_steps
    )
    discriminator_optimizer = _optimizer(
        config, "discriminators", discriminator_variables
    )
    size, shape = config.pool_size or 0, (config.crop_size, config.crop_size, 3)
    pools = (
        pool.Pool(size, shape, 2 * config.seed, "pool_a"),
        pool.Pool(size, shape, 2 * config.seed + 1, "pool_b"),
    )
    step = cyclegan.step(
        models,
        generator_optimizer,
        discriminator_optimizer,
        options,
        strategy,
        pools,
        features,
    )
    return Assembly(
        models._asdict(), generator_optimizer, discriminator_optimizer, pools, step
    )


def _pix2pix(config: Config, strategy: tf.distribute.Strategy) -> Assembly:
    models = pix2pix.Networks(
        _generator(config, "generator", 0),
        _discriminator(config, "discriminator", 1, inputs=6),
    )
    options = pix2pix.Options(gan=config.loss, l1=config.lambda_l1 or 0.0)
    generator_optimizer = _optimizer(
        config, "generators", models.generator.trainable_variables
    )
    discriminator_optimizer = _optimizer(
        config, "discriminators", models.discriminator.trainable_variables
    )
    step = pix2pix.step(
        models, generator_optimizer, discriminator_optimizer, options, strategy
    )
    return Assembly(
        models._asdict(), generator_optimizer, discriminator_optimizer, (), step
    )


def _generator(config: Config, name: str, number: int) -> keras.Model:
    card = presets.generator(config.generator) | {"dropout": config.dropout}
    return _network(config, card, name, number)


def _discriminator(
    config: Config, name: str, number: int, inputs: int = 3
) -> keras.Model:
    card = presets.discriminator(config.discriminator) | {"inputs": inputs}
    return _network(config, card, name, number)


def _network(
    config: Config, card: presets.Flags, name: str, number: int
) -> keras.Model:
    return networks.build(
        card,
        name=name,
        norm=config.norm,
        width=config.width,
        seed=4 * config.seed + number,
        precision=optimizers.POLICY[config.precision],
    )


def _optimizer(
    config: Config, name: str, variables: list[keras.Variable], updates: int = 1
) -> keras.optimizers.Optimizer:
    optimizer = adam.optimizer(config, name, updates)
    optimizer.build(variables)
    return optimizer
