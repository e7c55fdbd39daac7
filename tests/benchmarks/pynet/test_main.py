"""The benchmark as a whole, with costs made up."""

import json
import re

from benchmarks.pynet import __main__ as benchmark
from benchmarks.pynet import cost
from darkroom import cli
from darkroom.metrics.cost import Cost


def test_program(monkeypatch, tmp_path, capsys):
    """Every level, precision and size is measured, once, and kept in the file."""
    monkeypatch.setattr(cost, "of", lambda job: Cost(job.level, 1, 250))
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
    assert len(re.findall(r"^\| 3 \| bfloat16 \|", printed, re.MULTILINE)) == 2
    assert "step of level 7, float32, 512x512: 22.58 of the original" in printed
