"""A library on Apache Beam, by several processes, with broken photos among the whole.

It runs where Beam is: beside these tests, or in .venv-library, which .ci/run makes:
  VENV=.venv-library scripts/setup.sh library
LIBRARY_PHOTOS sets how many photos; scripts/torture.sh library takes 200.
"""

import importlib.util
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

import numpy as np
import programs
import pytest

from darkroom.io import images

PHOTOS = int(os.environ.get("LIBRARY_PHOTOS", "24"))
BROKEN = max(4, PHOTOS // 20)
OWN = programs.ROOT / ".venv-library/bin/python"
PYTHON = str(OWN) if OWN.exists() else sys.executable
FLAGS = "--depth=prior --focus_disparity=0.7 --workers=2"

pytestmark = pytest.mark.skipif(
    not OWN.exists() and importlib.util.find_spec("apache_beam") is None,
    reason="VENV=.venv-library scripts/setup.sh library",
)


def start(folder: pathlib.Path) -> subprocess.Popen[str]:
    """Begins to render the photos of a folder."""
    line = [PYTHON, "-m", "darkroom.library", "--input=photos/**", "--output=out"]
    return subprocess.Popen(
        [*line, *FLAGS.split()],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(programs.ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Waits for it; returns its exit code, output and errors."""
    output, errors = process.communicate(timeout=600)
    return process.returncode, output, errors


def children(process: int) -> list[int]:
    """The processes that a process started; each of its threads has its own."""
    lists = pathlib.Path(f"/proc/{process}/task").glob("*/children")
    return [int(child) for each in lists for child in each.read_text().split()]


def furnish(folder: pathlib.Path) -> list[str]:
    """Writes photos, every tenth of them or so broken; returns the broken ones' names.

    Of these some are empty, some text, some cut short.
    """
    rng = np.random.Generator(np.random.PCG64(200))
    broken = []
    for number in range(PHOTOS):
        path = folder / f"photos/{number % 5}/{number:03}.jpg"
        images.write(path, rng.integers(0, 256, (24, 32, 3), np.uint8))
        if number % (PHOTOS // BROKEN) == 0 and len(broken) < BROKEN:
            whole = path.read_bytes()
            damaged = (b"", b"no photo", whole[:300], whole[: len(whole) // 2])
            path.write_bytes(damaged[len(broken) % len(damaged)])
            broken.append(f"{number % 5}/{number:03}.jpg")
    return broken


def test_a_library_with_broken_photos(tmp_path):
    """All others are rendered, by two processes, and are not rendered again."""
    broken = furnish(tmp_path)
    code, output, errors = finish(start(tmp_path))
    assert code == 1
    assert errors == (
        f"error: {BROKEN} of {PHOTOS} photos could not be rendered; why stands in "
        "out/failures.txt\n"
    )
    print(output)
    lines = (tmp_path / "out/failures.txt").read_text().splitlines()
    assert [line.partition(": ")[0] for line in lines] == [
        f"photos/{name}" for name in sorted(broken)
    ]
    assert all(len(line.partition(": ")[2]) > 20 for line in lines)
    done = {p: p.stat().st_mtime_ns for p in tmp_path.glob("out/**/*.jpg")}
    assert len(done) == PHOTOS - BROKEN
    total = json.loads((tmp_path / "out/summary.json").read_text())
    assert (total["rendered"], total["workers"]) == (PHOTOS - BROKEN, 2)
    assert not list(tmp_path.glob("out/*beam*"))

    if "LIBRARY_PHOTOS" not in os.environ:
        return  # Beam's start is long
    # Again, after one was mended: that one is rendered, and no other.
    mended = tmp_path / "photos" / broken.pop()
    images.write(mended, np.full((24, 32, 3), 90, np.uint8))
    _, output, errors = finish(start(tmp_path))
    assert f"1 photos rendered, {len(done)} done before" in output, errors
    for path, written in done.items():
        assert path.stat().st_mtime_ns == written
    assert (tmp_path / "out" / mended.relative_to(tmp_path / "photos")).exists()


@pytest.mark.skipif("LIBRARY_PHOTOS" not in os.environ, reason="Beam's start is long")
def test_it_goes_on_after_a_worker_was_killed(tmp_path):
    broken = furnish(tmp_path)
    out = tmp_path / "out"
    running = start(tmp_path)
    while len([*out.glob("*/*.jpg")]) < 5:
        assert running.poll() is None
        time.sleep(0.01)
    shells = children(running.pid)
    os.kill(children(shells[0])[0], signal.SIGKILL)
    code, _, errors = finish(running)
    assert code == 1
    assert errors.startswith("error: DirectRunner failed (")
    assert errors.endswith("the same command goes on from there\n")
    # [0-9]: not what the killed one has left unfinished
    done = {p: p.stat().st_mtime_ns for p in out.glob("*/*[0-9].jpg")}
    assert 5 <= len(done) < PHOTOS - BROKEN
    code, output, errors = finish(start(tmp_path))
    assert f"{len(done)} done before" in output, errors
    assert (code, len((out / "failures.txt").read_text().splitlines())) == (1, BROKEN)
    assert len([*out.glob("*/*.jpg")]) == PHOTOS - len(broken)
    for path, written in done.items():
        assert path.stat().st_mtime_ns == written
