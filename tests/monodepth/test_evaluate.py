"""The program, on a tiny stereo folder and on tiny KITTIs."""

import json

import numpy as np
import pytest

from darkroom.io import images
from monodepth import evaluate


@pytest.fixture
def flags(tmp_path):
    """Two noise pictures whose points are all shifted by 8 of 160 pixels."""
    random = np.random.default_rng(1)
    for name in ("a", "b"):
        wall = random.integers(0, 256, (60, 168, 3), np.uint8)
        images.write(tmp_path / "data" / name / "left.png", wall[:, :160])
        images.write(tmp_path / "data" / name / "right.png", wall[:, 8:])
        shift = np.full((60, 160), 32, np.uint8)
        images.write(tmp_path / "data" / name / "disp_left.png", shift)
    return {
        "data_dir": str(tmp_path / "data"),
        "disparity_scale": 4.0,
        "output": str(tmp_path / "scores"),
    }


def written(tmp_path):
    return json.loads((tmp_path / "scores" / "scores.json").read_text())


def test_baselines_alone(tmp_path, flags, capsys):
    evaluate.main(evaluate.Config(baselines=True, **flags))
    found = written(tmp_path)
    assert list(found["mean"]) == ["constant", "gradient", "row", "matching"]
    assert [row["name"] for row in found["pictures"]] == ["a", "b"]
    assert found["mean"]["constant"]["epe"] == pytest.approx(0, abs=1e-5)
    assert found["mean"]["matching"]["epe"] < 0.5
    assert list(found["pictures"][0]["matching"]) == [
        *("abs_rel", "sq_rel", "rmse", "log_rmse", "d1_all", "a1", "a2", "a3", "epe")
    ]
    assert found["align"] == "none"
    for name in found["mean"]:
        sheet = images.read(tmp_path / "scores" / f"{name}.png").pixels
        assert sheet.shape[0] == 2 * (200 + 22) + 8
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[1:5]] == list(found["mean"])


def test_predictions_are_scored_beside_the_baselines(tmp_path, flags):
    np.save(tmp_path / "all.npy", np.full((2, 6, 16), 0.1, np.float32))
    evaluate.main(
        evaluate.Config(
            predictions=str(tmp_path / "all.npy"), baselines=True, pictures=2, **flags
        )
    )
    means = written(tmp_path)["mean"]
    assert means["predictions"]["epe"] == pytest.approx(8, rel=1e-5)  # 16, not 8
    assert means["predictions"]["d1_all"] == 100
    assert next(iter(means)) == "predictions"


def test_aligned_predictions_lose_their_scale(tmp_path, flags):
    np.save(tmp_path / "all.npy", np.full((2, 6, 16), 77, np.float32))
    config = evaluate.Config(
        predictions=str(tmp_path / "all.npy"), align="median", **flags
    )
    evaluate.main(config)
    assert written(tmp_path)["mean"]["predictions"]["epe"] == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize("benchmark", ["kitti", "eigen"])
def test_kitti_s_benchmarks_have_their_own_layouts(tmp_path, benchmark):
    config = evaluate.Config(
        benchmark=benchmark, data_dir=str(tmp_path), baselines=True
    )
    expected = {"kitti": "expected KITTI 2015's", "eigen": "pass --filenames_file"}
    with pytest.raises(ValueError, match=expected[benchmark]):
        evaluate.main(config)


def test_a_network_and_predictions_are_too_much(flags):
    config = evaluate.Config(weights="x.tflite", predictions="y", **flags)
    with pytest.raises(ValueError, match=r"got the weights x.tflite and the predict"):
        evaluate.main(config)


def test_a_missing_network_is_named(flags, tmp_path):
    config = evaluate.Config(weights=str(tmp_path / "x.tflite"), **flags)
    with pytest.raises(FileNotFoundError, match=r"x.tflite"):
        evaluate.main(config)


def test_without_right_pictures_there_is_no_matching(tmp_path, flags):
    for file in (tmp_path / "data").glob("*/right.png"):
        file.unlink()
    evaluate.main(evaluate.Config(baselines=True, **flags))
    assert "matching" not in written(tmp_path)["mean"]
