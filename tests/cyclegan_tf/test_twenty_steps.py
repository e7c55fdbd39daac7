"""Two devices compute what one does: the pool of fakes, dropout and batch norm, too."""

import json
import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest

ROOT = pathlib.Path(__file__).parents[2]

STEPS = """
import json, sys
import keras
import numpy as np
import tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
two = [tf.config.LogicalDeviceConfiguration()] * 2
tf.config.set_logical_device_configuration(cpu, two)
tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})  # slow
from cyclegan_tf import cyclegan, networks, pix2pix, pool

CYCLEGAN = [networks.resnet_generator] * 2 + [networks.patch_discriminator] * 2
ADAM = {"beta_1": 0.5, "epsilon": 1e-3}  # smaller ones make noise of rounding errors
chance = np.random.default_rng(0)

def cycle(strategy, optimizer):
    made = cyclegan.Networks(*(
        kind(1, width=1 / 16, seed=seed, precision=KIND)
        for seed, kind in enumerate(CYCLEGAN)
    ))
    optimizers = [optimizer() for _ in "gd"]
    for each, variables in zip(optimizers, cyclegan.variables(made)):
        each.build(variables)
    pools = [pool.Pool(3, (16, 16, 3), seed, dtype=KIND) for seed in range(2)]
    step = cyclegan.step(made, *optimizers, cyclegan.Options(), strategy, pools)
    return step, (*made, *optimizers, *pools)

def pairs(strategy, optimizer):
    made = pix2pix.Networks(
        networks.unet_generator(5, width=1 / 16, norm="batch", dropout=True),
        networks.patch_discriminator(1, width=1 / 16, norm="batch", inputs=6, seed=1),
    )
    optimizers = [optimizer() for _ in "gd"]
    for each, network in zip(optimizers, made):
        each.build(network.trainable_variables)
    options = pix2pix.Options(l1=10.0)
    return pix2pix.step(made, *optimizers, options, strategy), (*made, *optimizers)

one = tf.distribute.get_strategy()
two = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])

def run(devices, build, optimizer, pictures):
    strategy = two if devices == 2 else one
    with strategy.scope():
        step, parts = build(strategy, optimizer)
    losses = []
    for both in pictures:
        batch = [
            strategy.experimental_distribute_values_from_function(
                lambda context: tf.constant(np.split(domain, 2)[
                    context.replica_id_in_sync_group
                ])
            ) if devices == 2 else tf.constant(domain)
            for domain in both
        ]
        losses.append({name: float(term) for name, term in step(*batch).items()})
    return losses, [v.numpy().tolist() for part in parts for v in part.variables]

if sys.argv[1] == "cyclegan":
    # What rounding errors become in a young GAN hides nothing in 64 bits.
    KIND, build, size = "float64", cycle, 16
    optimizer = lambda: keras.optimizers.SGD(1e-3)
else:
    KIND, build, size = "float32", pairs, 32
    optimizer = lambda: keras.optimizers.Adam(1e-3, **ADAM)
noise = chance.uniform(-1, 1, (20, 2, 2, size, size, 3)).astype(KIND)
print(json.dumps([run(devices, build, optimizer, noise) for devices in (1, 2)]))
"""


@pytest.mark.torture
@pytest.mark.parametrize(("name", "atol"), [("cyclegan", 1e-5), ("pix2pix", 1e-3)])
def test_two_devices_equal_one_after_twenty_steps(name, atol):
    """Catches a pool, a dropout, a batch norm for each, and gradients added up.

    CycleGAN by SGD; Pix2Pix, with dropout and batch norm, by Adam.
    """
    run = subprocess.run(
        [sys.executable, "-c", STEPS, name],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert run.returncode == 0, run.stderr[-1500:]
    one, two = json.loads(run.stdout.splitlines()[-1])
    for expected, losses in zip(one[0], two[0], strict=True):
        assert losses == pytest.approx(expected, rel=1e-4, abs=atol)
    for expected, array in zip(one[1], two[1], strict=True):
        np.testing.assert_allclose(array, expected, rtol=0, atol=atol)
    if name == "cyclegan":
        assert one[1][-1] == 40  # pictures that the second pool was given
