"""The one training loop, over tf.distribute: one device, several, several machines.

A step is a function `batch -> terms`; the loop feeds it, shows its loss and the
time left, writes TensorBoard, saves the exact state, and stops cleanly.
"""

from __future__ import annotations

import contextlib
import dataclasses
import math
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import tensorflow as tf
from tqdm import auto

Terms = dict[str, Any]


def strategy(kind: str) -> tf.distribute.Strategy:
    """The way to spread a step: "one" device, "mirrored" GPUs, or "multiworker".

    Several machines find one another by the environment variable TF_CONFIG.
    """
    if kind == "mirrored":
        return tf.distribute.MirroredStrategy()
    if kind == "multiworker":
        return tf.distribute.MultiWorkerMirroredStrategy()
    return tf.distribute.get_strategy()


def is_chief(strategy: tf.distribute.Strategy) -> bool:
    """Whether this process writes files: one of several machines does."""
    cluster = strategy.cluster_resolver
    return cluster is None or cluster.task_id in (None, 0)


def supervised_step(
    model: Any,
    optimizer: Any,
    loss: Callable[[Any, Any], Terms],
    strategy: tf.distribute.Strategy,
    parts: int = 1,
) -> Callable[[Any, Any], Terms]:
    """A step `(inputs, truth) -> terms` that makes `loss(...)["loss"]` smaller.

    Args:
      model: a Keras model with the inputs' prediction as its one output.
      optimizer: a Keras optimizer, built on the model's trainable variables.
      loss: returns a dict of scalars, means over the pictures it is given.
      strategy: replicas share the batch; their gradients are averaged.
      parts: the batch is worked off in so many equal parts whose gradients are
        averaged, so that a large batch fits a small memory.
    """
    variables = model.trainable_variables
    replicas = strategy.num_replicas_in_sync
    mean = tf.distribute.ReduceOp.MEAN

    def gradients(inputs: Any, truth: Any) -> tuple[Terms, list[Any]]:
        with tf.GradientTape() as tape:
            terms = loss(truth, model(inputs, training=True))
            # Keras adds the replicas' gradients up: with this they are averaged.
            share = terms["loss"] / (parts * replicas)
            share = optimizer.scale_loss(share)
        return terms, tape.gradient(share, variables)

    def on_replica(inputs: Any, truth: Any) -> Terms:
        size = tf.shape(inputs)[0] // parts

        def part(number: Any) -> tuple[Terms, list[Any]]:
            rows = slice(number * size, (number + 1) * size)
            return gradients(inputs[rows], truth[rows])

        def add_part(number: Any, terms: Terms, total: list[Any]) -> Any:
            more = part(number)
            return number + 1, *tf.nest.map_structure(tf.add, (terms, total), more)

        terms, total = gradients(inputs, truth) if parts == 1 else part(0)
        if parts > 1:
            _, terms, total = tf.while_loop(
                lambda number, *_: number < parts,
                add_part,
                (tf.constant(1), terms, total),
                parallel_iterations=1,
            )
        if replicas > 1:
            # Keras clips, and looks for overflow, before it adds the replicas' up.
            total = tf.distribute.get_replica_context().all_reduce(mean, total)
        optimizer.apply(total, variables)
        return {name: term / parts for name, term in terms.items()}

    @tf.function
    def step(inputs: Any, truth: Any) -> Terms:
        terms = strategy.run(on_replica, args=(inputs, truth))
        return {name: strategy.reduce(mean, terms[name], axis=None) for name in terms}

    return step


class Log:
    """A TensorBoard log; a picture is written as the strip or sheet it is given as."""

    def __init__(self, folder: str) -> None:
        self._writer = tf.summary.create_file_writer(folder)

    def scalars(self, step: int, **values: float) -> None:
        with self._writer.as_default(step=step):
            for name, value in values.items():
                tf.summary.scalar(name, value)

    def picture(self, step: int, name: str, picture: Any) -> None:
        """Adds a uint8 picture `[H, W, 3]`."""
        with self._writer.as_default(step=step):
            tf.summary.image(name, picture[None])

    def text(self, name: str, text: str) -> None:
        with self._writer.as_default(step=0):
            tf.summary.text(name, "```\n" + text + "```")

    def histograms(self, step: int, variables: Iterable[Any]) -> None:
        with self._writer.as_default(step=step):
            for variable in variables:
                tf.summary.histogram(variable.path, variable)

    def flush(self) -> None:
        self._writer.flush()


