"""Measurements beside those of an original program: one by one, a table, a verdict."""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from darkroom.metrics import reports
from darkroom.metrics.cost import Cost

PRECISIONS = ("float32", "bfloat16")
SPEED = 250.0  # GFLOP a CPU-second of matrix products, where the originals were timed


class Original(NamedTuple):
    """What the original costs, where it is known: CPU-seconds, peak memory in GB."""

    cpu_seconds: float | None = None
    memory: float | None = None


UNKNOWN = Original()


@dataclasses.dataclass(frozen=True)
class Measurement:
    """One row.

    Attributes:
      name: for people.
      job: a dataclass that says what to run.
      original: what that costs in the original program.
      limit: what share of the original's CPU-seconds is allowed.
    """

    name: str
    job: Any
    original: Original = UNKNOWN
    limit: float = 1.0

    def share(self, found: Cost) -> float | None:
        """The CPU-seconds as a share of the original's, scaled to this machine."""
        seconds = self.original.cpu_seconds
        if seconds is None:
            return None
        return found.cpu_seconds * found.speed / seconds / SPEED


Row = tuple[Measurement, Cost]


def run(
    todo: Sequence[Measurement], measured: Callable[[Any], Cost], output: str
) -> list[Row]:
    """Measures row by row; the numbers so far are in a file at any time.

    Args:
      todo: what to measure.
      measured: of a job.
      output: the file, JSON.

    Raises:
      OSError: it cannot be written.
    """
    from tqdm import auto

    found: list[Row] = []
    for row in auto.tqdm(todo, unit="measurement"):
        found.append((row, measured(row.job)))
        reports.write(pathlib.Path(output), [_numbers(*each) for each in found])
    return found


def _numbers(row: Measurement, found: Cost) -> dict[str, Any]:
    numbers = {**dataclasses.asdict(row.job), **dataclasses.asdict(found)}
    return {"name": row.name, **numbers}


def precisions(text: str) -> list[str]:
    """The precisions in a list with commas.

    Raises:
      ValueError: one is unknown.
    """
    found = text.split(",")
    for precision in found:
        if precision not in PRECISIONS:
            raise ValueError(
                f"--precisions has {precision!r}; expected float32, bfloat16 or both"
            )
    return found


def markdown(rows: Sequence[Row]) -> str:
    """A table in Markdown; a dash where the original was not measured."""
    head = ["", "CPU-s", "of the original", "peak GB", "original GB"]
    return reports.markdown(
        head, [[row.name, *cells(row, found)] for row, found in rows]
    )


def cells(row: Measurement, found: Cost) -> list[str]:
    """CPU-seconds, share of the original's, peak memory, the original's."""
    numbers: list[tuple[float | None, int]] = [
        (found.cpu_seconds, 2),
        (row.share(found), 2),
        (found.memory, 2),
        (row.original.memory, 1),
    ]
    return ["-" if value is None else f"{value:.{n}f}" for value, n in numbers]


def verdict(rows: Sequence[Row]) -> str:
    """One sentence: which measurements cost more than they may."""
    over, compared = [], 0
    for row, found in rows:
        part, memory = row.share(found), row.original.memory
        if part is None:
            continue
        compared += 1
        if part > row.limit:
            over.append(
                f"{row.name}: {part:.2f} of the original, at most {row.limit:g}"
            )
        if memory is not None and found.memory > memory:
            over.append(f"{row.name}: {found.memory:.2f} GB, the original {memory:g}")
    if not compared:
        return "Nothing to compare: the original was timed on other rows, at width 1."
    speeds = sorted(found.speed for _, found in rows)
    at = f"matrix products ran at {speeds[0]:.0f}-{speeds[-1]:.0f} GFLOP a CPU-second"
    if over:
        return f"Over the limit: {'; '.join(over)} ({at})."
    return f"All {compared} measurements with an original are within the limits ({at})."


def show(
    rows: Sequence[Row],
    output: str,
    table: Callable[[Sequence[Row]], str] = markdown,
) -> None:
    """Prints a table, the verdict, and where the numbers are."""
    print(f"{table(rows)}\n\n{verdict(rows)}\nevery number is in {output}")
