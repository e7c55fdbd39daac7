"""The program that fits, and that the others take what it writes."""

import json

import numpy as np
import pytest

from darkroom.io import images
from monodepth import evaluate, export, fit, prediction
from monodepth.pretrained import decoder, mobilenet


@pytest.fixture
def scenes(tmp_path):
    """Two scenes whose nearer half, on the left or right, is the brighter one."""
    chance = np.random.default_rng(0)
    for name, side in (("one", slice(0, 32)), ("two", slice(32, 64))):
        picture = chance.integers(0, 60, (64, 64, 3), np.uint8)
        picture[:, side] += 150
        shift = np.full((64, 64), 200, np.uint8)
        shift[:, side] = 240
        folder = tmp_path / "data" / name
        for view in ("left", "right"):
            images.write(folder / f"{view}.png", picture)
        images.write(folder / "disp_left.png", shift)
    scales = {name: {"disp_scale": 40} for name in ("one", "two")}
    (tmp_path / "data" / "meta.json").write_text(json.dumps(scales))
    return tmp_path / "data"


def test_what_is_fitted_is_used(scenes, tmp_path, capsys, monkeypatch, wake_up):
    """From scenes to a file that evaluate and export take; the encoder is random."""
    monkeypatch.setattr(mobilenet, "load", wake_up)
    weights = str(tmp_path / "linear.weights.h5")
    config = fit.Config(
        data_dir=str(scenes),
        encoder_weights="some.pt",
        size="64x64",
        steps=40,
        output=weights,
    )
    fit.main(config)
    assert "of them fitted to 2 pictures" in capsys.readouterr().out
    found = prediction.load(weights)
    assert found.size == (64, 64) and not found.stereo
    photo = images.read(scenes / "one" / "left.png").pixels
    disparity = prediction.disparity(found.run, photo, found.size)
    assert disparity[:, :24].mean() > disparity[:, 40:].mean()
    output = str(tmp_path / "scores")
    evaluate.main(evaluate.Config(data_dir=str(scenes), weights=weights, output=output))
    export.main(export.Config(weights=weights, output=str(tmp_path / "linear.tflite")))
    exported = prediction.load(str(tmp_path / "linear.tflite"))
    again = prediction.disparity(exported.run, photo, exported.size)
    np.testing.assert_allclose(again, disparity, atol=2e-5)
    assert disparity.max() <= decoder.RANGE[1]


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ({}, "no encoder was named; pass --encoder_weights FILE"),
        ({"encoder_weights": "x", "output": "a.h5"}, "must end in .weights.h5"),
        ({"encoder_weights": "x", "size": "60x64"}, "multiples of 32"),
    ],
)
def test_bad_flags(scenes, flags, said):
    with pytest.raises(ValueError, match=said):
        fit.main(fit.Config(data_dir=str(scenes), **flags))
