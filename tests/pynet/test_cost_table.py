"""Shares, table and verdict, by hand."""

import dataclasses

import pytest

from pynet import cost, cost_jobs, cost_table

STEP = cost_jobs.Job("step", 7, "float32", (512, 512))
INFERENCE = cost_jobs.Job("inference", 1, "bfloat16", (512, 768))


def test_share_of_the_original_at_another_speed():
    """Catches a scale upside down: at half the speed the original needs twice 0.31."""
    half = cost.Cost(cpu_seconds=0.62, memory=1.0, speed=125.0)
    assert cost_table.share(STEP, half) == pytest.approx(1.0)
    assert cost_table.share(STEP, dataclasses.replace(half, speed=250.0)) == (
        pytest.approx(2.0)
    )


@pytest.mark.parametrize(
    "change",
    [{"width": 0.5}, {"level": 6}, {"size": (512, 768)}, {"task": "inference"}],
)
def test_no_share_where_the_original_was_not_timed(change):
    other = dataclasses.replace(STEP, **change)
    assert cost_table.share(other, cost.Cost(0.62, 1.0, 125.0)) is None
    assert "Nothing to compare" in cost_table.verdict([(other, cost.Cost(1, 1, 1))])


def test_table():
    """Catches cells in the wrong column, and an inference beside another's step."""
    fast = dataclasses.replace(STEP, level=1, precision="bfloat16")
    lines = cost_table.markdown(
        [
            (STEP, cost.Cost(0.31, 1.25, 250.0)),
            (fast, cost.Cost(5.95, 3.0, 250.0)),
            (INFERENCE, cost.Cost(2.7, 1.1, 250.0)),
        ]
    ).splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert {len(row) for row in rows} == {11}
    assert rows[0][7] == "inference 512x768, CPU-s"
    assert rows[2][:7] == ["7", "float32", "512x512", "0.31", "1.00", "1.25", "1.4"]
    assert rows[2][7:] == [""] * 4
    assert rows[3][3:] == ["5.95", "0.50", "3.00", "3.9", "2.70", "0.50", "1.10", "1.3"]


@pytest.mark.parametrize(
    ("job", "seconds", "memory", "says"),
    [
        (STEP, 0.31 * 1.04, 1.39, "All 1 measurements"),
        (STEP, 0.31 * 1.06, 1.39, "step of level 7, float32, 512x512: 1.06 of the"),
        (
            STEP,
            0.31,
            1.41,
            "step of level 7, float32, 512x512: 1.41 GB, the original 1.4",
        ),
        (INFERENCE, 5.4 * 0.59, 1.2, "All 1 measurements"),
        (
            INFERENCE,
            5.4 * 0.61,
            1.2,
            "level 1, bfloat16, 512x768: 0.61 of the original",
        ),
    ],
)
def test_verdict(job, seconds, memory, says):
    assert says in cost_table.verdict([(job, cost.Cost(seconds, memory, 250.0))])
