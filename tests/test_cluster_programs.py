"""Every package's training on several workers, as a person starts it."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest
import workers

from darkroom.scenes import dataset, recipes

pytestmark = pytest.mark.torture

ROOT = pathlib.Path(__file__).parents[1]
SMALL = "--steps=20 --batch_size=6 --validate=1 --precision=float32 --preset=tiny"
# Layout, its size, and the flags of a training that takes a minute; all by Adam.
TRAININGS = {
    "pynet.train": (
        "ebb",
        "128x128",
        "--level=7 --width=0.25 --patch_size=32 --schedule=constant",
    ),
    "monodepth.train": (
        "stereo",
        "128x256",
        "--size=128x256 --width=0.0625 --schedule=constant",
    ),
    "cyclegan_tf.train": (
        "portrait",
        "64x64",
        "--width=0.0625 --load_size=36 --crop_size=32 --generator=resnet_1blocks "
        "--discriminator=patch_1layers --schedule=constant --pool_size=4",
    ),
}


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("module", TRAININGS)
def test_workers_train_as_one_device(tmp_path, module, count):
    """The state after 20 steps, within what Adam makes of rounding; one run folder."""
    layout, size, flags = TRAININGS[module]
    recipe = recipes.Recipe(layout, train=8, test=1, size=size)
    folder = dataset.generate(recipe, tmp_path / "data")
    command = ["-m", module, *SMALL.split(), *flags.split(), f"--data_dir={folder}"]
    one = subprocess.run(
        [sys.executable, *command, "--checkpoint_dir=one"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert one.returncode == 0, one.stderr[-1500:]
    several = [*command, "--checkpoint_dir=several", "--strategy=multiworker"]
    with workers.Workers(count, tmp_path, *several) as cluster:
        for index in range(count):
            code, _, errors = cluster.finish(index, 600)
            assert code == 0, errors[-1500:]
    found, expected = (
        np.load(next((tmp_path / name).rglob("state.npz")))
        for name in ("several", "one")
    )
    assert found.files == expected.files
    for name in found.files:
        np.testing.assert_allclose(
            found[name], expected[name], rtol=1e-3, atol=1e-3, err_msg=name
        )


def test_the_script_starts_workers_and_says_how_they_ended(tmp_path):
    """And shows the chief's words; the others' are in files."""
    environment = {
        **os.environ,
        "PATH": f"{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}",
        "WORKER_LOGS": str(tmp_path / "logs"),
    }
    script = str(ROOT / "scripts/train_cluster.sh")

    def run(*flags: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [script, "2", "toy_training", str(tmp_path / "run"), *flags],
            env=environment,
            capture_output=True,
            text=True,
        )

    done = run()
    assert done.returncode == 0 and done.stdout.endswith(" 20 steps\n")
    assert (tmp_path / "logs/worker_1.log").read_text().endswith(" 20 steps\n")
    failed = run("--steps=40", "--broken=123")  # of the second worker's half
    assert failed.returncode == 1
    assert "error: another worker could not read what step 21 needs" in failed.stderr
    assert (
        "error: 123.png: the picture is damaged"
        in (tmp_path / "logs/worker_1.log").read_text()
    )
