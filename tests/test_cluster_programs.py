"""Every package's training on several workers, as a person starts it."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest
import workers
from tensorboard.backend.event_processing import plugin_event_accumulator
from tensorboard.util import tensor_util

from darkroom.scenes import dataset, recipes

pytestmark = pytest.mark.torture

ROOT = pathlib.Path(__file__).parents[1]
SMALL = "--batch_size=6 --validate=1 --precision=float32 --preset=tiny"
# Layout, its size, and the flags of a training that takes a minute; all by Adam.
TRAININGS = {
    "pynet.train": (
        "ebb",
        "128x128",
        "--steps=20 --level=7 --width=0.25 --patch_size=32 --schedule=constant",
    ),
    "monodepth.train": (
        "stereo",
        "128x256",
        "--steps=5 --size=128x256 --width=0.0625 --schedule=constant",
    ),
    "cyclegan_tf.train": (
        "portrait",
        "64x64",
        "--steps=5 --width=0.0625 --load_size=36 --crop_size=32 --pool_size=4 "
        "--generator=resnet_1blocks --discriminator=patch_1layers --schedule=constant",
    ),
}


def logged(run: pathlib.Path) -> dict[str, float]:
    """The last value of each curve, but for the speed."""
    read = plugin_event_accumulator.EventAccumulator(str(run / "log"))
    read.Reload()
    return {
        tag: float(tensor_util.make_ndarray(read.Tensors(tag)[-1].tensor_proto))
        for tag in read.Tags()["tensors"]
        if read.SummaryMetadata(tag).plugin_data.plugin_name == "scalars"
        and tag != "steps_per_second"
    }


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("module", TRAININGS)
def test_workers_train_as_one_device(tmp_path, module, count):
    """What was logged, and weights within what Adam makes of rounding; one folder.

    CycleGAN's weights go apart on one device, too, if one of them is moved by an ulp
    (`tests/cyclegan_tf/test_two_devices.py`).
    """
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
    runs = [next((tmp_path / name).rglob("log")).parent for name in ("several", "one")]
    found, expected = map(logged, runs)
    assert found == pytest.approx(expected, rel=5e-3) and "loss" in found
    found, expected = (np.load(run / "state.npz") for run in runs)
    assert found.files == expected.files
    assert found["__step__"] == expected["__step__"]
    for name in found.files:
        if module != "cyclegan_tf.train" and not name.startswith("adam"):
            np.testing.assert_allclose(
                found[name], expected[name], rtol=0, atol=1e-3, err_msg=name
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
