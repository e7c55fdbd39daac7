"""The benchmark program; its rows are test_phone_cost's."""

import json

import pytest

from benchmarks.litert import __main__ as phone_benchmark
from benchmarks.litert import cost as phone_cost


def test_it_measures_every_width_and_keeps_the_numbers(tmp_path, capsys, monkeypatch):
    """Catches weights that are used for another width, and flags not passed on."""
    asked = []

    def rows(which, size, precisions, repeat, folder):
        asked.append((which, size, precisions, repeat))
        yield phone_cost.Row(which[0], "float32", 4.0, 4.0, 10**9, 2.0, 0.9, None)
        yield phone_cost.Row(which[0], "Keras", 4.0, 4.0, None, 2.0, 1.0, None)

    monkeypatch.setattr(phone_cost, "rows", rows)
    monkeypatch.setattr(
        "darkroom.train.checkpoints.read_card", lambda path: {"width": 0.25}
    )
    output = tmp_path / "bench.json"
    config = phone_benchmark.Config(
        widths="1,0.25",
        precisions="float32",
        size="32x64",
        level=5,
        weights="w.weights.h5",
        repeat=2,
        output=str(output),
    )
    phone_benchmark.main(config)
    assert asked == [
        ((1.0, 5, None), (32, 64), ["float32"], 2),
        ((0.25, 5, "w.weights.h5"), (32, 64), ["float32"], 2),
    ]
    said = capsys.readouterr().out
    assert "| 0.25 | float32 | 4.0 | 4.00 | 1.0 | 2.000 | 0.90 | - |" in said
    assert "All 1 files of width 1 are within the limits." in said
    found = json.loads(output.read_text())
    assert [row["file"] for row in found] == ["float32", "Keras"] * 2


def test_a_wrong_size_is_refused_at_once():
    with pytest.raises(ValueError, match="multiples of 32"):
        phone_benchmark.main(phone_benchmark.Config(size="100x200"))
