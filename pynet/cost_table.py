"""What the levels cost beside what the original costs: a table and its verdict."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pynet import cost, cost_jobs

Row = tuple[cost_jobs.Job, cost.Cost]

# Of the original at width 1 in float32: CPU-seconds and, where known, GB.
ORIGINAL: dict[tuple[str, int, tuple[int, int]], tuple[float, float | None]] = {
    ("step", 7, (512, 512)): (0.31, 1.4),
    ("step", 5, (512, 512)): (1.46, 1.9),
    ("step", 3, (512, 512)): (11.9, 3.6),
    ("step", 1, (512, 512)): (11.9, 3.9),
    ("step", 7, (256, 256)): (0.12, None),
    ("step", 5, (256, 256)): (0.45, None),
    ("step", 3, (256, 256)): (3.1, None),
    ("step", 1, (256, 256)): (3.2, None),
    ("inference", 1, (512, 768)): (5.4, 1.3),
}
SPEED = 250.0  # GFLOP a CPU-second, where the original was timed
LIMIT = {"float32": 1.05, "bfloat16": 0.6}  # of the original's CPU-seconds


def share(job: cost_jobs.Job, found: cost.Cost) -> float | None:
    """The CPU-seconds as a share of the original's, scaled to this machine."""
    seconds, _ = _original(job)
    return (
        None if seconds is None else found.cpu_seconds * found.speed / seconds / SPEED
    )


def markdown(rows: Sequence[Row]) -> str:
    """A table in Markdown; a dash where the original was not measured."""
    steps = [row for row in rows if row[0].task == "step"]
    inferences = {_key(row[0]): row for row in rows if row[0].task == "inference"}
    sizes = {_size(job) for job, _ in inferences.values()}
    costs = ("CPU-s", "of the original", "peak GB", "original GB")
    head = ["level", "precision", "patch", *costs]
    head += [f"inference {', '.join(sizes)}, CPU-s", *costs[1:]]
    lines = [head, ["---"] * len(head)]
    for job, found in steps:
        # Once for a level, even if several sizes of patches were measured.
        inference = inferences.pop(_key(job), None)
        lines.append([str(job.level), job.precision, _size(job), *_cells((job, found))])
        lines[-1] += _cells(inference) if inference else [""] * len(costs)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def verdict(rows: Sequence[Row]) -> str:
    """One sentence: which measurements cost more than they may."""
    over, compared = [], 0
    for job, found in rows:
        part, memory = share(job, found), _original(job)[1]
        if part is None:
            continue
        compared += 1
        name = f"{job.task} of level {job.level}, {job.precision}, {_size(job)}"
        if part > LIMIT.get(job.precision, math.inf):
            limit = LIMIT[job.precision]
            over.append(f"{name}: {part:.2f} of the original, at most {limit:g}")
        if memory is not None and found.memory > memory:
            over.append(f"{name}: {found.memory:.2f} GB, the original {memory:g}")
    if not compared:
        return "Nothing to compare: the original was timed on other rows, at width 1."
    speeds = sorted(found.speed for _, found in rows)
    at = f"matrix products ran at {speeds[0]:.0f}-{speeds[-1]:.0f} GFLOP a CPU-second"
    if over:
        return f"Over the limit: {'; '.join(over)} ({at})."
    return f"All {compared} measurements with an original are within the limits ({at})."


def _cells(row: Row) -> list[str]:
    job, found = row
    numbers: list[tuple[float | None, int]] = [(found.cpu_seconds, 2), (share(*row), 2)]
    numbers += [(found.memory, 2), (_original(job)[1], 1)]
    return ["-" if value is None else f"{value:.{n}f}" for value, n in numbers]


def _key(job: cost_jobs.Job) -> tuple[int, str]:
    return job.level, job.precision


def _size(job: cost_jobs.Job) -> str:
    return f"{job.size[0]}x{job.size[1]}"


def _original(job: cost_jobs.Job) -> tuple[float | None, float | None]:
    if job.width != 1:
        return None, None
    return ORIGINAL.get((job.task, job.level, job.size), (None, None))
