"""Worker processes that share a batch: numbers, files, and one of them killed."""

from __future__ import annotations

import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

import numpy as np
import pytest
import workers
from toy_training import Config, training

from darkroom.train import runs

TESTS = workers.ROOT / "tests"
PROGRAM = str(TESTS / "toy_training.py")


def together(count: int, folder: pathlib.Path, *flags: str) -> workers.Workers:
    command = [PROGRAM, ".", "--strategy=multiworker", *flags]
    return workers.Workers(count, folder, *command)


def alone(folder: pathlib.Path, **flags) -> None:
    config = Config(**flags)
    with runs.claim(folder, config):
        training(config, folder).run("toy")


def state(folder: pathlib.Path) -> dict[str, np.ndarray]:
    with np.load(folder / "state.npz") as file:
        return {name: file[name] for name in file.files}


def numbers(path: pathlib.Path) -> list[float]:
    return [float(line) for line in path.read_text().split()]


def check_equal(found: pathlib.Path, expected: pathlib.Path, atol: float) -> None:
    ours, theirs = state(found), state(expected)
    assert ours.keys() == theirs.keys() and ours["__step__"] == theirs["__step__"]
    for name, array in theirs.items():
        np.testing.assert_allclose(ours[name], array, rtol=0, atol=atol, err_msg=name)


