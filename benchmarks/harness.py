"""Measures jobs one by one, each in a process of its own, beside an original's costs.

CPU-seconds count all threads. So that machines can be compared, a float32 matrix
product is timed in the same process, and the original's CPU-seconds are scaled by it.
"""

from __future__ import annotations

import dataclasses
import pathlib
import statistics
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from benchmarks import table
from darkroom.metrics import reports

PRECISIONS = ("float32", "bfloat16")
PRODUCT = 4000  # rows and columns of the matrices; smaller ones miss the CPU's peak
SPEED = 250.0  # GFLOP a CPU-second of matrix products, where the originals were timed
HEAD = ("CPU-s", "of the original", "peak GB", "original GB")

Job = Any  # a dataclass of a benchmark's own, which can be pickled
Prepare = Callable[[Job], Callable[[], object]]


@dataclasses.dataclass(frozen=True)
class Cost:
    """What a job costs.

    Attributes:
      cpu_seconds: of one run, all threads together.
      memory: the process's peak in GB, TensorFlow's own 0.6 GB included.
      speed: of float32 matrix products in the same process, GFLOP a CPU-second.
    """

    cpu_seconds: float
    memory: float
    speed: float


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
      job: what to run.
      original: what that costs in the original program.
      limit: what share of the original's CPU-seconds is allowed.
    """

    name: str
    job: Job
    original: Original = UNKNOWN
    limit: float = 1.0

    def share(self, cost: Cost) -> float | None:
        """Returns CPU-seconds over the original's, scaled to this machine."""
        seconds = self.original.cpu_seconds
        return seconds and cost.cpu_seconds * cost.speed / seconds / SPEED

    def cells(self, cost: Cost) -> list[str]:
        """Returns the cells below `HEAD`."""
        return [
            table.number(cost.cpu_seconds, 2),
            table.number(self.share(cost), 2),
            table.number(cost.memory, 2),
            table.number(self.original.memory, 1),
        ]

    def limits(self, cost: Cost) -> list[table.Limit]:
        """Returns what is to be kept, where the original was measured."""
        share, memory = self.share(cost), self.original.memory
        limits = [table.Limit(f"{self.name}, of the original", share, self.limit)]
        if memory is not None:
            limits.append(table.Limit(f"{self.name}, peak GB", cost.memory, memory))
        return limits


Row = tuple[Measurement, Cost]


def parse_precisions(text: str) -> list[str]:
    """Reads precisions from a list with commas.

    Raises:
      ValueError: one is unknown.
    """
    precisions = text.split(",")
    for precision in precisions:
        if precision not in PRECISIONS:
            raise ValueError(
                f"--precisions has {precision!r}; expected float32, bfloat16 or both"
            )
    return precisions


def measure_job(
    prepare: Prepare, job: Job, repeat: int = 3, product: int = PRODUCT
) -> Cost:
    """Measures a job in a fresh process, which imports `prepare` by its name.

    Args:
      prepare: makes of the job what is to be run.
      job: what `prepare` takes.
      repeat: runs to take the median of, after one that does not count.
      product: rows and columns of the matrices that are multiplied.

    Raises:
      ValueError: `prepare` refused the job, or the process was ended from outside.
    """
    from darkroom.litert import cost

    return cost.run_in_subprocess(time_job, job, prepare, repeat, product)


def time_job(job: Job, prepare: Prepare, repeat: int, product: int) -> Cost:
    """Measures a job in this process. Matrix products are timed before and after it."""
    import tensorflow as tf

    from darkroom.litert import cost

    @tf.function
    def total(square: tf.Tensor) -> tf.Tensor:
        return tf.reduce_sum(tf.linalg.matmul(square, square))

    def multiply() -> list[float]:
        # An argument: the product of constants would be worked out only once.
        square = tf.random.uniform((product, product))
        return cost.take_turns([lambda: float(total(square))], 2)[0]

    before = multiply()
    (seconds,) = cost.take_turns([prepare(job)], repeat)
    memory = cost.peak_memory()  # the products that follow would leave holes in it
    once = statistics.median(before + multiply())
    return Cost(statistics.median(seconds), memory, 2e-9 * product**3 / once)


def measure_all(
    measurements: Sequence[Measurement], prepare: Prepare, repeat: int, output: str
) -> list[Row]:
    """Measures row by row; the numbers so far are in `output`, JSON, at any time.

    Raises:
      ValueError: as `measure_job`.
      OSError: the file cannot be written.
    """
    from tqdm import auto

    rows: list[Row] = []
    for measurement in auto.tqdm(measurements, unit="measurement"):
        rows.append((measurement, measure_job(prepare, measurement.job, repeat)))
        save(output, [_numbers(*row) for row in rows])
    return rows


def _numbers(measurement: Measurement, cost: Cost) -> dict[str, Any]:
    numbers = {**dataclasses.asdict(measurement.job), **dataclasses.asdict(cost)}
    return {"name": measurement.name, **numbers}


def save(output: str, content: reports.Json) -> None:
    """Writes numbers as JSON, whole or not at all.

    Raises:
      OSError: the file cannot be written.
    """
    reports.write(pathlib.Path(output), content)


def costs_table(rows: Sequence[Row]) -> str:
    """Returns a table of costs; a dash where the original was not measured."""
    cells = [[measurement.name, *measurement.cells(cost)] for measurement, cost in rows]
    return table.markdown(["", *HEAD], cells)


def show(
    rows: Sequence[Row],
    output: str,
    as_table: Callable[[Sequence[Row]], str] = costs_table,
) -> None:
    """Prints a table, the verdict, and where the numbers are."""
    limits = [limit for measurement, cost in rows for limit in measurement.limits(cost)]
    speeds = sorted(cost.speed for _, cost in rows)
    print(
        f"{as_table(rows)}\n\n{table.verdict(limits)}\n"
        f"Matrix products ran at {speeds[0]:.0f}-{speeds[-1]:.0f} GFLOP a CPU-second.\n"
        f"every number is in {output}"
    )