@dataclasses.dataclass
class Loop:
    """How a run goes on: its length, and what happens on the way.

    Attributes:
      steps: number of the last step; steps count from 1.
      save: keeps the exact state after a step.
      evaluate: scores the network after a step, every `eval_every` steps and last.
      log: TensorBoard.
      learning_rate: what it is at present.
      files: names what a step was fed, for the report of a NaN.
    """

    steps: int
    save: Callable[[int], None]
    evaluate: Callable[[int], None]
    log: Log
    learning_rate: Callable[[], float]
    files: Callable[[int], str]
    eval_every: int = 1000
    save_minutes: float = 10.0
    log_every: int = 10
    profile: tuple[str, int] = ("", 0)  # a folder, and how many steps

    def run(
        self, step: Callable[..., Terms], batches: Iterable[Any], first: int, name: str
    ) -> None:
        """Runs the steps `first` + 1 ... `steps`.

        Raises:
          KeyboardInterrupt: stopped by Ctrl-C or SIGTERM, after the state was saved.
          ValueError: the loss is not finite; the last good state is on disk.
        """
        saved = clock = time.monotonic()
        since: list[dict[str, float]] = []
        source = iter(batches)
        with (
            _stop_request() as stop,
            _profiler(*self.profile) as profile,
            auto.tqdm(total=self.steps, initial=first, desc=name, unit="step") as bar,
        ):
            for number in range(first + 1, self.steps + 1):
                profile(number - first)
                batch = self._next(source, number, first)
                terms = {key: float(v) for key, v in step(*batch).items()}
                self._check(terms, number)
                since.append(_with_psnr(terms))
                bar.set_postfix(_shown(since[-1]), refresh=False)
                bar.update()
                if number % self.log_every == 0:
                    now = time.monotonic()
                    rates = {
                        "steps_per_second": len(since) / (now - clock),
                        "learning_rate": self.learning_rate(),
                    }
                    self.log.scalars(number, **rates, **_means(since))
                    since, clock = [], now
                last = number == self.steps
                if last or number % self.eval_every == 0:
                    self.save(number)
                    self.evaluate(number)
                    self.log.flush()
                    saved = time.monotonic()
                elif stop() or time.monotonic() - saved > 60 * self.save_minutes:
                    self.save(number)
                    saved = time.monotonic()
                if stop() and not last:
                    raise KeyboardInterrupt

    def _next(self, source: Iterator[Any], number: int, first: int) -> Any:
        """The next batch; a broken file costs no step that was done before it."""
        try:
            return next(source)
        except (ValueError, OSError):
            if number > first + 1:
                self.save(number - 1)
            raise

    def _check(self, terms: Terms, number: int) -> None:
        if not math.isfinite(terms["loss"]):
            raise ValueError(
                f"the loss became {terms['loss']} at step {number}, on "
                f"{self.files(number)}; the last good state is kept. Lower "
                "--learning_rate, or look at these files, and start again"
            )


def _with_psnr(terms: Terms) -> dict[str, float]:
    if "mse" not in terms:
        return terms
    rest = {key: value for key, value in terms.items() if key != "mse"}
    return {**rest, "psnr": -10 * math.log10(max(terms["mse"], 1e-10))}


def _means(rows: list[dict[str, float]]) -> dict[str, float]:
    return {key: sum(row[key] for row in rows) / len(rows) for key in rows[0]}


def _shown(terms: dict[str, float]) -> dict[str, str]:
    return {key: f"{terms[key]:.2f}" for key in ("loss", "psnr") if key in terms}


@contextlib.contextmanager
def _stop_request() -> Iterator[Callable[[], bool]]:
    """Turns Ctrl-C and SIGTERM into a question to ask between two steps."""
    asked = False

    def ask(*_: Any) -> None:
        nonlocal asked
        asked = True

    try:
        before = {s: signal.signal(s, ask) for s in (signal.SIGINT, signal.SIGTERM)}
    except ValueError:  # not the main thread: signals are somebody else's
        before = {}
    try:
        yield lambda: asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _profiler(folder: str, steps: int) -> Iterator[Callable[[int], None]]:
    """Profiles so many steps from the tenth on, when TensorFlow has warmed up."""
    on = False

    def before(number: int) -> None:
        nonlocal on
        if steps and number == 10:
            tf.profiler.experimental.start(folder)
            on = True
        elif on and number == 10 + steps:
            tf.profiler.experimental.stop()
            on = False

    try:
        yield before
    finally:
        if on:  # the run was shorter, or was stopped
            tf.profiler.experimental.stop()
