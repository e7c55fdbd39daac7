"""A training's run folder and the flags it was begun with."""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Mapping
from typing import Any, Literal, TypeVar

from darkroom import cli


@dataclasses.dataclass(frozen=True)
class Config:
    """The flags that all trainings have.

    Types are those of a config that `resolve` went over: until then a flag whose
    default is None is None where it was not given.
    """

    batch_size: int = cli.flag(None, "samples a step, over all devices", lower_bound=1)
    # where the rate falls they may not differ: see `check_flags`
    steps: int = cli.flag(None, "steps to train", lower_bound=1, may_differ=True)
    learning_rate: float = cli.flag(None, "Adam's", lower_bound=0.0)
    precision: Literal["float32", "bfloat16", "float16"] = cli.flag(
        None, "of the computation; weights are float32"
    )
    strategy: Literal["one", "mirrored", "multiworker"] = cli.flag(
        "one",
        "tf.distribute: one device, several, or several machines (TF_CONFIG)",
        may_differ=True,
    )
    seed: int = cli.flag(0, "of first weights and samples", lower_bound=0)
    eval_every: int = cli.flag(
        1000,
        "steps between validations and checkpoints",
        lower_bound=1,
        may_differ=True,
    )
    save_minutes: float = cli.flag(
        10.0, "longest time between two saved states", lower_bound=0.0, may_differ=True
    )
    histograms: bool = cli.flag(
        False, "weight histograms in TensorBoard", may_differ=True
    )
    profile: int = cli.flag(
        0, "steps to profile for TensorBoard", lower_bound=0, may_differ=True
    )


Resolved = TypeVar("Resolved", bound=Config)


def resolve(config: Resolved, defaults: Mapping[str, object]) -> Resolved:
    """Returns the config with `defaults` where no flag was given."""
    unset: dict[str, Any] = {
        name: default
        for name, default in defaults.items()
        if getattr(config, name) is None
    }
    return dataclasses.replace(config, **unset)


def check_flags(run: pathlib.Path, config: Config) -> None:
    """Refuses to resume a run with flags that make it another training.

    Which may differ stands beside each flag (`cli.flag(..., may_differ=True)`).

    Args:
      run: the run folder, with the `flags.txt` of its beginning, if it was begun.
      config: the flags of now, resolved.

    Raises:
      ValueError: naming the first flag that differs.
    """
    if not (run / "state.npz").exists() or not (run / "flags.txt").exists():
        return
    now = _table(cli.spell(config))
    # A run that was begun before there was such a flag has its default.
    before = _table(cli.spell(type(config)()))
    before |= _table((run / "flags.txt").read_text())
    fixed = sorted((before.keys() | now.keys()) - cli.may_differ(type(config)))
    # A falling rate ends with the steps: another number of them is another training.
    # They come first, since other flags follow from them.
    falls = now.get("schedule", "constant") not in ("constant", "warmup")
    for name in ["steps"] * falls + fixed:
        if before.get(name) != now.get(name):
            raise ValueError(
                f"the run in {run} was begun with --{name}={before.get(name)}, now it "
                f"is {now.get(name)}; pass the same to go on, or another "
                "--checkpoint_dir to begin anew"
            )


def _table(flags: str) -> dict[str, str]:
    rows = (line.removeprefix("--").split("=", 1) for line in flags.splitlines())
    return {row[0]: row[-1] for row in rows}
