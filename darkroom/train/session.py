"""What every training does between its flags and its loop."""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Iterator
from typing import Any

import keras

from darkroom import cli
from darkroom.train import checkpoints, data, distribution, tensorboard
from darkroom.train import loop as training_loop


class Session:
    """One training: its samples, its state, its files.

    A package's own session builds its networks and optimizers under
    `strategy.scope()`, sets the attributes marked *, and defines `step`,
    `save_weights`, `evaluate` and `file`.

    Attributes:
      config: the flags, filled in.
      folder: the run's, with `flags.txt`, `state.npz`, the weights and `log/`.
      weights: the file there that the next program starts from.
      samples: a pure function of the sample's number, with its `shapes`.
      strategy: of tf.distribute; replicas share a batch.
      log: TensorBoard, while it runs.
      state*: every variable that a resumed run needs, of any network, optimizer, or
        pool of pictures; their paths differ.
      optimizer*: the one whose learning rate is logged.
      first*: steps that were done before.
    """

    state: list[Any]
    optimizer: Any
    first: int
    log: tensorboard.Log

    def __init__(
        self,
        config: Any,
        folder: pathlib.Path,
        weights: str,
        samples: Any,
        parts: int = 1,
    ) -> None:
        self.config, self.folder, self.samples = config, folder, samples
        self.weights = folder / weights
        keras.utils.set_random_seed(config.seed)
        self.strategy = distribution.strategy(config.strategy)
        replicas = self.strategy.num_replicas_in_sync
        if config.batch_size % (replicas * parts):
            accumulated = f" with --accumulate {parts} equal parts on each"
            raise ValueError(
                f"--batch_size {config.batch_size} does not divide among {replicas} "
                f"devices{accumulated if parts > 1 else ''}"
            )

    def step(self) -> Callable[..., distribution.Terms]:
        """The function `(*batch) -> terms` that trains."""
        raise NotImplementedError

    def save_weights(self, step: int) -> None:
        """Writes `weights`, with the step on its card."""
        raise NotImplementedError

    def evaluate(self, step: int) -> None:
        """Scores the networks after a step, into the log."""
        raise NotImplementedError

    def file(self, number: int) -> pathlib.Path:
        """A file that sample `number` is made from, for the report of a NaN."""
        raise NotImplementedError

    def run(self, name: str) -> None:
        """Trains from `first` to the last step; the progress bar shows `name`."""
        config = self.config
        if self.first >= config.steps:
            if not self.weights.exists() or self._saved_step() != self.first:
                self.save_weights(self.first)  # it was killed between the two files
            return
        flags = cli.spell(config)
        if self.first == 0:
            checkpoints.write_text(self.folder / "flags.txt", flags)
        log_folder = str(self.folder / "log")
        self.log = tensorboard.Log(log_folder)
        self.log.text("flags", flags)
        loop = training_loop.Loop(
            steps=config.steps,
            save=self._save,
            evaluate=self.evaluate,
            log=self.log,
            learning_rate=self._learning_rate,
            files=self._files,
            eval_every=config.eval_every,
            save_minutes=config.save_minutes,
            profile=(log_folder, config.profile),
        )
        loop.run(self.step(), self._batches(), self.first, name)

    def _batches(self) -> Iterator[Any]:
        size = self.config.batch_size

        def stream(context: Any) -> Any:
            start = self.first * size
            return data.stream(self.samples, size, start, context=context)

        distributed = self.strategy.distribute_datasets_from_function(stream)
        return data.iterate(distributed)

    def _learning_rate(self) -> float:
        return float(keras.ops.convert_to_numpy(self.optimizer.learning_rate))

    def _files(self, step: int) -> str:
        size = self.config.batch_size
        numbers = range((step - 1) * size, step * size)
        names = sorted({str(self.file(number)) for number in numbers})
        return ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")

    def _save(self, step: int) -> None:
        if not distribution.is_chief(self.strategy):
            return
        checkpoints.save_state(self.folder / "state.npz", step, self.state)
        self.save_weights(step)

    def _saved_step(self) -> Any:
        return checkpoints.read_card(self.weights).get("step")
