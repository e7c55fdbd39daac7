"""The program from its command line."""

import json
import pathlib
import re
import subprocess
import sys

import numpy as np
import pytest

from darkroom import cli
from darkroom.io import companions, images
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
    from darkroom.io import batch
    from darkroom.render import options

    calls, ends = [], []
    monkeypatch.setattr(options, "jobs", lambda *arguments: calls.append(arguments))
    monkeypatch.setattr(batch, "each", lambda *arguments: ends.append(arguments))
    (tmp_path / "p.json").write_text('{"strength": 80, "boost": 2}')
    config = cli.parse(
        program.Config,
        *("--depth=d", "--right=r", "--mask=m", "--blur_mask=b", "--matte=t"),
        "--output=o",
        *("--show_depth", "--sweep=s.gif", "--sweep_size=99", "--overwrite"),
        *("--invert_depth", "--depth_unit=metres", "--focus=0.25,0.75"),
        *("--depth_scaling=0..255", "--embed_depth", "--workers=3"),
        *(f"--preset={tmp_path / 'p.json'}", "--f_number=4", "--blades=9"),
    )
    program.main(config, "x.jpg", "y")
    ((photos, output, named, asked),) = calls
    assert (photos, output) == (("x.jpg", "y"), "o")
    assert named == companions.Companions("d", "r", "m", "b", "t")
    assert (asked.view, asked.sweep) == (True, "s.gif")
    assert (asked.invert_depth, asked.depth_unit) == (True, "metres")
    assert (asked.depth_scaling, asked.embed_depth) == ("0..255", True)
    assert asked.sweep_size == 99
    assert asked.focus.point == (0.25, 0.75)
    look = asked.look
    assert (look.strength, look.f_number, look.boost, look.blades) == (None, 4, 2, 9)
    assert ends[0][3:] == (True, 3)  # overwrite, workers


def test_a_batch_that_was_stopped_can_be_run_again(tmp_path, capfd):
    """What is there is kept and counted, and the rest is made."""
    prepare(tmp_path)
    for name in ("a_bokeh.png", "b.png"):
        images.write(tmp_path / name, images.read(tmp_path / "a.png").pixels)
    before = (tmp_path / "a_bokeh.png").read_bytes()
    config = cli.parse(program.Config, "--depth=prior", "--strength=0")
    program.main(config, str(tmp_path))
    assert (tmp_path / "a_bokeh.png").read_bytes() == before
    assert (tmp_path / "b_bokeh.png").exists()
    assert "1 of 2 photos were done before" in capfd.readouterr().out


def test_two_processes_write_what_one_writes(tmp_path, capfd):
    """To the byte, pictures and depth views; a bad photo costs only itself."""
    picture = prepare(tmp_path)
    for name in "bc":
        images.write(tmp_path / f"{name}.jpg", picture[:, :: 1 - 2 * (name == "c")])
    (tmp_path / "bad.jpg").write_bytes(b"no picture")
    written = []
    for count in (1, 2):
        out = tmp_path / f"out{count}"
        flags = [f"--workers={count}", f"--output={out}", "--show_depth"]
        config = cli.parse(program.Config, "--depth=prior", *flags)
        with pytest.raises(ValueError, match="1 of 4 photos could not be rendered"):
            program.main(config, str(tmp_path))
        assert "bad.jpg: " in capfd.readouterr().err
        written.append({path.name: path.read_bytes() for path in out.iterdir()})
    one, two = written
    assert len(one) == 3 * 2
    assert one == two


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
