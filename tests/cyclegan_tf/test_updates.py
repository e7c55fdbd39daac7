"""Two devices compute what one does, the pool of fakes included."""

import json
import os
import pathlib
import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf

from cyclegan_tf import updates
from darkroom import distribution

ROOT = pathlib.Path(__file__).parents[2]

STEPS = """
import json, pathlib, sys
import keras
import numpy as np
import tensorflow as tf
devices = int(sys.argv[1])
cpu = tf.config.list_physical_devices("CPU")[0]
two = [tf.config.LogicalDeviceConfiguration()] * 2
tf.config.set_logical_device_configuration(cpu, two)
from cyclegan_tf import cyclegan, networks, pool
from darkroom import checkpoints, data

def noise(index):
    chance = np.random.default_rng(index)
    return [chance.uniform(-1, 1, (16, 16, 3)) for _ in "ab"]

strategy = tf.distribute.MirroredStrategy([f"CPU:{k}" for k in range(devices)])
with strategy.scope():
    options = {"width": 1 / 16}
    made = cyclegan.Networks(*(
        build(1, seed=seed, name=name, **options)
        for seed, (build, name) in enumerate((
            (networks.resnet_generator, "generator_a"),
            (networks.resnet_generator, "generator_b"),
            (networks.patch_discriminator, "discriminator_a"),
            (networks.patch_discriminator, "discriminator_b"),
        ))
    ))
    optimizers = [
        keras.optimizers.LossScaleOptimizer(
            keras.optimizers.SGD(1e-2, name=name), 8.0, name=f"{name}_scale"
        )
        for name in ("generators", "discriminators")
    ]
    for optimizer, variables in zip(optimizers, cyclegan.variables(made)):
        optimizer.build(variables)
    pools = tuple(
        pool.Pool(3, (16, 16, 3), seed, f"pool_{seed}") for seed in range(2)
    )
step = cyclegan.step(made, *optimizers, cyclegan.Options(), strategy, pools)
batches = strategy.distribute_datasets_from_function(
    lambda context: data.stream(noise, [(16, 16, 3)] * 2, 2, stop=16, context=context)
)
terms = [
    {name: float(term) for name, term in step(*batch).items()}
    for batch in data.iterate(batches)
]
state = [v for part in (*made, *optimizers, *pools) for v in part.variables]
path = pathlib.Path(sys.argv[2]) / "state.npz"
checkpoints.save_state(path, 8, state)
with np.load(path) as file:
    sums = {name: float(np.abs(file[name]).sum()) for name in file.files}
print(json.dumps([terms, sums]))
"""


def test_two_devices_equal_one(tmp_path):
    """Catches a pool for each device, and gradients added up instead of averaged."""
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", STEPS, str(devices), str(tmp_path)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        for devices in (1, 2)
    ]
    found = []
    for run in runs:
        out, error = run.communicate()
        assert run.returncode == 0, error[-1500:]
        found.append(json.loads(out.splitlines()[-1]))
    (one, sums), (two, two_sums) = found
    assert len(one) == 8
    for single, double in zip(one, two, strict=True):
        assert double == pytest.approx(single, rel=2e-3)
    assert two_sums == pytest.approx(sums, rel=1e-3, abs=1e-3)
    assert sums["pool_0_count"] == 16 and sums["pool_0_pictures"] > 0


def test_a_loss_is_scaled_up_and_its_gradient_down_again():
    """Float16's loss scale: the same step, and terms as they are."""
    weights = [keras.Variable(2.0) for _ in range(2)]
    optimizers = [keras.optimizers.SGD(0.1) for _ in range(2)]
    optimizers[1] = keras.optimizers.LossScaleOptimizer(optimizers[1], 1024.0)
    for weight, optimizer in zip(weights, optimizers, strict=True):
        optimizer.build([weight])

        def on_replica(x, weight=weight, optimizer=optimizer):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(x * weight) ** 2
            updates.descend(tape, loss, optimizer, [weight])
            return {"loss": loss}

        step = updates.distributed(on_replica, distribution.strategy("one"))
        assert float(step(tf.ones(3))["loss"]) == 4
    np.testing.assert_allclose([float(w) for w in weights], 2 - 0.1 * 4)
