"""A training of a small network, as a program: `python tests/toy_training.py FOLDER`.

Every worker notes in the folder which samples it makes and which losses it hears.
"""

from __future__ import annotations

import dataclasses
import functools
import os
import pathlib
import time

from darkroom import cli, program
from darkroom.train import clusters, runs


@dataclasses.dataclass(frozen=True)
class Config(runs.Config):
    """A training's flags, resolved."""

    batch_size: int = cli.flag(6, "samples a step")
    steps: int = cli.flag(20, "steps", may_differ=True)
    learning_rate: float = cli.flag(0.02, "rate")
    eval_every: int = cli.flag(1000, "steps", may_differ=True)
    optimizer: str = cli.flag("sgd", "or adam")
    seconds: float = cli.flag(0.0, "that a sample takes", may_differ=True)
    broken: int = cli.flag(-1, "sample that cannot be read", may_differ=True)
    slow_chief: float = cli.flag(0.0, "s, a save and scores", may_differ=True)
    slow_worker: float = cli.flag(0.0, "s, the others' steps", may_differ=True)
    clip: float = cli.flag(0.0, "of the gradient's norm")


@dataclasses.dataclass(frozen=True)
class Samples:
    """Sample n is noise, and what a fixed convolution makes of it."""

    seconds: float = 0.0
    broken: int = -1
    notes: pathlib.Path | None = None

    shapes = ((6, 10, 3), (6, 10, 2))

    def __call__(self, index: int):
        from darkroom.train import data

        if index == self.broken:
            raise ValueError(f"{index}.png: the picture is damaged")
        if self.notes is not None:
            with self.notes.open("a") as file:
                file.write(f"{index}\n")
        time.sleep(self.seconds)
        inputs = data.rng(1, index).random((6, 10, 3)).astype("float32")
        return inputs, inputs[..., :2] ** 2


def training(config: Config, folder: pathlib.Path):
    """The training, and what a worker notes."""
    import keras

    from darkroom.io import saving
    from darkroom.train import checkpoints, distribution, session

    rank = clusters.rank("env") if config.strategy == "multiworker" else 0
    strategy = session.prepare(config)
    with strategy.scope():
        photo = keras.Input((6, 10, 3))
        convolution = functools.partial(keras.layers.Conv2D, padding="same")
        x = convolution(4, 3, activation="tanh", name="first")(photo)
        model = keras.Model(photo, convolution(2, 3, name="last")(x))
        kinds = {"sgd": keras.optimizers.SGD, "adam": keras.optimizers.Adam}
        clip = config.clip / strategy.num_replicas_in_sync or None
        optimizer = kinds[config.optimizer](
            config.learning_rate,
            global_clipnorm=clip,
            name=config.optimizer,  # Keras would count those of the process
        )
        optimizer.build(model.trainable_variables)
        state = checkpoints.by_path([*model.weights, *optimizer.variables])
    file = folder / "state.npz"
    first = checkpoints.load_state(file, state) if file.exists() else 0

    def loss(truth, prediction):
        return {"loss": keras.ops.mean(keras.ops.square(truth - prediction))}

    def save_weights(step: int) -> None:
        checkpoints.save_weights(model, folder / "toy.weights.h5", step=step)
        time.sleep(config.slow_chief)
        saving.write(folder / f"saved_by_{rank}", lambda to: to.write_text(str(step)))

    def evaluate(step: int, log) -> None:
        time.sleep(config.slow_chief)
        (folder / f"evaluated_by_{rank}").touch()

    step = distribution.supervised_step(model, optimizer, loss, strategy)

    def noted(*batch):
        terms = step(*batch)
        loss = float(terms["loss"])
        with (folder / f"losses_{rank}").open("a") as to:
            to.write(f"{loss}\n")
        if rank:
            time.sleep(config.slow_worker)
        return terms

    return session.Training(
        config=config,
        folder=folder,
        weights=(folder / "toy.weights.h5",),
        scores=None,
        samples=Samples(config.seconds, config.broken, folder / f"samples_{rank}"),
        source=lambda number: pathlib.Path(f"{number}.png"),
        strategy=strategy,
        state=state,
        first=first,
        optimizer=optimizer,
        step=noted,
        save_weights=save_weights,
        evaluate=evaluate,
    )


def main(config: Config, folder: str) -> None:
    """Trains as the packages' programs do."""
    run = pathlib.Path(folder)
    with runs.claim(run, config):
        runs.check_flags(run, config)
        print(os.getpid(), training(config, run).run("toy"))


if __name__ == "__main__":
    program.run(main, Config)
