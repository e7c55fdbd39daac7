"""The program from its command line."""

import json
import pathlib
import re
import subprocess
import sys

import numpy as np
import pytest

from darkroom import cli
from darkroom.io import images
from darkroom.render import __main__ as program

ROOT = pathlib.Path(__file__).parents[3]
HEIGHT, WIDTH = 60, 90


def run(folder, *arguments: str, **options: str):
    return subprocess.run(
        [sys.executable, *options.values(), "-m", "darkroom.render", *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
    )


def prepare(folder) -> np.ndarray:
    noise = np.random.Generator(np.random.PCG64(8)).integers(0, 256, (HEIGHT, WIDTH, 3))
    picture = noise.astype(np.uint8)
    images.write(folder / "a.png", picture)
    disparity = np.full((HEIGHT, WIDTH), 60, np.uint8)
    disparity[:, :45] = 220
    images.write(folder / "a_depth.png", disparity)
    return picture


def test_help_needs_none_of_the_heavy_libraries(tmp_path):
    """Catches an import that makes everybody wait for --help."""
    found = run(tmp_path, "--help", importtime="-Ximporttime")
    assert found.returncode == 0
    assert "--f_number" in found.stdout
    assert "--focus" in found.stdout
    imported = set(re.findall(r"\|\s+(\S+)$", found.stderr, re.MULTILINE))
    assert not imported & {"numpy", "PIL", "cv2", "numba", "scipy", "tensorflow"}


def test_a_photo_from_command_to_file(tmp_path):
    """With nothing put in place of anything: depth beside it, focus found, the lens."""
    picture = prepare(tmp_path)
    found = run(
        tmp_path, "a.png", "--radius=12", "--save_preset=l.json", time="-Ximporttime"
    )
    assert found.returncode == 0, found.stderr
    assert found.stdout == (
        "a.png -> a_bokeh.png: depth from the map a_depth.png, focus on the nearest "
        "large thing at 0.86\n"
    )
    imported = set(re.findall(r"\|\s+(\S+)$", found.stderr, re.MULTILINE))
    assert not imported & {"tensorflow", "keras", "numba", "scipy", "skimage"}
    bokeh = images.read(tmp_path / "a_bokeh.png").pixels
    np.testing.assert_array_equal(bokeh[:, :34], picture[:, :34])
    assert bokeh[:, 60:].std() < picture[:, 60:].std() / 2
    assert json.loads((tmp_path / "l.json").read_text()) == {"radius": 12}


def test_flags_reach_what_they_are_for(monkeypatch, tmp_path):
    """Catches two flags that were swapped on their way."""
    from darkroom.render import batch

    calls = []
    monkeypatch.setattr(batch, "render", lambda *arguments: calls.append(arguments))
    (tmp_path / "p.json").write_text('{"strength": 80, "boost": 2}')
    config = cli.parse(
        program.Config,
        *("--depth=d", "--right=r", "--mask=m", "--blur_mask=b", "--output=o"),
        *("--show_depth", "--sweep=s.gif", "--sweep_size=99", "--overwrite"),
        *("--invert_depth", "--depth_unit=metres", "--focus=0.25,0.75"),
        *(f"--preset={tmp_path / 'p.json'}", "--f_number=4", "--blades=9"),
    )
    program.main(config, "x.jpg", "y")
    ((photos, output, named, asked),) = calls
    assert (photos, output) == (("x.jpg", "y"), "o")
    assert (named.depth, named.right, named.sharp, named.blurred) == tuple("drmb")
    assert (named.view, named.sweep) == (True, "s.gif")
    assert (asked.invert, asked.unit) == (True, "metres")
    assert (asked.sweep_size, asked.overwrite) == (99, True)
    assert asked.aim.point == (0.25, 0.75)
    look = asked.look
    assert (look.strength, look.f_number, look.boost, look.blades) == (None, 4, 2, 9)


@pytest.mark.parametrize(
    ("flags", "code", "said"),
    [
        (["--f_number=0"], 1, "error: the f-number is 0; expected"),
        (["--shape=star"], 2, "error: flag --shape=star: .*disc|bubble|ring|blades"),
    ],
)
def test_a_bad_flag_is_one_sentence(tmp_path, flags, code, said):
    found = run(tmp_path, "a.png", *flags)
    assert found.returncode == code
    assert re.match(said, found.stderr)
    assert "Traceback" not in found.stderr
