"""The program: flags, folders and signals in, one sentence out."""

import errno
import pathlib
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from darkroom import cli, program
from darkroom.io import images
from darkroom.train import distribution
from darkroom.train import loop as training_loop
from pynet import levels, monitor, train

ROOT = pathlib.Path(__file__).parents[2]
SMALL = [
    "--preset=tiny",
    "--start=paper",
    "--precision=float32",
    "--width=0.125",
    "--patch_size=64",
    "--batch_size=2",
]


def train_with(*flags: str) -> subprocess.CompletedProcess:
    line = [sys.executable, "-m", "pynet.train", *flags]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=120)


def config(scenes: pathlib.Path, folder: pathlib.Path, *more: str) -> train.Config:
    places = f"--data_dir={scenes}", f"--checkpoint_dir={folder}"
    return cli.parse(train.Config, *places, *SMALL, *more)


@pytest.fixture
def copy(scenes, tmp_path):
    """A data set to spoil."""
    return shutil.copytree(scenes, tmp_path / "scenes")


def empty(copy: pathlib.Path) -> str:
    shutil.rmtree(copy)
    copy.mkdir()
    return "there is no such folder; expected EBB!'s layout"


def without_a_folder(copy: pathlib.Path) -> str:
    shutil.rmtree(copy / "train" / "original_depth")
    return "original_depth: there is no such folder"


def without_pictures(copy: pathlib.Path) -> str:
    for file in (copy / "test" / "bokeh").iterdir():
        file.unlink()
    return "bokeh: there is no picture in it"


def one_too_few(copy: pathlib.Path) -> str:
    (copy / "train" / "bokeh" / "3.png").unlink()
    return "bokeh: it holds 7 of 8 scenes; missing are 3"


def another_name(copy: pathlib.Path) -> str:
    (copy / "train" / "bokeh" / "3.png").rename(copy / "train" / "bokeh" / "30.png")
    return "original: it holds 8 of 9 scenes; missing are 30"


@pytest.mark.parametrize(
    "spoil", [empty, without_a_folder, without_pictures, one_too_few, another_name]
)
def test_a_bad_data_folder(copy, tmp_path, spoil):
    """One sentence, exit code 1, nothing left behind."""
    said = spoil(copy)
    run = train_with(f"--data_dir={copy}", f"--checkpoint_dir={tmp_path}/runs", *SMALL)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.startswith(f"error: {copy}") and said in run.stderr
    assert run.stderr.count("\n") == 1
    assert not (tmp_path / "runs").exists()


def truncated(folder: pathlib.Path) -> None:
    for file in folder.iterdir():
        file.write_bytes(file.read_bytes()[:2000])


def too_small(folder: pathlib.Path) -> None:
    for file in folder.iterdir():
        images.write(file, np.zeros((100, 100, 3), np.uint8))


@pytest.mark.parametrize(
    ("part", "spoil"),
    [("original", too_small), ("bokeh", too_small)],
)
def test_a_bad_picture_stops_the_run(copy, tmp_path, part, spoil):
    """It is met while training: its name comes out, and no state is written."""
    spoil(copy / "train" / part)
    with pytest.raises((ValueError, OSError), match=str(copy / "train")) as error:
        train.main(config(copy, tmp_path / "runs"))
    assert "\n" not in program.sentence(error.value)
    assert {file.name for file in (tmp_path / "runs" / "level_7").iterdir()} == {
        "flags.txt",
        "log",
    }


