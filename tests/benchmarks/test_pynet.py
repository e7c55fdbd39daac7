"""PyNET's benchmark: what is measured, beside which numbers, and its table."""

import dataclasses
import json
import re

import numpy as np
import pytest

from benchmarks import harness
from benchmarks import pynet as benchmark
from darkroom import cli

STEP = benchmark.Job("step", 7, "float32", (512, 512))
INFERENCE = benchmark.Job("inference", 1, "bfloat16", (512, 768))
SMALL = benchmark.Job("step", 7, "bfloat16", (64, 96), 1 / 8)


def cells(text: str) -> list[list[str]]:
    return [[c.strip() for c in line.split("|")[1:-1]] for line in text.splitlines()]


def test_program(monkeypatch, tmp_path, capsys):
    """Every level, precision and size is measured, once, and kept in the file."""
    monkeypatch.setattr(
        harness, "measure_job", lambda _, job, repeat: harness.Cost(job.level, 1, 250)
    )
    config = cli.parse(
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
    assert len(re.findall(r"^\| 3 +\| +bfloat16 \|", printed, re.MULTILINE)) == 2
    assert "step of level 7, float32, 512x512, of the original: 22.58" in printed


@pytest.mark.parametrize(("text", "size"), [("512", (512, 512)), ("64x96", (64, 96))])
def test_size(text, size):
    """Catches height and width exchanged."""
    assert benchmark.parse_size(text) == size


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (["--levels=8"], "--levels has '8'; expected levels 7 to 1"),
        (["--precisions=int8"], "--precisions has 'int8'; expected float32, bfloat16"),
        (["--sizes=500"], "size is 500x500; expected multiples of 32"),
        (["--inference_size=512x"], "size is 512x; expected HxW"),
    ],
)
def test_bad_flags(flags, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        benchmark.main(cli.parse(benchmark.Config, *flags))


def test_a_job_meets_its_original():
    """Catches a limit of the other precision."""
    row = benchmark.measurement(INFERENCE)
    assert row.name == "inference of level 1, bfloat16, 512x768"
    assert row.original == (5.4, 1.3)
    assert row.limit == 0.6
    assert benchmark.measurement(STEP).limit == 1.05


@pytest.mark.parametrize(
    "change",
    [{"width": 0.5}, {"level": 6}, {"size": (512, 768)}, {"task": "inference"}],
)
def test_no_share_where_the_original_was_not_timed(change):
    other = benchmark.measurement(dataclasses.replace(STEP, **change))
    assert other.original == harness.UNKNOWN


def test_an_inference_and_a_step_are_what_they_say():
    """Catches a step that is measured for both."""
    terms = benchmark.prepare(SMALL)()
    assert terms["loss"] > 0
    inference = dataclasses.replace(SMALL, task="inference", precision="float32")
    picture = benchmark.prepare(inference)()
    assert isinstance(picture, np.ndarray)
    assert picture.shape[-1] == 3
    with pytest.raises(ValueError, match=r"expected a multiple of 1/32"):
        benchmark.prepare(dataclasses.replace(SMALL, width=0.3))


def test_table():
    """Catches cells in the wrong column, and an inference beside another's step."""
    fast = dataclasses.replace(STEP, level=1, precision="bfloat16")
    rows = cells(
        benchmark.levels_table(
            [
                (benchmark.measurement(STEP), harness.Cost(0.31, 1.25, 250.0)),
                (benchmark.measurement(fast), harness.Cost(5.95, 3.0, 250.0)),
                (benchmark.measurement(INFERENCE), harness.Cost(2.7, 1.1, 250.0)),
            ]
        )
    )
    assert {len(row) for row in rows} == {11}
    assert rows[0][7] == "inference 512x768, CPU-s"
    assert rows[2][:7] == ["7", "float32", "512x512", "0.31", "1.00", "1.25", "1.4"]
    assert rows[2][7:] == [""] * 4
    assert rows[3][3:] == ["5.95", "0.50", "3.00", "3.9", "2.70", "0.50", "1.10", "1.3"]
