"""Shares, table and verdict, by hand; a job that is measured; rows that are kept.

`functools.partial` of itself is a preparation that every process can import.
"""

import dataclasses
import functools
import json

import numpy as np
import pytest

from benchmarks import harness
from darkroom.litert import cost as litert_cost


@dataclasses.dataclass
class Job:
    side: int


ROW = harness.Measurement("step", Job(4), harness.Original(0.31, 1.4), limit=1.05)
OTHER = harness.Measurement("other", Job(5))


def test_share_of_the_original_at_another_speed():
    """Catches a scale upside down: at half the speed the original needs twice 0.31."""
    half = harness.Cost(cpu_seconds=0.62, memory=1.0, speed=125.0)
    assert ROW.share(half) == pytest.approx(1.0)
    assert ROW.share(dataclasses.replace(half, speed=250.0)) == pytest.approx(2.0)
    assert OTHER.share(half) is None


def test_table():
    """Catches cells in the wrong column."""
    cost = harness.Cost(0.31, 1.25, 250.0)
    lines = harness.costs_table([(ROW, cost), (OTHER, cost)]).splitlines()
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]
    assert cells[0] == ["", "CPU-s", "of the original", "peak GB", "original GB"]
    assert cells[2] == ["step", "0.31", "1.00", "1.25", "1.4"]
    assert cells[3] == ["other", "0.31", "-", "1.25", "-"]


@pytest.mark.parametrize(
    ("row", "seconds", "memory", "missed"),
    [
        (ROW, 0.31 * 1.04, 1.39, []),
        (
            ROW,
            0.31 * 1.06,
            1.39,
            ["step, of the original: 1.06, expected at most 1.05"],
        ),
        (ROW, 0.31, 1.41, ["step, peak GB: 1.41, expected at most 1.4"]),
        (OTHER, 0.1, 1.0, []),
    ],
)
def test_limits(row, seconds, memory, missed):
    limits = row.limits(harness.Cost(seconds, memory, 250.0))
    assert [str(limit) for limit in limits if limit.met is False] == missed
    assert {limit.met for limit in limits} == {None} or row is ROW


def test_a_job_is_measured_in_a_process_of_its_own():
    """Catches the parent's memory in the number, and a product folded to a constant."""
    ours = np.ones(1_500_000_000, np.uint8)
    prepare = functools.partial(functools.partial, sum)
    found = harness.measure_job(prepare, range(10**6), repeat=1, product=500)
    assert 0.3 < found.memory < 1e-9 * ours.nbytes < litert_cost.peak_memory()
    assert 0.001 < found.cpu_seconds < 2
    assert 1 < found.speed < 5000


def test_numbers_are_kept_when_a_later_row_fails(tmp_path, monkeypatch):
    """Catches a file that is written at the end only."""

    def measure_job(prepare, job, repeat):
        if job.side == 5:
            raise ValueError("out of memory")
        return harness.Cost(1.0, 2.0, repeat)

    monkeypatch.setattr(harness, "measure_job", measure_job)
    path = tmp_path / "new" / "bench.json"
    with pytest.raises(ValueError, match="out of memory"):
        harness.measure_all([ROW, OTHER], lambda job: job, 7, str(path))
    numbers = {"cpu_seconds": 1.0, "memory": 2.0, "speed": 7}
    assert json.loads(path.read_text()) == [{"name": "step", "side": 4, **numbers}]