def test_a_truncated_picture_is_one_sentence(copy, tmp_path):
    """Catches what TensorFlow says on the way, and threads that keep it from ending."""
    truncated(copy / "train" / "original")
    run = train_with(f"--data_dir={copy}", f"--checkpoint_dir={tmp_path}/runs", *SMALL)
    *_, said = run.stderr.splitlines()
    assert run.returncode == 1
    assert said.startswith(f"error: {copy}") and "cut short" in said
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--level=8"], "level must be within 7 and 1|--level=8"),
        (["--patchsize=64"], "Did you mean: patch_size"),
        (["--start=photo"], "paper|identity"),
        (["--batch_size=0"], "--batch_size=0"),
        (["7"], "it takes no arguments, only flags; got 7"),
    ],
)
def test_a_line_that_cannot_be_read(flags, said):
    run = train_with(*flags)
    assert run.returncode == 2
    assert any(word in run.stderr for word in said.split("|"))
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--patch_size=40"], "--patch_size is 40; expected a multiple of 32"),
        (["--width=0.1"], "width is 0.1; expected a multiple of 1/32"),
        (["--level=6"], "run first: python -m pynet.train --level 7"),
        (["--start=identity"], "use --width 0.25 or more, or --start paper"),
        (["--from_weights=gone.h5"], "no such weights file"),
    ],
)
def test_flags_that_cannot_be_followed_leave_nothing(scenes, tmp_path, flags, said):
    with pytest.raises((ValueError, OSError), match=said):
        train.main(config(scenes, tmp_path / "runs", *flags))
    assert not (tmp_path / "runs").exists()


def test_ctrl_c_saves_and_ends(scenes, tmp_path):
    """And the same command goes on from there."""
    line = [sys.executable, "-m", "pynet.train", f"--data_dir={scenes}"]
    line += [f"--checkpoint_dir={tmp_path}", *SMALL, "--steps=100000"]
    line += ["--save_minutes=0", "--schedule=constant"]
    state = tmp_path / "level_7" / "state.npz"
    run = subprocess.Popen(
        line, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with run:
        until = time.monotonic() + 240
        while not state.exists() and run.poll() is None and time.monotonic() < until:
            time.sleep(0.1)
        run.send_signal(signal.SIGINT)
        _, said = run.communicate(timeout=120)
    assert run.returncode == 130, said
    assert said.endswith("stopped\n") and "Traceback" not in said
    assert not [*tmp_path.rglob("*unfinished*")]
    with np.load(state) as file:
        done = int(file["__step__"])
    more = config(scenes, tmp_path, f"--steps={done}", "--schedule=constant")
    train.main(more)  # it stands where it was stopped: there is nothing to do
    assert done >= 1


def test_the_saved_flags_repeat_the_run(scenes, tmp_path, monkeypatch):
    monkeypatch.setattr(training_loop.Loop, "run", lambda *_: None)
    given = config(scenes, tmp_path, "--seed=3")
    train.main(given)
    file = tmp_path / "level_7" / "flags.txt"
    again = cli.parse(train.Config, f"--flagfile={file}")
    assert again == levels.resolve(given) == levels.resolve(again)


def test_a_full_disk_leaves_the_last_good_state(scenes, tmp_path, monkeypatch):
    monkeypatch.setattr(
        distribution, "supervised_step", lambda *_: lambda *_: {"loss": 1}
    )
    monkeypatch.setattr(monitor.Evaluation, "__call__", lambda *_: None)
    train.main(config(scenes, tmp_path, "--schedule=constant", "--steps=1"))
    folder = tmp_path / "level_7"
    before = (folder / "state.npz").read_bytes()

    def full(file, **_) -> None:
        file.write(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match="No space left") as error:
        train.main(config(scenes, tmp_path, "--schedule=constant", "--steps=2"))
    said = program.sentence(error.value)
    assert said == f"{folder / 'state.npz'}: No space left on device"
    assert (folder / "state.npz").read_bytes() == before
    assert not [*folder.glob("*unfinished*")]


def test_a_folder_that_cannot_be_made(scenes, tmp_path):
    """Catches a training that finds out only when it saves."""
    (tmp_path / "file").touch()
    with pytest.raises(ValueError, match="file is a file; expected a folder"):
        train.main(config(scenes, tmp_path / "file" / "runs"))
