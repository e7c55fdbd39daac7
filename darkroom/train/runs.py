"""A training's run folder and the flags it was begun with."""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import os
import pathlib
import platform
import re
import time
from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypeVar

from darkroom import cli
from darkroom.io import saving
from darkroom.train import clusters

LOCK = ".lock"


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
        "tf.distribute: one device, several, or several machines",
        may_differ=True,
    )
    cluster: clusters.Kind = cli.flag(
        "env",
        "how several machines find one another: by TF_CONFIG, or what Slurm or an "
        "Indexed Job of Kubernetes sets (docs/scale.md)",
        may_differ=True,
    )
    cache: str | None = cli.flag(
        None,
        "folder for decoded pictures, where decoding holds the training up "
        "(docs/scale.md)",
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


@contextlib.contextmanager
def claim(run: pathlib.Path, config: Config) -> Iterator[None]:
    """Makes the run folder, and keeps other trainings out of it meanwhile.

    The lock dies with this process, however it ends. Folders in which nothing was
    written are gone afterwards. Of several machines, the one that writes locks.

    Raises:
      ValueError: another process trains there, the folder is a file, or several
        machines do not know of one another.
      OSError: the folder cannot be made or written into.
    """
    if config.strategy == "multiworker" and clusters.rank(config.cluster) > 0:
        yield
        return
    made = [folder for folder in (run, *run.parents) if not folder.exists()]
    path = run / LOCK
    saving.make_folder_of(path)
    lock = _lock(path)
    saving.sweep(run)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(lock)
        with contextlib.suppress(OSError):  # it is not empty
            for folder in made:
                folder.rmdir()


def _lock(path: pathlib.Path) -> int:
    """Returns an open file that no other process has locked."""
    while True:
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.read(lock, 1000).decode(errors="replace") or "another process"
            os.close(lock)
            raise ValueError(
                f"{path.parent}: {owner} trains here already; wait for its end, stop "
                "it, or pass another --checkpoint_dir"
            ) from None
        except OSError:  # the file system knows no locks
            return lock
        # Its owner may have ended, and taken it away, before we locked it.
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(lock), path.stat()):
                break
        os.close(lock)
    since = time.strftime("%Y-%m-%d %H:%M:%S")
    owner = f"process {os.getpid()} on {platform.node()}, since {since},"
    with contextlib.suppress(OSError):  # the disk is full: others know less
        os.truncate(lock, 0)
        os.write(lock, owner.encode())
    return lock


def check_flags(run: pathlib.Path, config: Config) -> None:
    """Refuses to resume a run with flags that make it another training.

    Which may differ stands beside each flag (`cli.flag(..., may_differ=True)`).

    Args:
      run: the run folder, with the `flags.txt` of its beginning, if it was begun.
      config: the flags of now, resolved.

    Raises:
      ValueError: naming the first flag that differs, or `flags.txt` is damaged.
    """
    path = run / "flags.txt"
    if not (run / "state.npz").exists() or not path.exists():
        return
    now = _table(cli.spell(config))
    # A run that was begun before there was such a flag has its default.
    before = _table(cli.spell(type(config)()))
    begun = cli.read_text(path)
    lines = begun.splitlines()
    if not lines or not all(re.match(r"--\w+=", line) for line in lines):
        raise ValueError(
            f"{path} is damaged; expected the flags that this run was begun with, a "
            "line each. Restore it, or delete it to go on with the flags of now"
        )
    before |= _table(begun)
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
