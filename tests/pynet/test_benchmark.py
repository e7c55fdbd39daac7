"""The benchmark: what it measures, and how it compares."""

import dataclasses
import json
import re

import numpy as np
import pytest

from darkroom import command
from pynet import benchmark, cost, cost_jobs, cost_table

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


@pytest.mark.parametrize("task", ["step", "inference"])
def test_measured_in_its_own_process(task):
    """Catches the parent's memory in the number, and a product folded to a constant."""
    ours = np.ones(1_500_000_000, np.uint8)
    job = cost_jobs.Job(task, 7, "bfloat16", (64, 96), 1 / 8, repeat=1, product=500)
    found = cost.in_own_process(job)
    assert 0.3 < found.memory < 1e-9 * ours.nbytes < cost.peak_memory()
    assert 0 < found.cpu_seconds < 10
    assert 1 < found.speed < 5000


def test_bad_network_says_so_through_the_process():
    with pytest.raises(ValueError, match="expected a multiple of 1/32"):
        cost.in_own_process(cost_jobs.Job("step", 7, "float32", (32, 32), 0.3, 1, 100))


def test_program(monkeypatch, tmp_path, capsys):
    """Every level, precision and size is measured, once, and kept in the file."""
    monkeypatch.setattr(
        cost, "in_own_process", lambda job: cost.Cost(job.level, 1, 250)
    )
    config = command.parse(
        benchmark.Config,
        "--levels=7,3",
        "--sizes=512,64x96",
        f"--output={tmp_path / 'new' / 'bench.json'}",
    )
    benchmark.main(config)
    rows = json.loads((tmp_path / "new" / "bench.json").read_text())
    assert len(rows) == 2 * 2 * 3
    assert [r["cpu_seconds"] for r in rows] == [7, 7, 3, 3] * 3
    assert [r["size"] for r in rows[::4]] == [[512, 512], [64, 96], [512, 768]]
    printed = capsys.readouterr().out
    assert len(re.findall(r"^\| 3 \| bfloat16 \|", printed, re.MULTILINE)) == 2
    assert "step of level 7, float32, 512x512: 22.58 of the original" in printed


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (["--levels=8"], "--levels has '8'; expected levels 7 to 1"),
        (["--precisions=int8"], "--precisions has 'int8'; expected float32, bfloat16"),
        (["--sizes=500"], "a size is '500'; expected HxW"),
        (["--inference_size=512x"], "a size is '512x'; expected HxW"),
    ],
)
def test_bad_flags(flags, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        benchmark.main(command.parse(benchmark.Config, *flags))
