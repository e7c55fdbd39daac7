"""Steps of a GAN on one device and on two, as a program.

`python tests/cyclegan_tf/steps_on_devices.py CASE...` prints a line of JSON for each
case, `[moved, one, two]`: how far the weights went, and what became of either run, the
terms of every step and, at the end, the networks' variables and those of optimizers and
pools. `nudged` in place of the second run is
one device again, with a first weight that is an ulp larger.
"""

from __future__ import annotations

import dataclasses
import json
import sys

import keras
import numpy as np
import tensorflow as tf

from cyclegan_tf import blocks, cyclegan, networks, pix2pix, pool

STEPS = 20


@dataclasses.dataclass(frozen=True)
class Case:
    """A training; `small` networks are two convolutions, norm and dropout between."""

    network: str
    small: bool
    optimizer: str = "sgd"
    rate: float = 1e-3
    precision: str = "float32"
    side: int = 16
    nudged: bool = False


CASES = {
    "small cyclegan": Case("cyclegan", True, "scaled", 1e-2, side=8),
    "small pix2pix": Case("pix2pix", True, "sgd", 1e-2, side=8),
    "cyclegan": Case("cyclegan", False, precision="float64"),
    "pix2pix": Case("pix2pix", False, "adam", precision="float64", side=32),
    "cyclegan, sgd": Case("cyclegan", False, rate=1e-4, side=32),
    "pix2pix, sgd": Case("pix2pix", False, side=32),
    "pix2pix, adam": Case("pix2pix", False, "adam", 2e-4, side=32),
    "cyclegan, adam": Case("cyclegan", False, "adam", 1e-4, side=32),
    "cyclegan, float32": Case("cyclegan", False),
    "cyclegan, nudged": Case("cyclegan", False, nudged=True),
}


def optimizer(case: Case) -> keras.optimizers.Optimizer:
    """SGD, SGD under float16's loss scale, or Adam.

    A smaller epsilon would make noise of what rounding leaves of gradients near zero.
    """
    if case.optimizer == "adam":
        return keras.optimizers.Adam(case.rate, beta_1=0.5, epsilon=1e-3)
    made = keras.optimizers.SGD(case.rate)
    scaled = case.optimizer == "scaled"
    return keras.optimizers.LossScaleOptimizer(made, 8.0) if scaled else made


def small(case: Case, outputs: int, seed: int, inputs: int = 3) -> keras.Model:
    """A generator with 3 outputs, a discriminator with 1."""
    norm = "instance" if case.network == "cyclegan" else "batch"
    net = blocks.Blocks(norm, 1 / 16, inputs, seed, case.precision)
    picture = keras.Input((case.side, case.side, inputs))
    x = net.conv(picture, "first", 3, 4, padding="same")
    x = net.leaky(x, "first")
    if norm == "batch" and outputs == 3:
        x = net.dropout(x, "first")
    x = net.conv(x, "last", 3, outputs, padding="same", norm=False)
    return keras.Model(picture, keras.ops.tanh(x) if outputs == 3 else x)


def cycle(case, strategy, optimizers):
    """CycleGAN's step, and all parts with variables; pools of three fakes."""
    options = {"width": 1 / 16, "precision": case.precision}
    kinds = [networks.resnet_generator] * 2 + [networks.patch_discriminator] * 2
    made = cyclegan.Networks(
        *(
            small(case, 3 if seed < 2 else 1, seed)
            if case.small
            else kind(1, seed=seed, **options)
            for seed, kind in enumerate(kinds)
        )
    )
    for each, variables in zip(optimizers, cyclegan.variables(made), strict=True):
        each.build(variables)
    size = case.side, case.side, 3
    pools = [pool.Pool(3, size, seed, dtype=case.precision) for seed in range(2)]
    step = cyclegan.step(made, *optimizers, cyclegan.Options(), strategy, pools)
    return step, made, (*optimizers, *pools)


def pairs(case, strategy, optimizers):
    """Pix2Pix's, with batch norm and dropout."""
    if case.small:
        made = pix2pix.Networks(small(case, 3, 0), small(case, 1, 1, inputs=6))
    else:
        options = {"width": 1 / 16, "norm": "batch", "precision": case.precision}
        made = pix2pix.Networks(
            networks.unet_generator(5, dropout=True, **options),
            networks.patch_discriminator(1, inputs=6, seed=1, **options),
        )
    for each, network in zip(optimizers, made, strict=True):
        each.build(network.trainable_variables)
    step = pix2pix.step(made, *optimizers, pix2pix.Options(l1=10.0), strategy)
    return step, made, tuple(optimizers)


def shared(pictures: np.ndarray, strategy):
    """The pictures, an equal share for each device."""
    shares = np.split(pictures, strategy.num_replicas_in_sync)
    return strategy.experimental_distribute_values_from_function(
        lambda context: tf.constant(shares[context.replica_id_in_sync_group])
    )


def run(case, strategy, nudged=False):
    """How far weights went; the terms of every step, and all variables at the end."""
    build = {"cyclegan": cycle, "pix2pix": pairs}[case.network]
    with strategy.scope():
        optimizers = [optimizer(case) for _ in range(2)]
        step, made, rest = build(case, strategy, optimizers)
    weights = [weight for network in made for weight in network.trainable_variables]
    if nudged:
        first = weights[0].numpy()
        first.flat[0] = np.nextafter(first.flat[0], np.inf, dtype=first.dtype)
        weights[0].assign(first)
    before = [weight.numpy() for weight in weights]
    chance = np.random.default_rng(0)
    shape = STEPS, 2, 2, case.side, case.side, 3
    terms = []
    for both in chance.uniform(-1, 1, shape).astype(case.precision):
        batch = [shared(domain, strategy) for domain in both]
        terms.append({name: float(term) for name, term in step(*batch).items()})
    moved = max(
        float(np.abs(weight.numpy() - old).max())
        for weight, old in zip(weights, before, strict=True)
    )
    ends = [
        [variable.numpy().tolist() for part in parts for variable in part.variables]
        for parts in (made, rest)
    ]
    return moved, [terms, *ends]


def main(*names: str) -> None:
    """Runs the cases."""
    cpu = tf.config.list_physical_devices("CPU")[0]
    two = [tf.config.LogicalDeviceConfiguration()] * 2
    tf.config.set_logical_device_configuration(cpu, two)
    # It takes longer than these few steps.
    tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})
    # Another one over the same devices would take the first one's messages for its own.
    one, both = map(tf.distribute.MirroredStrategy, (["CPU:0"], ["CPU:0", "CPU:1"]))
    for case in map(CASES.__getitem__, names):
        moved, first = run(case, one)
        _, other = run(case, one if case.nudged else both, case.nudged)
        print(json.dumps([moved, first, other]))


if __name__ == "__main__":
    main(*sys.argv[1:])
