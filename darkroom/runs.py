"""A training's run folder and the flags it was begun with."""

from __future__ import annotations

import dataclasses
import pathlib
from typing import Any, Literal, TypeVar

from darkroom import command

# Flags that a resumed run may change: they do not change what it computes, given the
# same pictures in --data_dir, which may have moved.
MAY_DIFFER = {
    "checkpoint_dir",
    "data_dir",
    "epochs",  # only another way to say --steps
    "eval_every",
    "filenames_file",
    "from_weights",
    "histograms",
    "preset",  # it only fills in the other flags
    "profile",
    "retrain",
    "save_minutes",
    "steps",
    "strategy",
    "validate",
}


@dataclasses.dataclass(frozen=True)
class Config:
    """The flags that all trainings have; None is filled in from a preset."""

    batch_size: int | None = command.flag(
        None, "samples a step, over all devices", lower_bound=1
    )
    steps: int | None = command.flag(None, "steps to train", lower_bound=1)
    learning_rate: float | None = command.flag(None, "Adam's", lower_bound=0.0)
    precision: Literal["float32", "bfloat16", "float16"] | None = command.flag(
        None, "of the computation; weights are float32"
    )
    strategy: Literal["one", "mirrored", "multiworker"] = command.flag(
        "one", "tf.distribute: one device, several, or several machines (TF_CONFIG)"
    )
    seed: int = command.flag(0, "of first weights and samples", lower_bound=0)
    eval_every: int = command.flag(
        1000, "steps between validations and checkpoints", lower_bound=1
    )
    save_minutes: float = command.flag(
        10.0, "longest time between two saved states", lower_bound=0.0
    )
    histograms: bool = command.flag(False, "weight histograms in TensorBoard")
    profile: int = command.flag(0, "steps to profile for TensorBoard", lower_bound=0)


Filled = TypeVar("Filled", bound=Config)


def fill_in(config: Filled, defaults: dict[str, Any]) -> Filled:
    """The config with `defaults` where no flag was given."""
    unset = {name: defaults[name] for name in defaults if getattr(config, name) is None}
    return dataclasses.replace(config, **unset)


def check_flags(run: pathlib.Path, config: Config) -> None:
    """Refuses to resume a run with flags that change what it computes.

    Args:
      run: the run folder, with the `flags.txt` of its beginning, if it was begun.
      config: the flags of now, filled in.

    Raises:
      ValueError: naming the first flag that differs.
    """
    if not (run / "state.npz").exists() or not (run / "flags.txt").exists():
        return
    now = _table(command.spell(config))
    # a run that was begun before there was such a flag has its default
    before = _table(command.spell(type(config)()))
    before |= _table((run / "flags.txt").read_text())
    # A falling rate ends with the steps: another number of them is another training.
    steady = now.get("schedule", "constant") in ("constant", "warmup")
    fixed = set() if steady else {"steps"}
    checked = (before.keys() | now.keys()) - MAY_DIFFER
    # --steps comes first, since others follow from it
    for name in [*fixed, *sorted(checked)]:
        if before.get(name) != now.get(name):
            raise ValueError(
                f"the run in {run} was begun with --{name}={before.get(name)}, now it "
                f"is {now.get(name)}; pass the same to go on, or another "
                "--checkpoint_dir to begin anew"
            )


def _table(flags: str) -> dict[str, str]:
    rows = (line.removeprefix("--").split("=", 1) for line in flags.splitlines())
    return {row[0]: row[-1] for row in rows}
