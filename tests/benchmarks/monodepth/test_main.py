"""The benchmark as a whole, with costs made up."""

import json

import pytest

from benchmarks.monodepth import __main__ as benchmark
from benchmarks.monodepth import cost
from darkroom.metrics.cost import Cost


def test_program(monkeypatch, tmp_path, capsys):
    """Every row is measured, once, as often as asked, and kept in the file."""
    repeats = []

    def of(job, repeat):
        repeats.append(repeat)
        return Cost(1.25, 1.0, 250)

    monkeypatch.setattr(cost, "of", of)
    path = tmp_path / "new" / "bench.json"
    config = benchmark.Config(precisions="float32,bfloat16", repeat=5, output=str(path))
    benchmark.main(config)
    assert repeats == [5] * 8
    rows = json.loads(path.read_text())
    assert [row["batch"] for row in rows] == [2, 2, 8, 8, 2, 2, 2, 2]
    printed = capsys.readouterr().out
    assert "| step, vgg, 2 x 256x512, bfloat16 | 1.25 | 1.06 | 1.00 | 2.0 |" in printed
    missed = "step, vgg, 2 x 256x512, float32: 1.06 of the original, at most 1.05"
    assert missed in printed


def test_bad_flags():
    with pytest.raises(ValueError, match="--precisions has 'int8'; expected float32"):
        benchmark.main(benchmark.Config(precisions="int8"))
    with pytest.raises(ValueError, match="size is 256; expected HxW"):
        benchmark.main(benchmark.Config(size="256"))
