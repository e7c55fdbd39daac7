"""A training as a value: what a package builds between its flags and the loop.

A package's own `session.training(config, ...)` asks `prepare` for a strategy, builds
networks and optimizers under its scope, and returns a `Training`, which runs.
"""

from __future__ import annotations

import dataclasses
import json
import pathlib
from collections.abc import Callable, Iterator, Mapping

import keras
import tensorflow as tf

from darkroom import cli
from darkroom.io import saving
from darkroom.train import checkpoints, data, distribution, runs
from darkroom.train import loop as training_loop


def prepare(config: runs.Config, parts: int = 1) -> tf.distribute.Strategy:
    """Seeds Keras, and returns the strategy under whose scope a training is built.

    Args:
      config: the flags, resolved.
      parts: that each device works its share of a batch off in.

    Raises:
      ValueError: the batch does not divide among the devices and their parts.
    """
    keras.utils.set_random_seed(config.seed)
    strategy = distribution.strategy(config.strategy)
    replicas = strategy.num_replicas_in_sync
    if config.batch_size % (replicas * parts):
        accumulated = f" with --accumulate {parts} equal parts on each"
        raise ValueError(
            f"--batch_size {config.batch_size} does not divide among {replicas} "
            f"devices{accumulated if parts > 1 else ''}"
        )
    return strategy


@dataclasses.dataclass(frozen=True)
class Training:
    """One training, ready to run.

    Attributes:
      config: the flags, resolved.
      folder: the run's, with `flags.txt`, `state.npz`, the weights and `log/`.
      weights: the files there that `save_weights` writes, a network each; the next
        program starts from the first.
      scores: the file there that `evaluate` writes, if it writes one.
      samples: a pure function of the sample's number.
      source: the file that a sample is made from, for the report of a NaN.
      strategy: of `prepare`; replicas share a batch.
      state: every variable that a resumed run needs, of any network, optimizer, or
        pool of pictures, by its name in `state.npz`.
      first: steps that were done before.
      optimizer: the one whose learning rate is logged.
      step: moves the networks, `(*batch) -> terms`.
      save_weights: writes `weights` after a step, with its number on every card.
      evaluate: scores the networks after a step, into the log.
    """

    config: runs.Config
    folder: pathlib.Path
    weights: tuple[pathlib.Path, ...]
    scores: pathlib.Path | None
    samples: data.Samples
    source: Callable[[int], pathlib.Path]
    strategy: tf.distribute.Strategy
    state: Mapping[str, keras.Variable]
    first: int
    optimizer: keras.optimizers.Optimizer
    step: Callable[..., distribution.Terms]
    save_weights: Callable[[int], None]
    evaluate: Callable[[int, training_loop.Log], None]

    def run(self, name: str) -> str:
        """Trains from `first` to the last step; the progress bar shows `name`.

        Returns:
          How many steps are done, for a person.
        """
        config = self.config
        if self.first >= config.steps:
            self._complete()
            return f"{self.first} steps (trained before)"
        flags = cli.spell(config)
        file = self.folder / "flags.txt"
        if distribution.is_chief(self.strategy) and (
            self.first == 0 or not file.exists()
        ):
            saving.write(file, lambda to: to.write_text(flags))
        log_folder = str(self.folder / "log")
        log = training_loop.Log(log_folder, self.first)
        log.text("flags", flags)
        loop = training_loop.Loop(
            steps=config.steps,
            save=self._save,
            evaluate=lambda step: self.evaluate(step, log),
            log=log,
            learning_rate=self._learning_rate,
            files=self._files,
            eval_every=config.eval_every,
            save_minutes=config.save_minutes,
            profile=(log_folder, config.profile),
        )
        loop.run(self.step, self._batches(), self.first, name)
        return f"{config.steps} steps"

    def _batches(self) -> Iterator[tuple[tf.Tensor, ...]]:
        size = self.config.batch_size

        def stream(context: tf.distribute.InputContext) -> tf.data.Dataset:
            return data.stream(self.samples, size, self.first * size, context=context)

        return data.iterate(self.strategy.distribute_datasets_from_function(stream))

    def _learning_rate(self) -> float:
        return float(keras.ops.convert_to_numpy(self.optimizer.learning_rate))

    def _files(self, step: int) -> str:
        size = self.config.batch_size
        numbers = range((step - 1) * size, step * size)
        names = sorted({str(self.source(number)) for number in numbers})
        return ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")

    def _save(self, step: int) -> None:
        if distribution.is_chief(self.strategy):
            checkpoints.save_state(self.folder / "state.npz", step, self.state)
            self.save_weights(step)

    def _complete(self) -> None:
        """Writes what a run lacks that was killed in its last save or validation."""
        if not distribution.is_chief(self.strategy):
            return
        if not all(checkpoints.holds(path, self.first) for path in self.weights):
            self.save_weights(self.first)
        if self.scores is not None and _scored(self.scores) != self.first:
            log = training_loop.Log(str(self.folder / "log"), self.first)
            self.evaluate(self.first, log)
            log.flush()


def _scored(path: pathlib.Path) -> int | None:
    """Returns the step that the scores in a file are of; None without whole ones."""
    try:
        return json.loads(path.read_text())["step"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
