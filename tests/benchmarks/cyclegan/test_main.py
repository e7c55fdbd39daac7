"""The benchmark as a whole, with costs made up."""

import json

import pytest

from benchmarks.cyclegan import __main__ as benchmark
from benchmarks.cyclegan import cost
from darkroom.metrics.cost import Cost


def test_program(monkeypatch, tmp_path, capsys):
    """Every row is measured, once, and kept in the file."""
    monkeypatch.setattr(cost, "of", lambda job, repeat: Cost(job.side / 64, 1.0, 250))
    path = tmp_path / "new" / "bench.json"
    benchmark.main(benchmark.Config(output=str(path)))
    assert [row["side"] for row in json.loads(path.read_text())] == [128, 256]
    printed = capsys.readouterr().out
    row = "| CycleGAN step, ResNet-9, 1 x 256x256, float32 | 4.00 | 0.37 | 1.00 | - |"
    assert row in printed
    assert "All 2 measurements with an original are within the limits" in printed


def test_bad_flags():
    for sides in ("128,30", "big", "16"):
        with pytest.raises(ValueError, match=f"--sides is {sides}; expected multiples"):
            benchmark.main(benchmark.Config(sides=sides))
    with pytest.raises(ValueError, match="--precisions has 'int8'; expected float32"):
        benchmark.main(benchmark.Config(precisions="int8"))


def test_beside_torch(monkeypatch, tmp_path, capsys):
    """The share is ours over PyTorch's, and not the other way round."""
    turns = cost.Turns(9.0, 10.0)
    monkeypatch.setattr(cost, "beside_torch", lambda job, repeat: turns)
    path = tmp_path / "bench.json"
    benchmark.main(benchmark.Config(sides="256", beside_torch=True, output=str(path)))
    row = "| CycleGAN step, ResNet-9, 1 x 256x256 | 9.00 | 10.00 | 0.90 |"
    assert row in capsys.readouterr().out
    assert json.loads(path.read_text())[0]["torch"] == 10
    with pytest.raises(ValueError, match="has PyTorch's step in float32 at width 1"):
        benchmark.main(benchmark.Config(width=0.5, beside_torch=True))
