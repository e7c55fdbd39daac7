"""From an experiment's settings to its result.json, made once and shown ever after.

What only a run needs is imported late: --help is to come at once.
"""

from __future__ import annotations

import dataclasses
import os
import pathlib
import platform
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from darkroom import cli

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from darkroom.report import results

Scale = Literal["smoke", "short", "evening", "night"]

RUNS = pathlib.Path("runs/experiments")
DATA = pathlib.Path("data/experiments")  # generated scenes, shared by experiments


@dataclasses.dataclass(frozen=True)
class About:
    """What is said of an experiment, whatever comes out of it.

    Attributes:
      number: its place in the report.
      name: of its folder and its script.
      title: a few words.
      question: one sentence.
      method: a paragraph.
    """

    number: int
    name: str
    title: str
    question: str
    method: str

    def folder(self, scale: Scale) -> pathlib.Path:
        """Returns where it leaves what it makes."""
        return RUNS / scale / self.name


@dataclasses.dataclass(frozen=True)
class Found:
    """What came out: as of `results.Result`."""

    tables: list[results.Table]
    pictures: list[results.Picture]
    findings: list[str]
    cpu_seconds: float


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags that all experiments have."""

    scale: Scale = cli.flag(
        "short",
        "smoke (to try it), short, evening (each training once), or night (several "
        "seeds, as long as the question needs)",
    )


def show(
    about: About,
    config: Config,
    settings: DataclassInstance,
    make: Callable[[pathlib.Path], Found],
) -> None:
    """Prints the result; makes it first, unless it is there and of these settings.

    Args:
      about: the experiment.
      config: its flags.
      settings: all that its numbers depend on.
      make: finds out, in the experiment's folder.

    Raises:
      OSError, ValueError: a step failed, or a file cannot be read or written.
    """
    from darkroom.report import results

    folder = about.folder(config.scale)
    wanted = {"scale": config.scale, **_plain(dataclasses.asdict(settings))}
    result = _stored(folder, wanted)
    if result is None:
        found = make(folder)
        result = results.Result(
            **dataclasses.asdict(about),
            command=_command(about, config),
            findings=found.findings,
            tables=found.tables,
            pictures=found.pictures,
            cpu_minutes=round(found.cpu_seconds / 60, 1),
            processor=processor(),
            settings=wanted,
        )
        results.write(result, folder)
    print(f"{results.as_text(result)}\n\nevery number is in {folder / results.FILE}")


def _stored(folder: pathlib.Path, wanted: Mapping[str, Any]) -> results.Result | None:
    from darkroom.report import results

    try:
        result = results.read(folder)
    except (OSError, ValueError):
        return None
    return result if result.settings == wanted else None


def _plain(content: Any) -> Any:
    """Returns it as JSON gives it back: lists for tuples."""
    if isinstance(content, dict):
        return {str(key): _plain(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_plain(value) for value in content]
    return content


def _command(about: About, config: Config) -> str:
    flags = [
        f"--{field.name} {value}"
        for field in dataclasses.fields(config)
        if (value := getattr(config, field.name)) != field.default
        or field.name == "scale"
    ]
    return " ".join([f"scripts/experiments/{about.name}.sh", *flags])


def processor() -> str:
    """Returns the processor's name, and how many of its cores there are."""
    name = platform.processor() or platform.machine()
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.split(":", 1)[1].strip() for line in lines if "model name" in line]
    return f"{names[0] if names else name}, {os.cpu_count()} cores"


def checksum(path: str) -> str:
    """Returns the first digits of a file's SHA-256: another file, other results.

    Raises:
      OSError: it cannot be read.
    """
    import hashlib

    with pathlib.Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:12]


def spread(values: Sequence[float], digits: int) -> str:
    """Returns the mean of several seeds and their standard deviation; one as it is."""
    import statistics

    if not values:
        return "-"
    mean = f"{statistics.fmean(values):.{digits}f}"
    if len(values) == 1:
        return mean
    return f"{mean} ± {statistics.stdev(values):.{digits}f}"
