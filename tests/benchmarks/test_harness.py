"""Shares, table and verdict, by hand; rows that are kept as they come."""

import dataclasses
import json

import pytest

from benchmarks import harness
from darkroom.metrics import cost


@dataclasses.dataclass
class Job:
    side: int


ROW = harness.Measurement("step", Job(4), harness.Original(0.31, 1.4), limit=1.05)
UNKNOWN = harness.Measurement("other", Job(5))


def test_share_of_the_original_at_another_speed():
    """Catches a scale upside down: at half the speed the original needs twice 0.31."""
    half = cost.Cost(cpu_seconds=0.62, memory=1.0, speed=125.0)
    assert ROW.share(half) == pytest.approx(1.0)
    assert ROW.share(dataclasses.replace(half, speed=250.0)) == pytest.approx(2.0)
    assert UNKNOWN.share(half) is None


def test_table():
    """Catches cells in the wrong column."""
    found = cost.Cost(0.31, 1.25, 250.0)
    rows = harness.markdown([(ROW, found), (UNKNOWN, found)]).splitlines()
    assert rows[0] == "|  | CPU-s | of the original | peak GB | original GB |"
    assert rows[2] == "| step | 0.31 | 1.00 | 1.25 | 1.4 |"
    assert rows[3] == "| other | 0.31 | - | 1.25 | - |"


@pytest.mark.parametrize(
    ("row", "seconds", "memory", "says"),
    [
        (ROW, 0.31 * 1.04, 1.39, "All 1 measurements"),
        (ROW, 0.31 * 1.06, 1.39, "Over the limit: step: 1.06 of the original, at"),
        (ROW, 0.31, 1.41, "Over the limit: step: 1.41 GB, the original 1.4 (matrix"),
        (UNKNOWN, 0.1, 1.0, "Nothing to compare"),
    ],
)
def test_verdict(row, seconds, memory, says):
    assert harness.verdict([(row, cost.Cost(seconds, memory, 250.0))]).startswith(says)


def test_numbers_are_kept_when_a_later_row_fails(tmp_path):
    """Catches a file that is written at the end only."""

    def measured(job):
        if job.side == 5:
            raise ValueError("out of memory")
        return cost.Cost(1.0, 2.0, 3.0)

    path = tmp_path / "new" / "bench.json"
    with pytest.raises(ValueError, match="out of memory"):
        harness.run([ROW, UNKNOWN], measured, str(path))
    numbers = {"cpu_seconds": 1.0, "memory": 2.0, "speed": 3.0}
    assert json.loads(path.read_text()) == [{"name": "step", "side": 4, **numbers}]
