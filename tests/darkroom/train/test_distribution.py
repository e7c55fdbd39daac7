"""One step on one device, in parts, on two devices."""

import contextlib
import json
import os
import pathlib
import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf

from darkroom.train import distribution

ROOT = pathlib.Path(__file__).parents[3]
RATE = 0.02


def model(dtype: str = "float32") -> keras.Model:
    photo = keras.Input((6, 10, 3))
    options = {"padding": "same", "dtype": dtype}
    x = keras.layers.Conv2D(4, 3, activation="tanh", name="first", **options)(photo)
    x = keras.layers.Conv2D(2, 3, name="last", **options)(x)
    made = keras.Model(photo, keras.ops.cast(x, "float32"))
    chance = np.random.default_rng(0)
    weights = [chance.standard_normal(w.shape) / 3 for w in made.weights]
    made.set_weights([w.astype(np.float32) for w in weights])
    return made


def loss(truth, prediction):
    error = tf.reduce_mean((truth - prediction) ** 2)
    return {"loss": 3 * error, "mse": error}


def batches(steps: int, size: int):
    chance = np.random.default_rng(1)
    for _ in range(steps):
        inputs = chance.random((size, 6, 10, 3), np.float32)
        truth = chance.random((size, 6, 10, 2), np.float32)
        yield tf.constant(inputs), tf.constant(truth)


def sgd(**options) -> keras.optimizers.Optimizer:
    """Adam would hide a gradient of another scale."""
    return keras.optimizers.SGD(RATE, **options)


def train(made, optimizer, steps: int = 3, size: int = 6, parts: int = 1):
    """The terms of the last step; `made` is trained."""
    optimizer.build(made.trainable_variables)
    one = distribution.strategy("one")
    step = distribution.supervised_step(made, optimizer, loss, one, parts)
    for inputs, truth in batches(steps, size):
        terms = step(inputs, truth)
    return {name: float(term) for name, term in terms.items()}


@pytest.fixture(scope="module")
def whole():
    made = model()
    return made, train(made, sgd())


def test_a_step_is_one_of_gradient_descent(whole):
    """Against a step written out in NumPy's finite differences."""
    made, before = model(), model()
    (inputs, truth), *_ = batches(1, 6)
    train(made, sgd(), steps=1)
    kernel = before.weights[2]
    moved = (np.array(made.weights[2]) - np.array(kernel))[1, 2, 3, 1]
    losses = []
    for shift in (1e-2, -1e-2):
        change = np.zeros(kernel.shape, np.float32)
        change[1, 2, 3, 1] = shift
        old = np.array(kernel)
        kernel.assign(old + change)
        losses.append(float(loss(truth, before(inputs))["loss"]))
        kernel.assign(old)
    slope = (losses[0] - losses[1]) / 2e-2
    assert moved == pytest.approx(-RATE * slope, rel=1e-3)


@pytest.mark.parametrize("parts", [2, 3, 6])
def test_a_batch_in_parts_is_the_whole_batch(whole, parts):
    """Catches gradients added up where they are averaged, and rows left out."""
    made = model()
    terms = train(made, sgd(), parts=parts)
    assert terms == pytest.approx(whole[1], rel=1e-5)
    for found, expected in zip(made.get_weights(), whole[0].get_weights(), strict=True):
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)


