"""What a width costs as a file, and the limits of it."""

import dataclasses
import json

import keras
import pytest

import pynet.weights
from benchmarks import litert as benchmark
from pynet import network

ROW = benchmark.Row(1.0, "float32", 190.2, 4.0, 658_000_000_000, 11.0, 0.95, 80.0)


def test_it_measures_every_width_and_keeps_the_numbers(tmp_path, capsys, monkeypatch):
    """Catches weights that are used for another width, and flags not passed on."""
    calls = []

    def measure_files(model, width, trained, size, precisions, repeat):
        calls.append((model, width, trained, size, precisions, repeat))
        yield benchmark.Row(width, "float32", 4.0, 4.0, 10**9, 2.0, 0.9, None)
        yield benchmark.Row(width, "Keras", 4.0, 4.0, None, 2.0, 1.0, None)

    monkeypatch.setattr(benchmark, "measure_files", measure_files)
    monkeypatch.setattr(benchmark, "load_model", lambda *which: which)
    monkeypatch.setattr(
        "darkroom.train.weights_card.read", lambda path: {"width": 0.25}
    )
    output = tmp_path / "bench.json"
    config = benchmark.Config(
        widths="1,0.25",
        precisions="float32",
        size="32x64",
        level=5,
        weights="w.weights.h5",
        repeat=2,
        output=str(output),
    )
    benchmark.main(config)
    assert calls == [
        ((1.0, 5, None), 1.0, False, (32, 64), ["float32"], 2),
        ((0.25, 5, "w.weights.h5"), 0.25, True, (32, 64), ["float32"], 2),
    ]
    printed = " ".join(capsys.readouterr().out.split())
    assert "| 0.25 | float32 | 4.0 | 4.00 | 1.0 | 2.000 | 0.90 | - |" in printed
    assert "All 3 limits are kept." in printed
    rows = json.loads(output.read_text())
    assert [row["file"] for row in rows] == ["float32", "Keras"] * 2


def test_a_wrong_size_is_refused_at_once():
    with pytest.raises(ValueError, match="multiples of 32"):
        benchmark.main(benchmark.Config(size="100x200"))


def test_a_model_is_of_its_width_level_and_weights(monkeypatch):
    """Catches a file of another width or level, and weights that are not used."""
    monkeypatch.setattr(network, "pynet", lambda width: [width])
    monkeypatch.setattr(network, "one_level", lambda whole, level: [*whole, level])
    monkeypatch.setattr(pynet.weights, "load", lambda path, level: (path, level))
    assert benchmark.load_model(1 / 8, 7, None) == [1 / 8, 7]
    assert benchmark.load_model(1 / 8, 7, "w") == ("w", 7)


def test_rows_are_of_every_file_and_of_keras():
    """Catches a file of another precision, and a PSNR of untrained weights."""
    photo = keras.Input((None, None, 4), name="photo_and_depth")
    wide = keras.layers.Conv2D(256, 9, padding="same", name="wide")(photo)
    model = keras.Model(photo, keras.layers.Conv2D(3, 1, name="rgb")(wide))
    precisions = ["float32", "int8"]
    rows = list(benchmark.measure_files(model, 1, False, (32, 64), precisions, 1))
    assert [row.file for row in rows] == [*precisions, "Keras"]
    assert rows[0].bytes_a_weight == pytest.approx(4, rel=0.05)
    assert rows[1].bytes_a_weight < 1.3
    assert rows[0].macs == rows[1].macs == 32 * 64 * (256 * 81 * 4 + 3 * 256)
    assert rows[0].psnr is None
    assert all(row.cpu_seconds > 0 and row.of_keras > 0 for row in rows)
    row, _ = benchmark.measure_files(model, 1, True, (32, 64), ["float32"], 1)
    assert row.psnr is not None
    assert row.psnr > 60


def test_a_row_is_told_as_people_read_it():
    assert ROW.cells() == [
        "1",
        "float32",
        "190.2",
        "4.00",
        "658.0",
        "11.000",
        "0.95",
        "80.0",
    ]
    untrained = dataclasses.replace(ROW, psnr=None, macs=None)
    assert untrained.cells()[4:] == ["-", "11.000", "0.95", "-"]


def test_limits_are_of_the_paper_s_width():
    """Catches limits that are never compared, and a wrong width that is judged."""
    slow = dataclasses.replace(ROW, file="int8_dynamic", bytes_a_weight=1, of_keras=0.5)
    large = dataclasses.replace(ROW, file="int8", bytes_a_weight=1.06)
    missed = [
        str(limit)
        for row in (ROW, slow, large)
        for limit in row.limits()
        if not limit.met
    ]
    assert missed == [
        "int8_dynamic, CPU-seconds of Keras': 0.5, expected at most 0.4",
        "int8, bytes of those expected: 1.06, expected at most 1.05",
    ]
    assert dataclasses.replace(slow, width=0.5).limits() == []
