"""monodepth's benchmark: what is measured, and beside which numbers."""

import json

import numpy as np
import pytest

from benchmarks import harness
from benchmarks import monodepth as benchmark

SMALL = {"size": (128, 128), "width": 1 / 16}


def test_program(monkeypatch, tmp_path, capsys):
    """Every row is measured, once, as often as asked, and kept in the file."""
    repeats = []

    def measure_job(prepare, job, repeat):
        repeats.append(repeat)
        return harness.Cost(1.25, 1.0, 250)

    monkeypatch.setattr(harness, "measure_job", measure_job)
    path = tmp_path / "new" / "bench.json"
    config = benchmark.Config(precisions="float32,bfloat16", repeat=5, output=str(path))
    benchmark.main(config)
    assert repeats == [5] * 8
    rows = json.loads(path.read_text())
    assert [row["batch"] for row in rows] == [2, 2, 8, 8, 2, 2, 2, 2]
    printed = " ".join(capsys.readouterr().out.split())
    assert "| step, vgg, 2 x 256x512, bfloat16 | 1.25 | 1.06 | 1.00 | 2.0 |" in printed
    missed = "step, vgg, 2 x 256x512, float32, of the original: 1.059, expected at most"
    assert missed in printed


def test_measurements_meet_the_original():
    """Catches numbers of the other encoder or batch."""
    rows = benchmark.measurements(benchmark.Config())
    assert {row.name: row.original for row in rows} == {
        "step, vgg, 2 x 256x512, float32": (1.18, 2.0),
        "step, vgg, 8 x 256x512, float32": (4.65, 3.7),
        "step, resnet50, 2 x 256x512, float32": (1.73, None),
        "prediction, vgg, 2 x 256x512, float32": (0.28, None),
    }


@pytest.mark.parametrize("changed", [{"size": "128x256"}, {"width": 0.5}])
def test_no_original_for_another_size_or_width(changed):
    rows = benchmark.measurements(benchmark.Config(precisions="bfloat16", **changed))
    assert {row.original.cpu_seconds for row in rows} == {None}


def test_jobs_are_what_they_say():
    terms = benchmark.prepare(benchmark.Job("step", "vgg", 3, **SMALL))()
    assert terms["loss"] > 0
    pair = benchmark.prepare(benchmark.Job("prediction", "vgg", 2, **SMALL))()
    assert isinstance(pair, np.ndarray)
    assert pair.shape == (2, 128, 128, 2)
    with pytest.raises(ValueError, match="multiples of 128"):
        benchmark.prepare(benchmark.Job("step", "vgg", 1, size=(100, 128)))


def test_bad_flags():
    with pytest.raises(ValueError, match="--precisions has 'int8'; expected float32"):
        benchmark.main(benchmark.Config(precisions="int8"))
    with pytest.raises(ValueError, match="size is 256; expected HxW"):
        benchmark.main(benchmark.Config(size="256"))
