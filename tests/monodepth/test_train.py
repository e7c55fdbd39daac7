"""The program: flags, lists and signals in, one sentence out."""

import pathlib
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf

from darkroom import cli
from darkroom.io import images
from darkroom.train import loop as training_loop
from monodepth import presets, train

# Functions run eagerly here; tf.data keeps to its graph, and says so.
pytestmark = pytest.mark.filterwarnings("ignore:Even though the")

ROOT = pathlib.Path(__file__).parents[2]


def program(*flags: str) -> subprocess.CompletedProcess:
    line = [sys.executable, "-m", "monodepth.train", *flags]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=120)


@pytest.fixture
def pairs(tmp_path) -> pathlib.Path:
    """Two pairs of 128 x 128 in a list."""
    for number in range(2):
        for side in ("left", "right"):
            grey = np.full((128, 128, 3), 100, np.uint8)
            images.write(tmp_path / "pairs" / side / f"{number}.png", grey)
    lines = [f"left/{number}.png right/{number}.png\n" for number in range(2)]
    (tmp_path / "pairs" / "train.txt").write_text("".join(lines))
    return tmp_path / "pairs"


def config(pairs: pathlib.Path, *more: str) -> train.Config:
    return cli.parse(
        train.Config,
        f"--data_dir={pairs}",
        f"--checkpoint_dir={pairs.parent / 'run'}",
        "--preset=tiny",
        "--size=128x128",
        "--width=0.0625",
        "--batch_size=1",
        *more,
    )


def missing_picture(pairs: pathlib.Path) -> str:
    (pairs / "right" / "1.png").unlink()
    return "train.txt, line 2: there is no picture"


def no_list(pairs: pathlib.Path) -> str:
    (pairs / "train.txt").write_text("")
    return "train.txt: it is empty"


@pytest.mark.parametrize("spoil", [missing_picture, no_list])
def test_a_bad_list(pairs, spoil):
    """One sentence, exit code 1, nothing left behind; and before TensorFlow starts."""
    said = spoil(pairs)
    run = program(f"--data_dir={pairs}", f"--checkpoint_dir={pairs.parent / 'run'}")
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.startswith("error: ") and said in run.stderr
    assert run.stderr.count("\n") == 1
    assert not (pairs.parent / "run").exists()


def test_a_bad_picture_stops_the_run(pairs, monkeypatch):
    """It is met while training: its name comes out, and no state is written."""
    for number in range(2):
        small = np.zeros((100, 128, 3), np.uint8)
        for side in ("left", "right"):
            images.write(pairs / side / f"{number}.png", small)
    with pytest.raises(ValueError, match=rf"{pairs}.* is 100x128, smaller than the"):
        train.main(config(pairs, "--steps=1"))
    assert not (pairs.parent / "run" / "state.npz").exists()


def test_the_saved_flags_repeat_the_run(pairs, monkeypatch):
    monkeypatch.setattr(training_loop.Loop, "run", lambda *_: None)
    given = config(pairs, "--seed=3", "--epochs=2")
    train.main(given)
    file = pairs.parent / "run" / "flags.txt"
    again = cli.parse(train.Config, f"--flagfile={file}")
    assert again == presets.resolve(given, 2) == presets.resolve(again, 2)
    assert again.steps == 4


def test_a_network_of_two_pictures(pairs, monkeypatch, capsys):
    """Cut as Cityscapes is, with both pictures for the network; nothing is held out."""
    taken = []

    def one_step(loop, step, batches, first, name):
        (picture, pair) = next(iter(batches))
        taken.append((picture.shape, pair.shape, float(step(picture, pair)["loss"])))
        loop.save(1)
        loop.evaluate(1)

    monkeypatch.setattr(training_loop.Loop, "run", one_step)
    flags = ("--stereo", "--dataset=cityscapes", "--size=64x64", "--encoder=resnet50")
    tf.config.run_functions_eagerly(True)  # quicker than a graph for one step
    try:
        train.main(config(pairs, *flags, "--steps=1", "--smoothness=both", "--deconv"))
    finally:
        tf.config.run_functions_eagerly(False)
    ((picture, pair, loss),) = taken
    assert (picture, pair) == ((1, 64, 64, 6), (1, 64, 64, 6))
    assert np.isfinite(loss)
    assert "monodepth.weights.h5: 1 steps; next: python -m" in capsys.readouterr().out
    assert not (pairs.parent / "run" / "scores.json").exists()
