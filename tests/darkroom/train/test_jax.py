"""Training on JAX: the step is TensorFlow's, and no TensorFlow is there.

It runs in .venv-jax; without it these tests are skipped:
  VENV=.venv-jax scripts/setup.sh jax
"""

import os
import subprocess

import numpy as np
import programs
import pytest
import steps

from darkroom.train import data

PYTHON = programs.ROOT / ".venv-jax/bin/python"

needs_jax = pytest.mark.skipif(
    not PYTHON.exists(), reason="VENV=.venv-jax scripts/setup.sh jax"
)


def run(folder, *arguments):
    """Runs Python with JAX, on two devices."""
    environment = {
        "KERAS_BACKEND": "jax",
        "PYTHONPATH": f"{programs.ROOT}:{programs.ROOT / 'tests'}",
        "XLA_FLAGS": "--xla_force_host_platform_device_count=2 "
        "--xla_backend_optimization_level=0",  # compiled sooner
    }
    return subprocess.run(
        [PYTHON, *map(str, arguments)],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )


VARIANTS = {
    "one": ("one", 1, "float32"),
    "shared": ("mirrored", 2, "float32"),
    "half": ("one", 1, "bfloat16"),
}


@needs_jax
def test_twenty_steps_are_tensorflow_s(tmp_path):
    """On one device; on two, which share a batch, in parts; in half the bits."""
    program = f"""
import numpy, steps, sys
for name, flags in {VARIANTS}.items():
    numpy.savez(name, **steps.train(*flags))
assert "tensorflow" not in sys.modules
steps.distribution.strategy("multiworker")
"""
    found = run(tmp_path, "-c", program)
    assert "use --strategy mirrored for all devices" in found.stderr.splitlines()[-1]
    expected = steps.train()
    start = expected["terms"][0, 0]
    assert expected["terms"][-1, 0] < start - 0.01  # it learns
    for name, (*_, precision) in VARIANTS.items():
        bound = 1e-5 if precision == "float32" else 0.05
        with np.load(tmp_path / f"{name}.npz") as file:
            assert set(file.files) == expected.keys()
            for key in file.files:
                off = np.abs(file[key] - expected[key]).max()
                assert off <= bound, (name, key)


class Numbers:
    """Samples that say which they are; one may be broken."""

    shapes = ((2,),)

    def __init__(self, broken=None):
        self.broken = broken

    def __call__(self, index):
        if index == self.broken:
            raise OSError(f"sample {index} is gone")
        return (np.full(2, index, np.float64),)


def test_reading_ahead_is_the_stream():
    """The batches of `stream`, in order, from wherever a run goes on."""
    ours, theirs = data.read_ahead(Numbers(), 3, 6), data.stream(Numbers(), 3, 6, 18)
    count = 0
    for other, one in zip(data.iterate(theirs), ours, strict=False):
        assert one[0].dtype == np.float32
        np.testing.assert_array_equal(one[0], other[0])
        count += 1
    assert count == 4
    ours.close()


def test_a_broken_sample_speaks_when_its_turn_comes():
    batches = data.read_ahead(Numbers(broken=5), 2, 0, parallel=3)
    assert [next(batches)[0][0, 0] for _ in range(2)] == [0, 2]
    with pytest.raises(OSError, match="sample 5 is gone"):
        next(batches)
