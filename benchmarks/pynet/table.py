"""The levels' measurements beside the original's, and their table."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks import harness
from benchmarks.pynet import jobs as cost_jobs
from darkroom.metrics import reports

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
LIMIT = {"float32": 1.05, "bfloat16": 0.6}  # of the original's CPU-seconds


def measurement(job: cost_jobs.Job) -> harness.Measurement:
    """The job with what it costs in the original."""
    found = ORIGINAL.get((job.task, job.level, job.size)) if job.width == 1 else None
    return harness.Measurement(
        f"{job.task} of level {job.level}, {job.precision}, {_size(job)}",
        job,
        harness.Original(*(found or ())),
        LIMIT[job.precision],
    )


def markdown(rows: Sequence[harness.Row]) -> str:
    """A table in Markdown; a dash where the original was not measured."""
    steps = [row for row in rows if row[0].job.task == "step"]
    inferences = {_key(row): row for row in rows if row[0].job.task == "inference"}
    sizes = {_size(row.job) for row, _ in inferences.values()}
    costs = ("CPU-s", "of the original", "peak GB", "original GB")
    head = ["level", "precision", "patch", *costs]
    head += [f"inference {', '.join(sizes)}, CPU-s", *costs[1:]]
    lines = []
    for step in steps:
        # Once for a level, even if several sizes of patches were measured.
        inference = inferences.pop(_key(step), None)
        job = step[0].job
        cells = [job.level, job.precision, _size(job), *harness.cells(*step)]
        cells += harness.cells(*inference) if inference else [""] * len(costs)
        lines.append(cells)
    return reports.markdown(head, lines)


def _key(row: harness.Row) -> tuple[int, str]:
    return row[0].job.level, row[0].job.precision


def _size(job: cost_jobs.Job) -> str:
    return f"{job.size[0]}x{job.size[1]}"
