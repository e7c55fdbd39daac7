"""Trainings killed with SIGKILL: each goes on, and ends as if nothing had happened.

KILLS sets how many kills each package gets; scripts/torture.sh kills gives each 20, and
without it a toy gets one. Half of them come while a file is being written, half at any
moment of a run.
"""

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

import h5py
import numpy as np
import programs
import pytest

from darkroom.io import images

KILLS = int(os.environ.get("KILLS", "0"))
STEPS = 6
COMMON = [f"--steps={STEPS}", "--eval_every=4", "--save_minutes=0"]
RNG = np.random.Generator(np.random.PCG64(16))


def noise(size: tuple[int, ...]) -> np.ndarray:
    return RNG.integers(0, 256, size, np.uint8)


def toy(_: pathlib.Path) -> list[str]:
    """No flags: it needs no data."""
    return []


def pynet(folder: pathlib.Path) -> list[str]:
    """Scenes in EBB!'s layout, and the flags of a small training on them."""
    for split, count in (("train", 4), ("test", 1)):
        for number in range(count):
            for part, size in (
                ("original", (128, 192, 3)),
                ("original_depth", (64, 96)),
                ("bokeh", (128, 192, 3)),
            ):
                images.write(folder / split / part / f"{number}.png", noise(size))
    small = [
        "--preset=tiny",
        "--level=7",
        "--start=paper",
        "--width=0.0625",
        "--patch_size=64",
    ]
    return [f"--data_dir={folder}", *small, "--batch_size=1", "--vgg=none"]


def monodepth(folder: pathlib.Path) -> list[str]:
    """Pairs in a list, and the flags of a small training on them."""
    for number in range(2):
        for side in ("left", "right"):
            images.write(folder / side / f"{number}.png", noise((128, 128, 3)))
    lines = [f"left/{number}.png right/{number}.png\n" for number in range(2)]
    (folder / "train.txt").write_text("".join(lines))
    small = ["--preset=tiny", "--size=128x128", "--width=0.0625", "--batch_size=1"]
    return [f"--data_dir={folder}", *small]


def cyclegan_tf(folder: pathlib.Path) -> list[str]:
    """Pictures of two domains, and the flags of a small training on them."""
    for part in ("trainA", "trainB", "testA", "testB"):
        for number in range(2):
            images.write(folder / part / f"{number}.png", noise((32, 32, 3)))
    networks = [
        "--preset=tiny",
        "--generator=resnet_1blocks",
        "--discriminator=patch_1layers",
    ]
    sizes = ["--width=0.0625", "--load_size=32", "--crop_size=32", "--pool_size=3"]
    return [f"--data_dir={folder}", *networks, *sizes, "--task=portrait"]


DATA = {"toy": toy, "cyclegan_tf": cyclegan_tf, "monodepth": monodepth, "pynet": pynet}


class Server:
    """Starts a package's trainings, and kills them."""

    def __init__(self, package: str, log: pathlib.Path) -> None:
        script = programs.ROOT / "tests/killable.py"
        self.log = log
        self._process = subprocess.Popen(
            [
                sys.executable,
                str(script),
                package if package == "toy" else f"{package}.train",
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log.open("w"),
            text=True,
        )

    def start(self, flags: list[str]) -> int:
        """Starts a training; returns its process."""
        print(json.dumps(flags), file=self._process.stdin, flush=True)
        return int(self._process.stdout.readline())

    def end(self) -> int:
        """Waits for the training; returns its exit code, -9 if it was killed."""
        return int(self._process.stdout.readline())

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait()


def wait_for(process: int, moment: float, folder: pathlib.Path | None) -> None:
    """Returns after so many seconds; with a folder, once that writes a file besides."""
    until = time.monotonic() + moment
    while time.monotonic() < until:
        time.sleep(0.002)
    while folder is not None and not list(folder.glob("**/.*-unfinished*")):
        if not pathlib.Path(f"/proc/{process}").exists():
            return
        time.sleep(0.0005)


def content(folder: pathlib.Path) -> dict[str, np.ndarray]:
    """All numbers that a run left, by file and name."""
    numbers = {}
    for path in sorted(folder.glob("**/*")):
        if path.name == "state.npz":
            with np.load(path) as file:
                numbers |= {f"{path.name}/{name}": file[name] for name in file.files}
        elif path.suffix == ".h5":
            with h5py.File(path) as file:
                names: list[str] = []
                file.visit(names.append)
                arrays = {name: file[name] for name in names}
                numbers |= {
                    f"{path.name}/{name}": array[()]
                    for name, array in arrays.items()
                    if isinstance(array, h5py.Dataset)
                }
        elif path.name == "scores.json":
            numbers[path.name] = np.array(path.read_text())
    return numbers


def differing(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> list[str]:
    """Names what is not in both, bit for bit."""
    names = sorted(one.keys() | other.keys())
    return [
        name
        for name in names
        if name not in one
        or name not in other
        or one[name].tobytes() != other[name].tobytes()
    ]


@pytest.mark.parametrize("package", DATA)
def test_a_killed_training_ends_as_the_uninterrupted_one(tmp_path, package):
    if package != "toy" and not KILLS:
        pytest.skip("scripts/torture.sh kills")
    kills = KILLS or 1
    data = DATA[package](tmp_path / "data")
    server = Server(package, tmp_path / "log")
    try:
        counts = kill_often(server, [*COMMON, *data], tmp_path, kills)
    finally:
        server.close()
    print(f"{package}: {counts}")
    assert counts["killed"] == kills and not counts["lost"]


def kill_often(
    server: Server, flags: list[str], folder: pathlib.Path, kills: int
) -> dict[str, int | list[str]]:
    """Kills runs so often, each until it ends; compares each with a whole one."""
    since = time.monotonic()
    server.start([*flags, f"--checkpoint_dir={folder / 'whole'}"])
    assert server.end() == 0, server.log.read_text()
    longest = time.monotonic() - since
    whole = content(folder / "whole")
    assert whole and int(whole["state.npz/__step__"]) == STEPS
    killed = saving = runs = 0
    lost: list[str] = []
    while killed < kills:
        runs += 1
        run = folder / f"run_{runs}"
        code = -9
        while code == -9:
            process = server.start([*flags, f"--checkpoint_dir={run}"])
            if killed < kills:
                while_saving = killed % 2 == 0
                part = 0.5 if while_saving else 1
                moment = float(RNG.uniform(0, part * longest))
                wait_for(process, moment, run if while_saving else None)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            code = server.end()
            killed += code == -9
            saving += code == -9 and bool(list(run.glob("**/.*-unfinished*")))
        if code:
            lost.append(f"run {runs}: it ended with {code}")
        if names := differing(content(run), whole):
            lost.append(f"run {runs}: {', '.join(names[:3])} differ")
        if left := list(run.glob("**/*-unfinished*")):
            lost.append(f"run {runs}: {left[0].name} is left")
    return {"killed": killed, "while_saving": saving, "runs": runs, "lost": lost}
