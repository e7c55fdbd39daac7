"""Folders that are full or may not be written: one sentence, and nothing half is left.

The folders are file systems of their own in memory, which needs root. ALL_PLACES has
more commands tried; scripts/torture.sh places does.
"""

import os
import pathlib
import shlex
import subprocess

import numpy as np
import programs
import pytest
import toy

from darkroom.io import images
from darkroom.train import runs

PHOTO = np.random.default_rng(0).integers(0, 256, (64, 96, 3), np.uint8)
COMMANDS = (
    "darkroom photo.png --depth prior --output {}/bokeh.jpg --embed_depth",
    "darkroom photo.png --depth prior --sweep {}/sweep.gif --save_preset {}/look.json",
)
ALL = (
    "darkroom photo.png --depth prior --output {}/deep/er/ --workers 2",
    "darkroom photo.png --depth prior --output {}/bokeh.png",
    "darkroom photo.png --depth prior --sweep {}/sweep.gif --sweep_size 32",
    "darkroom.scenes --train 1 --test 1 --size 64x96 --output {}/scenes",
)
if os.environ.get("ALL_PLACES"):
    COMMANDS += ALL


def mounted(folder: pathlib.Path, options: str) -> pathlib.Path:
    folder.mkdir()
    line = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if subprocess.run(line, capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    return folder


@pytest.fixture(params=["full", "read-only"])
def place(request, tmp_path):
    """A folder in which nothing can be written."""
    if request.param == "full":
        folder = mounted(tmp_path / "place", "size=64k")
        with pytest.raises(OSError, match="No space left"):
            (folder / "filler").write_bytes(bytes(10**6))
    else:
        folder = mounted(tmp_path / "place", "ro")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_program_says_so_and_leaves_nothing(tmp_path, place, command):
    images.write(tmp_path / "photo.png", PHOTO)
    before = set(place.rglob("*"))
    line = command.replace("{}", shlex.quote(str(place)))
    found = programs.run(f"python -m {line}", tmp_path)
    assert found.returncode == 1, found.stderr
    *_, last = found.stderr.splitlines()
    assert last.startswith("error: ") and str(place) in last
    assert "No space left on device" in last or "Read-only file system" in last
    assert "Traceback" not in found.stderr
    left = {path for path in place.rglob("*") if path.is_file()}
    assert left <= before


def test_a_training_keeps_the_state_before(tmp_path):
    """The disk is full after a while: the last state that was whole is on it."""
    folder = mounted(tmp_path / "place", "size=200k")
    try:
        config = toy.Config(steps=2, checkpoint_dir=str(folder))
        toy.main(config)
        with pytest.raises(OSError, match="No space left"):
            (folder / "filler").write_bytes(bytes(10**6))
        with pytest.raises(OSError, match="No space left"):
            toy.main(toy.Config(steps=4, checkpoint_dir=str(folder)))
        (folder / "filler").unlink()
        resumed = toy.Toy(toy.Config(steps=4), folder)
        assert resumed.training.first == 2
        assert not list(folder.glob("**/*unfinished*"))
        assert not (folder / runs.LOCK).exists()
    finally:
        subprocess.run(["umount", str(folder)], check=True)
