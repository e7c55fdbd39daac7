"""A training as a whole, for networks of any kind: a toy with two, and a pool."""

import dataclasses
import pathlib

import keras
import numpy as np
import pytest
import tensorflow as tf

from darkroom import cli
from darkroom.train import checkpoints, distribution, optimizers, runs, session


@dataclasses.dataclass(frozen=True)
class Config(runs.Config):
    """A training's flags, filled in."""

    batch_size: int = cli.flag(2, "samples a step")
    steps: int = cli.flag(6, "steps")
    eval_every: int = cli.flag(4, "steps")


@dataclasses.dataclass(frozen=True)
class Samples:
    """Sample n is three random numbers and n."""

    shapes = ((3,), (1,))

    def __call__(self, index: int):
        chance = np.random.default_rng(index)
        return chance.random(3, np.float32), np.float32([index])


class Session(session.Session):
    """Two networks that chase each other; a pool remembers a sample by chance."""

    def __init__(self, config: Config, folder: pathlib.Path) -> None:
        super().__init__(config, folder, "toy.weights.h5", Samples())
        with self.strategy.scope():
            self.networks = [
                keras.Sequential(
                    [keras.Input((3,)), keras.layers.Dense(1, name="dense")], name=name
                )
                for name in ("one", "other")
            ]
            plans = [optimizers.adam(0.1, name=name) for name in ("adam", "adam_other")]
            for made, plan in zip(self.networks, plans, strict=True):
                plan.build(made.trainable_variables)
            self.optimizer, self.plans = plans[0], plans
            self.pool = keras.Variable(np.zeros(3, np.float32), name="pool")
            self.state = [v for each in (*self.networks, *plans) for v in _all(each)]
            self.state.append(self.pool)
            state = folder / "state.npz"
            self.first = (
                checkpoints.load_state(state, self.state) if state.exists() else 0
            )
        self.fed: list[int] = []
        self.evaluated: list[int] = []

    def step(self):
        def on_replica(rows, number):
            one, other = self.networks
            for mover, aim, plan in ((one, other, 0), (other, one, 1)):
                with tf.GradientTape() as tape:
                    goal = tf.stop_gradient(aim(rows)) + self.pool[0]
                    loss = tf.reduce_mean((mover(rows) - goal) ** 2)
                variables = mover.trainable_variables
                gradients = tape.gradient(loss, variables)
                distribution.apply(self.plans[plan], gradients, variables)
            self.pool.assign((self.pool + rows[0]) / 2)
            return {"loss": loss, "number": tf.reduce_max(number)}

        step = distribution.distributed_step(self.strategy, on_replica)

        def noted(*batch):
            terms = step(*batch)
            self.fed.append(int(terms["number"]))
            return terms

        return noted

    def save_weights(self, step: int) -> None:
        checkpoints.save_weights(self.networks[0], self.weights, step=step)

    def evaluate(self, step: int) -> None:
        self.evaluated.append(step)

    def file(self, number: int) -> pathlib.Path:
        return pathlib.Path(f"{number}.png")


def _all(holder):
    return getattr(holder, "weights", None) or holder.variables


def state(folder: pathlib.Path) -> dict[str, np.ndarray]:
    with np.load(folder / "state.npz") as file:
        return {name: file[name] for name in file.files}


def test_an_interrupted_run_equals_an_uninterrupted_one(tmp_path):
    """Both optimizers and the pool go on, and so does the order of the samples."""
    straight = Session(Config(), tmp_path / "straight")
    straight.run("toy")
    assert straight.fed == [1, 3, 5, 7, 9, 11]
    assert straight.evaluated == [4, 6]

    Session(Config(steps=4), tmp_path / "halved").run("toy")
    second = Session(Config(), tmp_path / "halved")
    assert second.first == 4
    second.run("toy")
    assert second.fed == [9, 11]
    expected, found = (state(tmp_path / name) for name in ("straight", "halved"))
    assert found.keys() == expected.keys() and "pool" in found
    for name in expected:
        np.testing.assert_array_equal(found[name], expected[name])


def test_its_flags_are_kept(tmp_path):
    Session(Config(seed=4), tmp_path).run("toy")
    assert "--seed=4\n" in (tmp_path / "flags.txt").read_text()
    Session(Config(seed=4, steps=7), tmp_path).run("toy")
    assert "--steps=6\n" in (tmp_path / "flags.txt").read_text()  # of its beginning


def test_weights_that_were_not_saved_with_the_state_are_made_up_for(tmp_path):
    """Catches a finished run without weights; it does not train."""
    Session(Config(), tmp_path).run("toy")
    (tmp_path / "toy.weights.h5").unlink()
    again = Session(Config(), tmp_path)
    again.run("toy")
    assert checkpoints.read_card(tmp_path / "toy.weights.h5")["step"] == 6
    assert again.fed == []


def test_a_nan_names_its_files(tmp_path, monkeypatch):
    nan = {"loss": float("nan")}
    monkeypatch.setattr(Session, "step", lambda self: lambda *_: nan)
    with pytest.raises(ValueError, match=r"nan at step 1, on 0\.png, 1\.png;"):
        Session(Config(), tmp_path).run("toy")
    assert not (tmp_path / "state.npz").exists()


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (1, "--batch_size 3 does not divide among 2 devices$"),
        (3, "among 2 devices with --accumulate 3 equal parts on each$"),
    ],
)
def test_a_batch_that_cannot_be_shared_is_refused(tmp_path, monkeypatch, parts, said):
    two = tf.distribute.MirroredStrategy
    monkeypatch.setattr(two, "num_replicas_in_sync", property(lambda _: 2))
    monkeypatch.setattr(distribution, "strategy", lambda _: two(["CPU:0"]))
    with pytest.raises(ValueError, match=said):
        session.Session(Config(batch_size=3), tmp_path, "w", Samples(), parts)
