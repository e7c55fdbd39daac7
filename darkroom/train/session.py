"""A training as a value: what a package builds between its flags and the loop.

A package's own `session.training(config, ...)` asks `prepare` for a strategy, builds
networks and optimizers under its scope, and returns a `Training`, which runs.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import pathlib
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import keras
import numpy as np

from darkroom import cli, heap
from darkroom.io import saving
from darkroom.pixels import Array
from darkroom.train import checkpoints, data, distribution, runs
from darkroom.train import loop as training_loop

if TYPE_CHECKING:
    import tensorflow as tf

Gather = Callable[[Sequence[float]], Array]


def prepare(
    config: runs.Config, parts: int = 1, backends: Sequence[str] = ("tensorflow",)
) -> tf.distribute.Strategy:
    """Seeds Keras, and returns the strategy under whose scope a training is built.

    What a step frees is kept for the next.

    Args:
      config: the flags, resolved.
      parts: that each device works its share of a batch off in.
      backends: of Keras, that this training runs on.

    Raises:
      ValueError: the batch does not divide among the devices and their parts, or
        several machines do not know of one another.
    """
    heap.keep_what_is_freed()
    backend = keras.backend.backend()
    if backend not in backends:
        raise ValueError(
            f"KERAS_BACKEND is {backend}; this training runs on {' or '.join(backends)}"
        )
    keras.utils.set_random_seed(config.seed)
    strategy = distribution.strategy(config.strategy, config.cluster)
    devices = distribution.shares(strategy)
    if config.batch_size % (devices * parts):
        accumulated = f" with --accumulate {parts} equal parts on each"
        raise ValueError(
            f"--batch_size {config.batch_size} does not divide among {devices} "
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
      strategy: of `prepare`; its devices share a batch.
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
        with self._several() as gather:
            if self.first >= config.steps:
                self._complete()
            else:
                self._train(name, gather)
            distribution.leave(gather)  # the chief has written everything
        if self.first >= config.steps:
            return f"{self.first} steps (trained before)"
        return f"{config.steps} steps"

    def _train(self, name: str, gather: Gather) -> None:
        config, chief = self.config, distribution.is_chief(self.strategy)
        flags = cli.spell(config)
        file = self.folder / "flags.txt"
        if chief and (self.first == 0 or not file.exists()):
            saving.write(file, lambda to: to.write_text(flags))
        log_folder = str(self.folder / "log")
        log = training_loop.Log(log_folder if chief else None, self.first)
        log.text("flags", flags)
        loop = training_loop.Loop(
            steps=config.steps,
            save=self._save,
            evaluate=lambda step: self.evaluate(step, log) if chief else None,
            log=log,
            learning_rate=self._learning_rate,
            files=self._files,
            eval_every=config.eval_every,
            save_minutes=config.save_minutes,
            profile=(log_folder, config.profile if chief else 0),
            any_worker=lambda own: [bool(said.any()) for said in gather(own).T],
            leave=lambda: distribution.leave(gather),
            shows=chief,
        )
        loop.run(self.step, self._batches(), self.first, name)

    @contextlib.contextmanager
    def _several(self) -> Iterator[Gather]:
        """Lets several machines begin alike, and says so when one of them is gone."""
        gather = distribution.gathering(self.strategy)
        if distribution.workers(self.strategy) == 1:
            yield gather
            return
        try:
            self._check_alike(gather)
            yield gather
        except distribution.gone() as error:
            raise ConnectionError(
                "another worker ended, or cannot be reached any more; its own last "
                "words say why. Start all of them again: they go on from the last "
                f"saved state in {self.folder}"
            ) from error

    def _check_alike(self, gather: Gather) -> None:
        """Raises a ValueError unless all begin with the same flags and state."""
        own = self.first, _sum_of_flags(self.config), _sum_of_numbers(self.state)
        table = gather(own)
        chief = table[0]
        if (table == chief).all():
            return
        distribution.leave(gather)
        if own[0] != chief[0] or own[2] != chief[2]:
            raise ValueError(
                f"this worker begins at step {own[0]}, the chief at {chief[0]:.0f}, "
                f"with {'other' if own[2] != chief[2] else 'the same'} numbers; "
                f"expected {self.folder} on a disk that all machines share"
            )
        if own[1] != chief[1]:
            raise ValueError(
                "this worker has other flags than the chief; start all of them by the "
                f"same command (the chief's is in {self.folder / 'flags.txt'})"
            )
        raise ValueError(
            "another worker begins with other flags or another state, and says so"
        )

    def _batches(self) -> Iterator[training_loop.Batch]:
        size = self.config.batch_size
        if keras.backend.backend() == "jax":
            read = data.read_ahead(self.samples, size, self.first * size)
            return self.strategy.share(read)

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


def _scored(path: pathlib.Path) -> int | None:
    """Returns the step that the scores in a file are of; None without whole ones."""
    try:
        return json.loads(path.read_text())["step"]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _sum_of_flags(config: runs.Config) -> int:
    """Returns a checksum of the flags that all workers must share."""
    own = cli.may_differ(type(config)) - {"steps", "eval_every"}
    lines = cli.spell(config).splitlines()
    shared = [line for line in lines if line[2:].partition("=")[0] not in own]
    return zlib.crc32("\n".join(shared).encode())


def _sum_of_numbers(state: Mapping[str, keras.Variable]) -> int:
    total = 0
    for variable in state.values():
        array = keras.ops.convert_to_numpy(variable)
        total = zlib.crc32(np.ascontiguousarray(array).tobytes(), total)
    return total
