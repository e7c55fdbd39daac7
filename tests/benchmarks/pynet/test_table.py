"""The original's numbers, and the levels' table, by hand."""

import dataclasses

import pytest

from benchmarks import harness
from benchmarks.pynet import jobs as cost_jobs
from benchmarks.pynet import table as cost_table
from darkroom.metrics import cost

STEP = cost_jobs.Job("step", 7, "float32", (512, 512))
INFERENCE = cost_jobs.Job("inference", 1, "bfloat16", (512, 768))


def test_a_job_meets_its_original():
    """Catches a limit of the other precision."""
    row = cost_table.measurement(INFERENCE)
    assert row.name == "inference of level 1, bfloat16, 512x768"
    assert row.original == (5.4, 1.3)
    assert row.limit == 0.6
    assert cost_table.measurement(STEP).limit == 1.05


@pytest.mark.parametrize(
    "change",
    [{"width": 0.5}, {"level": 6}, {"size": (512, 768)}, {"task": "inference"}],
)
def test_no_share_where_the_original_was_not_timed(change):
    other = cost_table.measurement(dataclasses.replace(STEP, **change))
    assert other.original == harness.Original()


def test_table():
    """Catches cells in the wrong column, and an inference beside another's step."""
    fast = dataclasses.replace(STEP, level=1, precision="bfloat16")
    lines = cost_table.markdown(
        [
            (cost_table.measurement(STEP), cost.Cost(0.31, 1.25, 250.0)),
            (cost_table.measurement(fast), cost.Cost(5.95, 3.0, 250.0)),
            (cost_table.measurement(INFERENCE), cost.Cost(2.7, 1.1, 250.0)),
        ]
    ).splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert {len(row) for row in rows} == {11}
    assert rows[0][7] == "inference 512x768, CPU-s"
    assert rows[2][:7] == ["7", "float32", "512x512", "0.31", "1.00", "1.25", "1.4"]
    assert rows[2][7:] == [""] * 4
    assert rows[3][3:] == ["5.95", "0.50", "3.00", "3.9", "2.70", "0.50", "1.10", "1.3"]
