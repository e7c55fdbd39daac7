"""What a width costs as a file, and the verdict on it."""

import dataclasses

import keras
import pytest

import pynet.weights
from benchmarks.litert import cost as phone_cost
from pynet import network

ROW = phone_cost.Row(1.0, "float32", 190.2, 4.0, 658_000_000_000, 11.0, 0.95, 80.0)


def test_rows_are_of_every_file_and_of_keras(tmp_path, monkeypatch):
    """Catches a file of another precision, width or level; and one that is left."""
    photo = keras.Input((None, None, 4), name="photo_and_depth")
    wide = keras.layers.Conv2D(256, 9, padding="same", name="wide")(photo)
    model = keras.Model(photo, keras.layers.Conv2D(3, 1, name="rgb")(wide))
    built = []
    monkeypatch.setattr(network, "pynet", lambda width: built.append(width))
    monkeypatch.setattr(
        network, "one_level", lambda _, level: built.append(level) or model
    )
    precisions = ["float32", "int8"]
    found = list(phone_cost.rows((1 / 8, 7, None), (32, 64), precisions, 1, tmp_path))
    assert built == [1 / 8, 7]
    assert [row.file for row in found] == [*precisions, "Keras"]
    assert found[0].bytes_a_weight == pytest.approx(4, rel=0.05)
    assert found[1].bytes_a_weight < 1.3
    assert found[0].macs == found[1].macs == 32 * 64 * (256 * 81 * 4 + 3 * 256)
    assert found[0].psnr is None
    assert all(row.cpu_seconds > 0 and row.of_keras > 0 for row in found)
    assert not list(tmp_path.iterdir())


def test_trained_weights_are_told_apart_by_their_psnr(tmp_path, monkeypatch):
    """Catches weights that are named and not used."""
    photo = keras.Input((None, None, 4), name="photo_and_depth")
    model = keras.Model(photo, keras.layers.Conv2D(3, 1, name="rgb")(photo))
    monkeypatch.setattr(
        pynet.weights, "load", lambda weights, level: {"w": model}[weights]
    )
    row, _ = phone_cost.rows((1 / 8, 7, "w"), (32, 64), ["float32"], 1, tmp_path)
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


def test_the_verdict_names_what_is_over_a_limit():
    """Catches limits that are never compared, and a wrong width that is judged."""
    slow = dataclasses.replace(ROW, file="int8_dynamic", bytes_a_weight=1, of_keras=0.5)
    large = dataclasses.replace(ROW, file="int8", bytes_a_weight=1.06)
    assert phone_cost.verdict([ROW, slow, large]) == (
        "Over the limit: int8_dynamic takes 0.50 of Keras, not 0.4; int8 has 1.06 "
        "bytes a weight."
    )
    assert phone_cost.verdict([ROW]) == "All 1 files of width 1 are within the limits."
    narrow = dataclasses.replace(slow, width=0.5)
    assert phone_cost.verdict([narrow]).startswith("Nothing to judge")