TWO_DEVICES = """
import json, pathlib, sys
import numpy as np
import keras
import tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
two = [tf.config.LogicalDeviceConfiguration()] * 2
tf.config.set_logical_device_configuration(cpu, two)
sys.path.insert(0, sys.argv[1])
import test_distribution as t
from darkroom.train import checkpoints, data, distribution

pairs = [tuple(map(np.array, pair)) for pair in t.batches(3, 8)]
inputs, truth = (np.concatenate(column) for column in zip(*pairs))

class Samples:
    shapes = (6, 10, 3), (6, 10, 2)

    def __call__(self, index):
        return inputs[index], truth[index]

def stream(context):
    return data.stream(Samples(), 8, stop=24, context=context)

def trained(parts, clip, float16=False):
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    with strategy.scope():
        made = t.model()
        optimizer = t.sgd(global_clipnorm=clip)
        if float16:
            optimizer = keras.optimizers.LossScaleOptimizer(
                optimizer, 8.0, name="loss_scale"
            )
        optimizer.build(made.trainable_variables)
    step = distribution.supervised_step(made, optimizer, t.loss, strategy, parts)
    batches = data.iterate(strategy.distribute_datasets_from_function(stream))
    for batch in batches:
        terms = step(*batch)
    state = pathlib.Path(sys.argv[2]) / "state.npz"
    variables = checkpoints.by_path([*made.weights, *optimizer.variables])
    checkpoints.save_state(state, 3, variables)
    with np.load(state) as file:
        saved = {name: file[name].tolist() for name in file.files}
    return saved, {name: float(term) for name, term in terms.items()}

found = {"plain": trained(1, None), "parts": trained(2, None)}
found["clipped"] = trained(1, 0.05 / 2)
found["scaled"] = trained(1, None, float16=True)
truth[-1] = np.inf  # in the last batch, on the second device
found["overflow"] = trained(1, None, float16=True)
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def two_devices(tmp_path_factory):
    """What MirroredStrategy makes of the same batches, in a process of its own."""
    folder = str(pathlib.Path(__file__).parent)
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            TWO_DEVICES,
            folder,
            str(tmp_path_factory.mktemp("two")),
        ],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert run.returncode == 0, run.stderr[-1500:]
    return json.loads(run.stdout.splitlines()[-1])


@pytest.mark.parametrize("kind", ["plain", "parts", "clipped", "scaled"])
def test_two_devices_equal_one(two_devices, kind):
    """Catches gradients added up or clipped one by one, and rows in another order."""
    made = model()
    clip = 0.05 if kind == "clipped" else None
    terms = train(made, sgd(global_clipnorm=clip), size=8)
    state, found = two_devices[kind]
    assert found == pytest.approx(terms, rel=1e-5)
    for variable in made.weights:
        found = state[variable.path]
        np.testing.assert_allclose(found, variable, rtol=0, atol=1e-6)


def test_an_overflow_on_one_device_is_seen_by_both(two_devices):
    """Catches NaN weights: Keras looks at the first device's gradients only."""
    made = model()
    train(made, sgd(), steps=2, size=8)
    state, _ = two_devices["overflow"]
    for variable in made.weights:
        found = state[variable.path]
        np.testing.assert_allclose(found, variable, rtol=0, atol=1e-6)
    assert state["loss_scale/dynamic_scale"] == 4


def test_float16_needs_its_loss_scale():
    """Gradients of 1e-8 are zero in float16; scaled, they are those of float32."""

    def moved(dtype: str, scaled: bool) -> float:
        made = model(dtype)
        before = made.get_weights()
        optimizer = keras.optimizers.SGD(1e6)
        if scaled:
            optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
        optimizer.build(made.trainable_variables)

        def faint(truth, prediction):
            return {"loss": 1e-7 * loss(truth, prediction)["loss"]}

        one = distribution.strategy("one")
        step = distribution.supervised_step(made, optimizer, faint, one)
        step(*next(batches(1, 6)))
        return float(np.linalg.norm(made.get_weights()[0] - before[0]))

    expected = moved("float32", False)
    assert moved("mixed_float16", True) == pytest.approx(expected, rel=0.02)
    assert moved("mixed_float16", False) < 0.5 * expected


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
            distribution.descend(tape, loss, optimizer, [weight])
            return {"loss": loss}

        step = distribution.distributed_step(distribution.strategy("one"), on_replica)
        assert float(step(tf.ones(3))["loss"]) == 4
    np.testing.assert_allclose([float(w) for w in weights], 2 - 0.1 * 4)


@pytest.mark.parametrize("left", [1, 2])
def test_a_worker_that_has_left_is_missed_before_all_have_come_only(left):
    heard = []

    def gather(own):
        heard.append(own)
        if len(heard) == left:
            raise tf.errors.UnavailableError(None, None, "Connection reset by peer")
        return np.array([own])

    with pytest.raises(tf.errors.OpError) if left == 1 else contextlib.nullcontext():
        distribution.leave(gather)
    assert heard == [[0.0]] * left  # without a number nobody would wait


def test_the_strategies():
    one = distribution.strategy("one")
    assert one.num_replicas_in_sync == 1 and distribution.is_chief(one)
    mirrored = distribution.strategy("mirrored")
    assert isinstance(mirrored, tf.distribute.MirroredStrategy)
    assert distribution.is_chief(mirrored)
