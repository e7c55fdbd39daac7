"""The one training loop of all networks.

A step is a function `batch -> terms`; the loop feeds it, shows its loss and the
time left, writes TensorBoard, saves the exact state, and stops cleanly.
"""

from __future__ import annotations

import contextlib
import dataclasses
import math
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import keras
from tqdm import auto

from darkroom.metrics import reports
from darkroom.train.log import Log

Terms = Mapping[str, keras.KerasTensor]  # scalars: the loss under "loss", its parts
Batch = tuple[keras.KerasTensor, ...]


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
      any_worker: of several machines, whether any says so; asked before each step.
      leave: waits for the other machines, before all of them end.
      shows: whether a progress bar is shown.
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
    any_worker: Callable[[Sequence[bool]], Sequence[bool]] = tuple
    leave: Callable[[], None] = lambda: None
    shows: bool = True

    def run(
        self,
        step: Callable[..., Terms],
        batches: Iterable[Batch],
        first: int,
        name: str,
    ) -> None:
        """Runs the steps `first` + 1 ... `steps`.

        Raises:
          KeyboardInterrupt: stopped by Ctrl-C, SIGTERM or SIGHUP (a closed terminal),
            after the state was saved.
          ValueError: the loss is not finite; the last good state is on disk.
        """
        saved = clock = time.monotonic()
        since: list[dict[str, float]] = []
        source = iter(batches)
        with (
            _stop_request() as stop,
            _profiler(*self.profile) as profile,
            self._bar(first, name) as bar,
        ):
            for number in range(first + 1, self.steps + 1):
                profile(number - first)
                batch = self._next(source, stop(), number, first)
                terms = {key: float(v) for key, v in step(*batch).items()}
                self._check(terms, number)
                since.append(_with_psnr(terms))
                _show(bar, since[-1])
                last = number == self.steps
                if last or number % self.log_every == 0:
                    now = time.monotonic()
                    rates = {
                        "steps_per_second": len(since) / (now - clock),
                        "learning_rate": self.learning_rate(),
                    }
                    self.log.scalars(number, **rates, **reports.mean_scores(since))
                    since, clock = [], now
                if last or number % self.eval_every == 0:
                    self.save(number)
                    self.evaluate(number)
                    saved = time.monotonic()
                elif time.monotonic() - saved > 60 * self.save_minutes:
                    self.save(number)
                    saved = time.monotonic()

    def _bar(self, first: int, name: str) -> auto.tqdm:
        return auto.tqdm(
            total=self.steps,
            initial=first,
            desc=name,
            unit="step",
            disable=not self.shows,
        )

    def _next(
        self,
        source: Iterator[Batch],
        stop: bool,
        number: int,
        first: int,
    ) -> Batch:
        """Returns the next batch, if no worker is to stop.

        Neither a broken file nor a signal costs a step that was done before.
        """
        batch, error = None, None
        if not stop:
            try:
                batch = next(source)
            except (ValueError, OSError) as broken:
                error = broken
        stopped, failed = self.any_worker([stop, error is not None])
        if stopped or failed:
            if number > first + 1:
                self.save(number - 1)
            self.leave()
        if error is not None:
            raise error
        if failed:
            raise ValueError(
                f"another worker could not read what step {number} needs, and says "
                "which file it is; all stop here, and nothing is lost"
            )
        if stopped or batch is None:
            raise KeyboardInterrupt
        return batch

    def _check(self, terms: Mapping[str, float], number: int) -> None:
        if not math.isfinite(terms["loss"]):  # on all machines alike
            self.leave()
            raise ValueError(
                f"the loss became {terms['loss']} at step {number}, on "
                f"{self.files(number)}; the last good state is kept. Lower "
                "--learning_rate, or look at these files, and start again"
            )


def _with_psnr(terms: dict[str, float]) -> dict[str, float]:
    if "mse" not in terms:
        return terms
    rest = {key: value for key, value in terms.items() if key != "mse"}
    return {**rest, "psnr": -10 * math.log10(max(terms["mse"], 1e-10))}


def _show(bar: auto.tqdm, terms: dict[str, float]) -> None:
    shown = {key: f"{terms[key]:.2f}" for key in ("loss", "psnr") if key in terms}
    try:
        bar.set_postfix(shown, refresh=False)
        bar.update()
    except OSError:  # whoever read it is gone: no reason to lose the training
        bar.disable = True


@contextlib.contextmanager
def _stop_request() -> Iterator[Callable[[], bool]]:
    """Turns Ctrl-C, SIGTERM and SIGHUP into a question to ask between two steps."""
    asked = False

    def ask(*_: object) -> None:
        nonlocal asked
        asked = True

    try:
        stops = [signal.SIGINT, signal.SIGTERM]
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as nohup has it
            stops.append(signal.SIGHUP)
        before = {number: signal.signal(number, ask) for number in stops}
    except ValueError:  # not the main thread: signals are somebody else's
        before = {}
    try:
        yield lambda: asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _profiler(folder: str, steps: int) -> Iterator[Callable[[int], None]]:
    """Profiles so many steps from the tenth on, when the backend has warmed up."""
    on = contextlib.ExitStack()

    def before(number: int) -> None:
        if steps and number == 10:
            on.enter_context(_profile(folder))
        elif number == 10 + steps:
            on.close()

    with on:  # the run may be shorter, or be stopped
        yield before


def _profile(folder: str) -> contextlib.AbstractContextManager[object]:
    if keras.backend.backend() == "jax":
        import jax

        return jax.profiler.trace(folder)
    import tensorflow as tf

    return tf.profiler.experimental.Profile(folder)
