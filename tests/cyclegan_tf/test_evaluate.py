"""The program, with networks that are plain functions."""

import json

import numpy as np
import pytest

from cyclegan_tf import evaluate, generator
from cyclegan_tf.data import encoding
from cyclegan_tf.weights import GeneratorCard
from darkroom.io import images


@pytest.fixture
def networks(monkeypatch):
    """By the names of their files: what they do, and of what kind they are."""
    kind = GeneratorCard("portrait", (32, 32))
    known = {
        "same": generator.Generator(lambda pictures: pictures, kind),
        "dark": generator.Generator(lambda pictures: pictures * 0.5, kind),
    }
    monkeypatch.setattr(generator, "load", lambda weights, task: known[weights])
    return known


@pytest.fixture
def folder(tmp_path):
    """Two portraits and two depths, for both tasks."""
    rng = np.random.default_rng(0)
    for number in range(2):
        noise = rng.integers(90, 200, (32, 32, 3)).astype(np.uint8)
        mask = np.zeros((32, 32), np.uint8)
        mask[8:24, 8:24] = 255
        images.write(tmp_path / "data/testA" / f"{number}.png", noise)
        images.write(tmp_path / "data/testA_mask" / f"{number}.png", mask)
        images.write(tmp_path / "data/testB" / f"{number}.png", noise)
        images.write(tmp_path / "depths/test/photo" / f"{number}.png", noise)
        depth = encoding.millimetres(noise.mean(axis=-1) / 25.5)
        images.write(tmp_path / "depths/test/depth" / f"{number}.png", depth)
    return tmp_path


def run(folder, **flags):
    config = {"data_dir": str(folder / "data"), "output": str(folder / "out"), **flags}
    evaluate.main(evaluate.Config(**config))
    return json.loads((folder / "out" / "scores.json").read_text())


def test_portraits(folder, networks, capsys):
    found = run(folder, weights="a=same,b=dark")
    assert list(found["mean"]) == ["mean 5x5", "Gaussian 9x9", "a", "b"]
    assert found["mean"]["a"] == pytest.approx({"subject": 0, "background": 1})
    assert found["mean"]["b"]["background"] == pytest.approx(0.25)
    rows = [row["b"]["subject"] for row in found["pictures"]]
    assert found["mean"]["b"]["subject"] == pytest.approx(np.mean(rows))
    assert [row["name"] for row in found["pictures"]] == ["0.png", "1.png"]
    lines = capsys.readouterr().out.splitlines()
    assert [line[:12].strip() for line in lines[1:5]] == list(found["mean"])
    sheet = images.read(folder / "out" / "sheet.png").pixels
    assert sheet.shape == (22 + 2 * 208 - 8, 6 * 208 - 8, 3)


def test_depths(folder, networks):
    kind = GeneratorCard("depth", (32, 32))
    networks["same"] = generator.Generator(lambda pictures: pictures, kind)
    flags = {"task": "depth", "data_dir": str(folder / "depths")}
    found = run(folder, weights="a=same", pictures=1, **flags)
    assert list(found["mean"]) == ["constant", "gradient", "a"]
    assert found["mean"]["a"]["abs_rel"] < 0.01 < found["mean"]["constant"]["abs_rel"]
    assert len(found["pictures"]) == 1
    other = GeneratorCard("depth", (32, 32), encoding=encoding.Encoding(20.0))
    networks["dark"] = generator.Generator(lambda pictures: pictures, other)
    with pytest.raises(
        ValueError, match=r"metres up to 10 and metres up to 20, .* one"
    ):
        run(folder, weights="a=same,b=dark", **flags)


def test_metres_and_greys_are_not_compared(folder, networks):
    """Catches millimetres that are scored as shares of white."""
    kind = GeneratorCard("depth", (32, 32), encoding=encoding.Encoding(None))
    networks["same"] = generator.Generator(lambda pictures: pictures, kind)
    flags = {"task": "depth", "data_dir": str(folder / "depths")}
    with pytest.raises(
        ValueError, match=r"0\.png holds depths in metres up to 10, and"
    ):
        run(folder, weights="a=same", **flags)


def test_baselines_alone(folder):
    assert list(run(folder)["mean"]) == ["mean 5x5", "Gaussian 9x9"]
    flags = {"task": "depth", "data_dir": str(folder / "depths")}
    assert list(run(folder, **flags)["mean"]) == ["constant", "gradient"]


def test_networks_are_compared_at_one_size(folder, networks):
    other = GeneratorCard("portrait", (64, 64))
    networks["dark"] = generator.Generator(lambda pictures: pictures, other)
    with pytest.raises(ValueError, match=r"trained at 32x32 and 64x64, .*pass --size"):
        run(folder, weights="a=same,b=dark")
    assert len(run(folder, weights="a=same,b=dark", size="32x32")["mean"]) == 4
    with pytest.raises(ValueError, match=r"--size is 30x32, .*; 32x32 would do"):
        run(folder, weights="a=same", size="30x32")


def test_rows_have_the_names_of_their_runs():
    found = evaluate.named_files(
        "runs/x/generator_a.weights.h5,y=z/generator.weights.h5"
    )
    assert found == {
        "x": "runs/x/generator_a.weights.h5",
        "y": "z/generator.weights.h5",
    }
    with pytest.raises(
        ValueError, match=r"a/x/1 and b/x/2 would both be called x; pas"
    ):
        evaluate.named_files("a/x/1,b/x/2")
    for text in (",", "a/x/1,", "x="):
        with pytest.raises(ValueError, match=f"--weights {text} names no file in one"):
            evaluate.named_files(text)
