"""Two devices compute what one does, the pool of fakes included."""

import json
import os
import pathlib
import subprocess
import sys

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
from cyclegan_tf import cyclegan, networks, pool

KINDS = [networks.resnet_generator] * 2 + [networks.patch_discriminator] * 2
chance = np.random.default_rng(0)
noise = chance.uniform(-1, 1, (6, 2, 2, 16, 16, 3)).astype(np.float32)

def run(devices):
    strategy = tf.distribute.MirroredStrategy([f"CPU:{k}" for k in range(devices)])
    with strategy.scope():
        made = cyclegan.Networks(*(
            kind(1, width=1 / 16, seed=seed) for seed, kind in enumerate(KINDS)
        ))
        optimizers = [
            keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(1e-3), 8.0)
            for _ in "gd"
        ]
        for optimizer, variables in zip(optimizers, cyclegan.variables(made)):
            optimizer.build(variables)
        pools = [pool.Pool(3, (16, 16, 3), seed) for seed in range(2)]
    step = cyclegan.step(made, *optimizers, cyclegan.Options(), strategy, pools)
    for pictures in noise:
        batch = [
            strategy.experimental_distribute_values_from_function(
                lambda context: tf.constant(np.split(domain, devices)[
                    context.replica_id_in_sync_group
                ])
            )
            for domain in pictures
        ]
        terms = {name: float(term) for name, term in step(*batch).items()}
    variables = [v for part in (*made, *optimizers, *pools) for v in part.variables]
    return terms, [float(np.abs(v.numpy()).sum()) for v in variables]

print(json.dumps([run(1), run(2)]))
"""


def test_two_devices_equal_one():
    """Catches a pool for each device, and gradients added up instead of averaged."""
    run = subprocess.run(
        [sys.executable, "-c", STEPS],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert run.returncode == 0, run.stderr[-1500:]
    (one, sums), (two, two_sums) = json.loads(run.stdout.splitlines()[-1])
    assert two == pytest.approx(one, rel=1e-4)
    assert two_sums == pytest.approx(sums, rel=1e-4, abs=1e-3)
    assert sums[-1] == 12 and sums[-2] > 0  # the second pool's count, and pictures
