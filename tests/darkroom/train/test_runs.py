"""A run folder: whose it is, and which flags a resumed run may change."""

import dataclasses
import json
import pathlib
import signal
import subprocess
import sys

import pytest

from darkroom import cli
from darkroom.train import runs


@dataclasses.dataclass(frozen=True)
class Config(runs.Config):
    """A training's flags, with one that names its first weights."""

    data_dir: str | None = cli.flag(None, "folder", may_differ=True)
    schedule: str | None = cli.flag(None, "of the learning rate")
    width: float | None = cli.flag(None, "of the network")
    joint: bool = cli.flag(False, "all at once")


def config(*flags: str) -> Config:
    return cli.parse(Config, *flags)


def begin(folder, *flags: str) -> None:
    """What a run with these flags leaves."""
    (folder / "flags.txt").write_text(cli.spell(config(*flags)))
    (folder / "state.npz").touch()


def test_what_is_given_stays():
    """Catches a preset that overrules the command line, even a zero in it."""
    given = config("--learning_rate=0", "--steps=3")
    filled = runs.resolve(given, {"learning_rate": 1.0, "steps": 9, "width": 0.5})
    assert (filled.learning_rate, filled.steps, filled.width) == (0.0, 3, 0.5)


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (["--learning_rate=2"], r"--learning_rate=1\.0, now it is 2\.0"),
        (["--width=0.25"], "--width=None, now it is 0.25"),
        (["--joint"], "--joint=False, now it is True"),
        (["--steps=9", "--eval_every=2", "--data_dir=moved", "--strategy=one"], None),
        ([], None),
    ],
)
def test_a_run_goes_on_with_the_flags_it_was_begun_with(tmp_path, now, said):
    begin(tmp_path, "--learning_rate=1")
    flags = config("--learning_rate=1", *now)
    if said is None:
        runs.check_flags(tmp_path, flags)
        return
    with pytest.raises(ValueError, match=said):
        runs.check_flags(tmp_path, flags)
    (tmp_path / "state.npz").unlink()
    runs.check_flags(tmp_path, flags)  # not begun: it has no state


def test_of_what_follows_from_steps_they_come_first(tmp_path):
    """Catches a sentence about a flag that nobody passed."""
    begin(tmp_path, "--schedule=linear", "--steps=6", "--learning_rate=3")
    with pytest.raises(ValueError, match="begun with --steps=6, now it is 4; pass"):
        flags = config("--schedule=linear", "--steps=4", "--learning_rate=2")
        runs.check_flags(tmp_path, flags)


@pytest.mark.parametrize("schedule", ["cosine", "halved"])
def test_steps_of_a_falling_rate_are_part_of_it(tmp_path, schedule):
    """Catches a schedule that changes under a resumed run."""
    begin(tmp_path, "--steps=6", "--schedule=constant")
    runs.check_flags(tmp_path, config("--steps=8", "--schedule=constant"))
    begin(tmp_path, "--steps=6", f"--schedule={schedule}")
    with pytest.raises(ValueError, match="begun with --steps=6, now it is 8"):
        runs.check_flags(tmp_path, config("--steps=8", f"--schedule={schedule}"))


def test_a_run_that_was_begun_before_there_was_a_flag_goes_on(tmp_path):
    """Catches a new flag that ends every training under way."""
    begin(tmp_path, "--steps=6")
    file = tmp_path / "flags.txt"
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(line for line in lines if "--joint" not in line))
    runs.check_flags(tmp_path, config("--steps=6"))
    with pytest.raises(ValueError, match="--joint=False, now it is True"):
        runs.check_flags(tmp_path, config("--steps=6", "--joint"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", r"flags\.txt is damaged; expected the flags"),
        (b"\n\n", r"flags\.txt is damaged"),
        (b"--steps=6\n\0\0\0\0", r"flags\.txt is damaged"),
        (
            b"--steps=6\n--data_dir=\xe9\n",
            r"flags\.txt, line 2: it is not text in UTF-8",
        ),
    ],
)
def test_damaged_flags_are_named(tmp_path, content, said):
    """Catches a codec's words, and a sentence about a flag that nobody passed."""
    begin(tmp_path)
    (tmp_path / "flags.txt").write_bytes(content)
    with pytest.raises(ValueError, match=said):
        runs.check_flags(tmp_path, config())
    (tmp_path / "flags.txt").unlink()
    runs.check_flags(tmp_path, config())


HOLD = """
import os, pathlib, sys, time
from darkroom.train import runs
with runs.claim(pathlib.Path(sys.argv[1]), runs.Config()):
    print(time.strftime("%Y-%m-%d"), flush=True)
    time.sleep(60)
"""


@pytest.fixture
def owner(tmp_path):
    """Another process that trains in a folder, and the day it began."""
    line = [sys.executable, "-c", HOLD, str(tmp_path / "run")]
    root = pathlib.Path(__file__).parents[3]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        yield process, process.stdout.readline().strip()
        process.kill()


def test_a_folder_in_which_another_process_trains_is_refused(tmp_path, owner):
    """Until that ends, however it ends; the lock's file is of no account."""
    process, today = owner
    run, flags = tmp_path / "run", config()
    said = rf"run: process {process.pid} on .*, since {today} .* trains here already;"
    with pytest.raises(ValueError, match=said), runs.claim(run, flags):
        pytest.fail("two trainings in one folder")
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert (run / runs.LOCK).exists()
    with runs.claim(run, flags):
        (run / "state.npz").touch()
    assert [file.name for file in run.iterdir()] == ["state.npz"]


def test_what_claimed_nothing_leaves_nothing(tmp_path):
    with runs.claim(tmp_path / "a" / "b", config()):
        pass
    assert not (tmp_path / "a").exists()
    (tmp_path / "file").touch()
    with (
        pytest.raises(ValueError, match="file is a file; expected a folder"),
        runs.claim(tmp_path / "file" / "run", config()),
    ):
        pass


def test_of_several_machines_one_locks(tmp_path, monkeypatch):
    several = config("--strategy=multiworker")
    for index, locked in ((0, True), (1, False)):
        task = {"type": "worker", "index": index}
        cluster = {"worker": ["a:1", "b:1"]}
        monkeypatch.setenv("TF_CONFIG", json.dumps({"cluster": cluster, "task": task}))
        with runs.claim(tmp_path, several):
            assert (tmp_path / runs.LOCK).exists() == locked