def check_shared(folder: pathlib.Path, count: int, steps: int, first: int = 0) -> None:
    """Each sample of the steps was made by one worker, its share of every batch."""
    made = [numbers(folder / f"samples_{rank}") for rank in range(count)]
    share = 6 // count
    for rank, samples in enumerate(made):
        own = [n for n in samples if 6 * first <= n < 6 * steps]  # some are made ahead
        expected = [n for n in range(6 * first, 6 * steps) if n % 6 // share == rank]
        assert sorted(own) == expected


def check_whole(folder: pathlib.Path, count: int, *flags: str) -> None:
    """Trains 20 steps with so many workers: all end well, and only the chief wrote."""
    first = int(state(folder)["__step__"]) if (folder / "state.npz").exists() else 0
    for notes in folder.glob("samples_*"):
        notes.unlink()
    with together(count, folder, *flags) as cluster:
        for index in range(count):
            code, output, errors = cluster.finish(index)
            assert code == 0, errors[-1500:]
            assert output.endswith(" 20 steps\n")
            assert ("toy:" in errors) == (index == 0)  # the progress bar
    check_shared(folder, count, 20, first)
    assert not [*folder.glob("*_by_[1-9]")]
    heard = [numbers(folder / f"losses_{rank}")[-5:] for rank in range(count)]
    assert all(losses == heard[0] for losses in heard)


def check_lost(
    folder: pathlib.Path, count: int, victim: int, how: signal.Signals, *flags: str
) -> None:
    """Kills or stops one of so many workers after five steps: all others say so."""
    flags = "--save_minutes=0", "--seconds=0.02", *flags
    with together(count, folder, *flags) as cluster:
        wait_for_lines(folder / f"losses_{victim}", 5)
        cluster.processes[victim].send_signal(how)
        told = set(range(count)) - {victim}
        for index in [*told, victim] if how == signal.SIGSTOP else told:
            code, _, errors = cluster.finish(index, seconds=60)
            assert code == 1
            last = errors.splitlines()[-1]
            assert last.startswith("error: another worker ended, or cannot be reached")
            if index == max(told):
                cluster.processes[victim].send_signal(signal.SIGCONT)
    assert 4 <= state(folder)["__step__"] < 20


def check_as_alone(found: pathlib.Path, expected: pathlib.Path) -> None:
    check_equal(found, expected, 1e-5)
    losses = [numbers(folder / "losses_0")[-5:] for folder in (found, expected)]
    np.testing.assert_allclose(*losses, rtol=0, atol=1e-5)


@pytest.fixture(scope="module")
def one(tmp_path_factory):
    """The folder of one device's training; SGD hides no gradient of another scale."""
    folder = tmp_path_factory.mktemp("one")
    alone(folder)
    return folder


@pytest.mark.parametrize(
    "slow",
    [
        "--slow_chief=1.5",
        pytest.param("--slow_worker=0.3", marks=pytest.mark.torture),
    ],
)
def test_two_workers_train_as_one_device_and_wait_for_the_last(tmp_path, one, slow):
    """Catches an error at the end of a training that nothing is wrong with."""
    check_whole(tmp_path, 2, slow)
    check_as_alone(tmp_path, one)


@pytest.mark.torture
@pytest.mark.parametrize(
    ("victim", "how"), [(1, signal.SIGKILL), (0, signal.SIGSTOP), (1, signal.SIGSTOP)]
)
def test_one_of_two_is_lost(tmp_path, one, victim, how):
    """Killed, or hung: it says the same when it goes on."""
    check_lost(tmp_path, 2, victim, how)
    check_whole(tmp_path, 2)
    assert len([*tmp_path.glob("log/*")]) == 2  # a file for each start
    check_as_alone(tmp_path, one)


@pytest.mark.torture
@pytest.mark.parametrize(
    ("optimizer", "clip", "atol"), [("sgd", 0.0, 1e-5), ("adam", 0.05, 1e-3)]
)
@pytest.mark.parametrize("victim", [0, 2])
def test_three_workers_and_a_restart_is_exact(tmp_path, optimizer, clip, atol, victim):
    """Bit for bit what three that were never killed end with; the chief dies, too."""
    flags = f"--optimizer={optimizer}", f"--clip={clip}"
    folders = [tmp_path / name for name in ("killed", "whole", "one")]
    for folder in folders:
        folder.mkdir()
    check_lost(folders[0], 3, victim, signal.SIGKILL, *flags)
    for folder in folders[:2]:
        check_whole(folder, 3, *flags)
    alone(folders[2], optimizer=optimizer, clip=clip)
    check_equal(folders[0], folders[1], 0)
    check_equal(folders[1], folders[2], atol)


@pytest.mark.torture
def test_a_file_that_one_worker_cannot_read_stops_all_after_a_save(tmp_path):
    with together(2, tmp_path, "--broken=33") as cluster:
        chief, other = (cluster.finish(index) for index in range(2))
    assert (chief[0], other[0]) == (1, 1)
    assert other[2].splitlines()[-1] == "error: 33.png: the picture is damaged"
    assert "error: another worker could not read what step 6 needs" in chief[2]
    assert state(tmp_path)["__step__"] == 5


@pytest.mark.torture
@pytest.mark.parametrize("told", [0, 1])
def test_a_worker_that_is_told_to_stop_stops_all_after_a_save(tmp_path, told):
    """As a machine that is taken away, under Slurm or Kubernetes."""
    flags = "--seconds=0.05", "--steps=200", "--slow_chief=2"
    with together(2, tmp_path, *flags) as cluster:
        wait_for_lines(tmp_path / "losses_0", 3)
        cluster.processes[told].terminate()
        assert [cluster.finish(index, 60)[0] for index in range(2)] == [130, 130]
    assert state(tmp_path)["__step__"] == len(numbers(tmp_path / "losses_0"))


@pytest.mark.torture
def test_a_loss_that_is_not_finite_stops_all(tmp_path):
    with together(2, tmp_path, "--learning_rate=1e14") as cluster:
        for index in range(2):
            code, _, errors = cluster.finish(index)
            assert code == 1 and "error: the loss became" in errors.splitlines()[-1]


@pytest.mark.torture
def test_ctrl_c_ends_one_that_waits_for_the_others(tmp_path):
    with together(2, tmp_path) as cluster:
        cluster.processes[1].kill()
        chief = cluster.processes[0]
        waits = next(line for line in chief.stderr if line.startswith("worker "))
        assert waits == "worker 0 waits for all 2 to begin\n"
        time.sleep(2)
        chief.send_signal(signal.SIGINT)
        assert chief.wait(10) == -signal.SIGINT


@pytest.mark.torture
def test_a_port_that_is_taken(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        host = f"127.0.0.1:{taken.getsockname()[1]}"
        task = {"cluster": {"worker": [host]}, "task": {"type": "worker", "index": 0}}
        run = subprocess.run(
            [sys.executable, PROGRAM, ".", "--strategy=multiworker"],
            cwd=tmp_path,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join([str(workers.ROOT), str(TESTS)]),
                "TF_CONFIG": json.dumps(task),
            },
            capture_output=True,
            text=True,
        )
    assert run.returncode == 1
    last = run.stderr.splitlines()[-1]
    assert last.startswith("error: worker 0 of 1 cannot begin (") and host in last


@pytest.mark.torture
def test_workers_without_a_common_folder_are_told(tmp_path):
    folders = [tmp_path / name for name in "ab"]
    for folder in folders:
        folder.mkdir()
    alone(folders[0], steps=2)
    command = [PROGRAM, "FOLDER", "--strategy=multiworker"]
    with workers.Workers(2, tmp_path, *command, places=["a", "b"]) as cluster:
        chief, other = (cluster.finish(index) for index in range(2))
    assert "another worker begins with other flags or another state" in chief[2]
    assert "this worker begins at step 0, the chief at 2" in other[2]


def wait_for_lines(path: pathlib.Path, count: int, seconds: float = 200) -> None:
    until = time.monotonic() + seconds
    while not path.exists() or len(numbers(path)) < count:
        assert time.monotonic() < until, f"no {count} lines in {path} in time"
        time.sleep(0.02)
