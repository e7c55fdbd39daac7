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
import json
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
        kind(1, width=1 / 16, seed=seed) for seed, kind in enumerate(CYCLEGAN)
    ))
    optimizers = [
        keras.optimizers.LossScaleOptimizer(optimizer(), 8.0) for _ in "gd"
    ]
    for each, variables in zip(optimizers, cyclegan.variables(made)):
        each.build(variables)
    pools = [pool.Pool(3, (16, 16, 3), seed) for seed in range(2)]
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

def run(devices, build, optimizer, pictures):
    strategy = tf.distribute.MirroredStrategy([f"CPU:{k}" for k in range(devices)])
    with strategy.scope():
        step, parts = build(strategy, optimizer)
    losses = []
    for both in pictures:
        batch = [
            strategy.experimental_distribute_values_from_function(
                lambda context: tf.constant(np.split(domain, devices)[
                    context.replica_id_in_sync_group
                ])
            )
            for domain in both
        ]
        losses.append({name: float(term) for name, term in step(*batch).items()})
    return losses, [v.numpy().tolist() for part in parts for v in part.variables]

found = {}
for name, build, size, optimizer in (
    ("cyclegan", cycle, 16, lambda: keras.optimizers.SGD(1e-3)),
    ("pix2pix", pairs, 32, lambda: keras.optimizers.Adam(1e-3, **ADAM)),
):
    noise = chance.uniform(-1, 1, (20, 2, 2, size, size, 3)).astype(np.float32)
    found[name] = [run(devices, build, optimizer, noise) for devices in (1, 2)]
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def found():
    run = subprocess.run(
        [sys.executable, "-c", STEPS],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert run.returncode == 0, run.stderr[-1500:]
    return json.loads(run.stdout.splitlines()[-1])


@pytest.mark.parametrize(("name", "atol"), [("cyclegan", 1e-5), ("pix2pix", 1e-3)])
def test_two_devices_equal_one_after_twenty_steps(found, name, atol):
    """Catches a pool, a dropout, a batch norm for each, and gradients added up.

    CycleGAN by SGD in float16's scale, Pix2Pix by Adam.
    """
    (one, numbers), (two, numbers_of_two) = found[name]
    for expected, losses in zip(one, two, strict=True):
        assert losses == pytest.approx(expected, rel=1e-4, abs=atol)
    for expected, array in zip(numbers, numbers_of_two, strict=True):
        np.testing.assert_allclose(array, expected, rtol=0, atol=atol)
    if name == "cyclegan":
        assert numbers[-1] == 40  # the second pool's count
