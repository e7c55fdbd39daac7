"""A training as a whole, of a toy: two networks that chase each other, and a pool."""

import dataclasses
import json
import pathlib

import keras
import numpy as np
import tensorflow as tf

from darkroom import cli
from darkroom.train import checkpoints, distribution, optimizers, runs, session


@dataclasses.dataclass(frozen=True)
class Config(runs.Config):
    """A training's flags, resolved."""

    batch_size: int = cli.flag(2, "samples a step")
    steps: int = cli.flag(6, "steps")
    eval_every: int = cli.flag(4, "steps")
    checkpoint_dir: str = cli.flag("", "the run folder")


@dataclasses.dataclass(frozen=True)
class Samples:
    """Sample n is three random numbers and n."""

    shapes = ((3,), (1,))

    def __call__(self, index: int):
        rng = np.random.default_rng(index)
        return rng.random(3, np.float32), np.float32([index])


class Toy:
    """Two networks that chase each other; a pool remembers a random sample."""

    def __init__(self, config: Config, folder: pathlib.Path) -> None:
        strategy = session.prepare(config)
        with strategy.scope():
            self.networks = [
                keras.Sequential(
                    [keras.Input((3,)), keras.layers.Dense(1, name="dense")], name=name
                )
                for name in ("one", "other")
            ]
            self.optimizers = [
                optimizers.adam(0.1, name=name) for name in ("adam", "adam_other")
            ]
            variables = []
            for network, optimizer in zip(self.networks, self.optimizers, strict=True):
                optimizer.build(network.trainable_variables)
                variables += [*network.weights, *optimizer.variables]
            self.pool = keras.Variable(np.zeros(3, np.float32), name="pool")
        state = checkpoints.by_path([*variables, self.pool])
        file = folder / "state.npz"
        self.fed: list[int] = []
        self.evaluated: list[int] = []
        weights = tuple(folder / f"{n.name}.weights.h5" for n in self.networks)
        scores = folder / "scores.json"

        def save_weights(step: int) -> None:
            for network, path in zip(self.networks, weights, strict=True):
                checkpoints.save_weights(network, path, step=step)

        def evaluate(step: int, _) -> None:
            self.evaluated.append(step)
            scores.write_text(json.dumps({"step": step}))

        self.training = session.Training(
            config=config,
            folder=folder,
            weights=weights,
            scores=scores,
            samples=Samples(),
            source=lambda number: pathlib.Path(f"{number}.png"),
            strategy=strategy,
            state=state,
            first=checkpoints.load_state(file, state) if file.exists() else 0,
            optimizer=self.optimizers[0],
            step=self.step(strategy),
            save_weights=save_weights,
            evaluate=evaluate,
        )

    def step(self, strategy):
        def on_replica(rows, number):
            for mover, aim, optimizer in zip(
                self.networks, self.networks[::-1], self.optimizers, strict=True
            ):
                with tf.GradientTape() as tape:
                    goal = tf.stop_gradient(aim(rows)) + self.pool[0]
                    loss = tf.reduce_mean((mover(rows) - goal) ** 2)
                distribution.descend(tape, loss, optimizer, mover.trainable_variables)
            self.pool.assign((self.pool + rows[0]) / 2)
            return {"loss": loss, "number": tf.reduce_max(number)}

        step = distribution.distributed_step(strategy, on_replica)

        def noted(*batch):
            terms = step(*batch)
            self.fed.append(int(terms["number"]))
            return terms

        return noted


def main(config: Config) -> None:
    """Trains from where the run stands to its last step, as the programs do."""
    folder = pathlib.Path(config.checkpoint_dir)
    with runs.claim(folder, config):
        Toy(config, folder).training.run("toy")
