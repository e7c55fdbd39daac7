"""The loop around a step: what it saves, logs, and where it stops."""

import errno
import io
import math
import os
import pathlib
import signal
import sys
import time

import pytest
import tensorflow as tf
from tensorboard.backend.event_processing import plugin_event_accumulator

from darkroom.train import log
from darkroom.train import loop as training_loop


class Run:
    """A loop around a step that costs nothing; notes what happens."""

    def __init__(self, folder: pathlib.Path, losses, **options) -> None:
        self.saved: list[int] = []
        self.evaluated: list[int] = []
        self.fed: list[int] = []
        self.folder, self.losses = folder, losses
        self.loop = training_loop.Loop(
            steps=len(losses),
            save=self.saved.append,
            evaluate=self.evaluated.append,
            log=log.Log(str(folder)),
            learning_rate=lambda: 0.125,
            files=lambda step: f"files of {step}",
            **options,
        )

    def step(self, number: int):
        self.fed.append(number)
        value = self.losses[number - 1]
        value = value() if callable(value) else value
        return {"loss": value, "mse": 0.01 * value, "l1": 2 * value}

    def start(self, first: int = 0) -> "Run":
        source = ((number,) for number in range(first + 1, len(self.losses) + 1))
        self.loop.run(self.step, source, first, "toy")
        return self

    def scalars(self) -> dict[str, list[tuple[int, float]]]:
        read = plugin_event_accumulator.EventAccumulator(str(self.folder))
        read.Reload()
        return {
            tag: [
                (event.step, float(tf.make_ndarray(event.tensor_proto)))
                for event in read.Tensors(tag)
            ]
            for tag in read.Tags()["tensors"]
        }


def test_every_term_is_logged(tmp_path):
    """Means over the steps since the last line, the last step's own; MSE as PSNR."""
    run = Run(tmp_path, [1.0, 3.0, 1.0, 1.0, 5.0], log_every=2, eval_every=100)
    run.start()
    found = run.scalars()
    tags = {"loss", "l1", "psnr", "learning_rate", "steps_per_second"}
    assert found.keys() == tags
    assert found["loss"] == [(2, 2.0), (4, 1.0), (5, 5.0)]
    assert found["l1"] == [(2, 4.0), (4, 2.0), (5, 10.0)]
    assert found["learning_rate"] == [(step, 0.125) for step in (2, 4, 5)]
    between = (20 + 10 * -math.log10(3) + 20) / 2
    last = 10 * -math.log10(5) + 20
    assert [v for _, v in found["psnr"]] == pytest.approx([between, 20, last])
    assert all(rate > 0 for _, rate in found["steps_per_second"])


def test_when_it_saves_and_evaluates(tmp_path):
    run = Run(tmp_path, [1.0] * 7, eval_every=3).start()
    assert (run.saved, run.evaluated) == ([3, 6, 7], [3, 6, 7])
    often = Run(tmp_path, [1.0] * 3, eval_every=100, save_minutes=0.0).start()
    assert (often.saved, often.evaluated) == ([1, 2, 3], [3])


def test_it_goes_on_where_it_was(tmp_path):
    run = Run(tmp_path, [1.0] * 7, eval_every=3).start(first=4)
    assert run.fed == [5, 6, 7] and run.saved == [6, 7]


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_loss_that_is_not_finite_stops_it(tmp_path, bad):
    """Before anything of that step is saved."""
    run = Run(tmp_path, [1.0, 1.0, bad, 1.0], save_minutes=0.0)
    said = rf"the loss became {bad} at step 3, on files of 3; the last good state is"
    with pytest.raises(ValueError, match=said):
        run.start()
    assert run.saved == [1, 2] and run.fed == [1, 2, 3]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_saves_and_stops(tmp_path, number):
    def signalled() -> float:
        os.kill(os.getpid(), number)
        return 1.0

    before = signal.getsignal(number)
    run = Run(tmp_path, [1.0, signalled, 1.0])
    with pytest.raises(KeyboardInterrupt):
        run.start()
    assert run.saved == [2] and run.evaluated == []
    assert signal.getsignal(number) is before
    assert Run(tmp_path, [1.0, 1.0, signalled]).start().saved == [3]  # it was the last


def test_what_ignores_a_closed_terminal_goes_on(tmp_path):
    """As nohup has it."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        hang_up = lambda: os.kill(os.getpid(), signal.SIGHUP) or 1.0  # noqa: E731
        assert Run(tmp_path, [1.0, hang_up, 1.0]).start().saved == [3]
    finally:
        signal.signal(signal.SIGHUP, before)


class Gone(io.StringIO):
    """A stream that nobody reads any more, after its first words."""

    def write(self, text: str) -> int:
        if self.getvalue():
            raise BrokenPipeError(errno.EPIPE, "Broken pipe")
        return super().write(text)


def test_whoever_watches_may_leave(tmp_path, monkeypatch):
    """Catches a training that ends unsaved since its progress bar cannot be shown."""
    monkeypatch.setattr(sys, "stderr", Gone())
    slow = lambda: time.sleep(0.15) or 1.0  # noqa: E731, longer than a bar waits
    assert Run(tmp_path, [slow] * 3).start().saved == [3]


def test_curves_do_not_zigzag_after_a_kill(tmp_path):
    """What was logged beyond the saved state is forgotten; what came before stays."""
    run = Run(tmp_path, [1.0] * 6, log_every=2, eval_every=100)
    run.start()
    run.losses = [2.0] * 6
    run.loop.log = log.Log(str(tmp_path), 3)
    run.start(first=3)
    assert run.scalars()["loss"] == [(2, 1.0), (4, 2.0), (6, 2.0)]


def test_a_log_that_cannot_be_written_ends_no_training(tmp_path, capsys):
    """On a full disk; and where its folder cannot be made."""
    run = Run(tmp_path, [1.0] * 6, log_every=2, eval_every=2)
    run.loop.log._file = io.FileIO("/dev/full", "w")
    assert run.start().saved == [2, 4, 6]
    said = "log cannot be written, and ends here; the training goes on (No space left"
    assert capsys.readouterr().err.count(said) == 1
    (tmp_path / "file").touch()
    run = Run(tmp_path / "file" / "log", [1.0] * 2).start()
    assert run.saved == [2]
    assert "log cannot be written" in capsys.readouterr().err


def test_a_profile_is_written(tmp_path):
    """And ends with the run, where it is shorter than was asked for."""
    for steps in (14, 11):
        folder = tmp_path / str(steps)
        Run(folder, [1.0] * steps, profile=(str(folder), 2)).start()
        assert [*folder.glob("plugins/profile/*/*.xplane.pb")]
