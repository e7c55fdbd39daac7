"""Programs run one after another, each once, whatever stops them in between."""

from __future__ import annotations

import dataclasses
import json
import pathlib
import resource
import shlex
import subprocess
import sys
from collections.abc import Sequence

FOLDER = "steps"  # of what each step cost, in the experiment's folder
LOG = "log.txt"


@dataclasses.dataclass(frozen=True)
class Step:
    """A program to run.

    Attributes:
      name: of this step, another for each.
      module: as `python -m` takes it.
      arguments: its flags.
    """

    name: str
    module: str
    arguments: tuple[str, ...]

    @property
    def command(self) -> str:
        """Returns the command as a person would type it."""
        return shlex.join(["python", "-m", self.module, *self.arguments])


def run(steps: Sequence[Step], folder: pathlib.Path) -> dict[str, float]:
    """Runs what was not run before.

    A step that was stopped is run again; the programs themselves go on where they were.

    Args:
      steps: in their order.
      folder: of the experiment; what programs say goes to its log.

    Returns:
      The CPU-seconds that each step took, all its runs together.

    Raises:
      ValueError: a program failed; its last words are in the message.
      OSError: the folder cannot be written.
    """
    seconds = {}
    for number, step in enumerate(steps):
        record = folder / FOLDER / f"{step.name}.json"
        before = _recorded(record, step)
        if not before["done"]:
            print(f"{number + 1}/{len(steps)} {step.command}", flush=True)
            before = _run(step, record, before["cpu_seconds"], folder / LOG)
        seconds[step.name] = before["cpu_seconds"]
    return seconds


def _recorded(record: pathlib.Path, step: Step) -> dict[str, float]:
    """Returns `done` and `cpu_seconds` of a step, if it was the same command."""
    try:
        content = json.loads(record.read_text())
        if content["command"] == step.command:
            return {"done": content["done"], "cpu_seconds": content["cpu_seconds"]}
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return {"done": False, "cpu_seconds": 0.0}


def _run(
    step: Step, record: pathlib.Path, seconds: float, log: pathlib.Path
) -> dict[str, float]:
    from darkroom.metrics import reports

    before, done = _children_seconds(), False
    log.parent.mkdir(parents=True, exist_ok=True)
    try:
        with log.open("ab") as written:
            start = written.tell()
            program = subprocess.Popen(
                [sys.executable, "-m", step.module, *step.arguments],
                stdout=written,
                stderr=subprocess.STDOUT,
            )
            try:
                code = program.wait()
            except KeyboardInterrupt:  # the program was told, too: it saves its state
                program.wait()
                raise
        done = code == 0
    finally:
        state = {"done": done, "cpu_seconds": seconds + _children_seconds() - before}
        reports.write(record, {"command": step.command, **state})
    if not done:
        said = log.read_bytes()[start:].decode(errors="replace").splitlines()
        raise ValueError(
            f"{step.command} ended with {code}: "
            f"{said[-1] if said else 'it said nothing'}; its output is in {log}"
        )
    return state


def cpu_seconds() -> float:
    """Returns what this process has used so far, and all that it has waited for."""
    return _seconds(resource.RUSAGE_SELF) + _children_seconds()


def _children_seconds() -> float:
    return _seconds(resource.RUSAGE_CHILDREN)


def _seconds(of: int) -> float:
    used = resource.getrusage(of)
    return used.ru_utime + used.ru_stime
