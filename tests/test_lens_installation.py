"""`scripts/setup.sh lens`: no TensorFlow, and the lens and exported networks run.

`.ci/run` makes that installation in .venv-lens; without it these tests are skipped:
  VENV=.venv-lens scripts/setup.sh lens
"""

import os
import subprocess

import exports
import numpy as np
import programs
import pytest
from skimage import data

from darkroom.io import images

BIN = programs.ROOT / ".venv-lens/bin"

pytestmark = pytest.mark.skipif(
    not (BIN / "darkroom").exists(), reason="VENV=.venv-lens scripts/setup.sh lens"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A photo with its depth."""
    folder = tmp_path_factory.mktemp("lens")
    photo = data.coffee()[:120, :160]
    images.write(folder / "photo.png", photo)
    ramp = np.linspace(0, 255, 120).astype(np.uint8)
    images.write(folder / "photo_depth.png", np.repeat(ramp[:, None], 160, axis=1))
    return folder


def run(folder, command):
    """Runs a command of the small installation, with nothing of another one."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    return subprocess.run(
        f"{BIN}/{command}",
        shell=True,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def networks(folder):
    """An exported network of each kind."""
    for kind in exports.KINDS:
        exports.write(folder / f"{kind}.tflite", kind)


@pytest.mark.parametrize(
    "command",
    [
        "darkroom photo.png --depth photo_depth.png --output bokeh.png",
        "darkroom photo.png --depth depth.tflite --method pynet.tflite --output b.png",
        "pynet-render photo.png --depth photo_depth.png --weights pynet.tflite "
        "--output c.png",
        "monodepth-predict photo.png --weights depth.tflite --output predicted",
        "cyclegan-translate photo.png --weights portrait.tflite --output translated",
        "darkroom page --help",
        "python -c 'import darkroom, pynet, monodepth, cyclegan_tf'",
    ],
)
def test_works_without_tensorflow(folder, networks, command):
    found = run(folder, command)
    assert found.returncode == 0, found.stderr


@pytest.mark.parametrize(
    ("command", "missing"),
    [
        ("pynet-train --level 7", "skimage"),  # for the scenes, which come first
        ("pynet-export --weights x.weights.h5", "h5py"),
        ("monodepth-convert --tf1_checkpoint x", "tensorflow"),
        ("darkroom scenes --train 1 --output made", "skimage"),
    ],
)
def test_what_needs_more_says_so(folder, command, missing):
    found = run(folder, command)
    assert found.returncode == 1
    assert "Traceback" not in found.stderr
    assert found.stderr.splitlines()[-1] == (
        f"error: this needs {missing}, which is not installed here; scripts/setup.sh "
        "installs everything"
    )
