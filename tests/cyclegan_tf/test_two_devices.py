"""Two devices compute what one does: the pool of fakes, dropout and batch norm, too."""

import json
import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest

ROOT = pathlib.Path(__file__).parents[2]
PROGRAM = str(pathlib.Path(__file__).with_name("steps_on_devices.py"))


def steps(*cases: str) -> list:
    """What `steps_on_devices` says of each case."""
    run = subprocess.run(
        [sys.executable, PROGRAM, *cases],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert run.returncode == 0, run.stderr[-1500:]
    return [json.loads(line) for line in run.stdout.splitlines()[-len(cases) :]]


def check(moved, one, two, atol: float, least: float = 5e-3, rest: bool = True) -> None:
    """Twenty steps moved weights far, and on both devices alike.

    So it is for what optimizers and pools hold if the `rest` is to be.
    """
    assert moved > least
    assert len(one[0]) == 20
    for expected, terms in zip(one[0], two[0], strict=True):
        assert terms == pytest.approx(expected, abs=atol, rel=atol)
    ends = [run[1] + (run[2] if rest else []) for run in (one, two)]
    for expected, found in zip(*ends, strict=True):
        scale = max(1.0, np.abs(expected).max())  # of Adam's sums
        np.testing.assert_allclose(found, expected, rtol=0, atol=atol * scale)


def test_small_networks():
    """Catches a pool, a dropout, a batch norm for each, and gradients added up.

    By SGD in float32, CycleGAN under a loss scale.
    """
    cycle, pairs = steps("small cyclegan", "small pix2pix")
    check(*cycle, 1e-5)
    check(*pairs, 1e-5)
    assert cycle[1][2][-1] == 40  # pictures that the second pool was given


@pytest.mark.torture
@pytest.mark.parametrize("name", ["cyclegan", "pix2pix"])
def test_the_papers_networks(name):
    """CycleGAN by SGD, Pix2Pix by Adam, in float64."""
    check(*steps(name)[0], 1e-9)


@pytest.mark.torture
@pytest.mark.parametrize("name", ["cyclegan, sgd", "pix2pix, sgd", "pix2pix, adam"])
def test_the_papers_networks_in_float32(name):
    """SGD at rates at which no ReLU turns over; Pix2Pix by Adam at the paper's rate."""
    check(*steps(name)[0], 1e-5, least=1e-3)


@pytest.mark.torture
def test_cyclegan_by_adam_in_float32():
    """Losses and weights; Adam's sums go further apart, as gradients do."""
    check(*steps("cyclegan, adam")[0], 1e-3, least=1e-3, rest=False)


@pytest.mark.torture
def test_what_parts_two_devices_in_float32_is_rounding():
    """An ulp of one weight parts two trainings on one device as far."""
    (_, *two), (_, *nudged) = steps("cyclegan, float32", "cyclegan, nudged")

    def apart(runs) -> np.ndarray:
        """Of the step, and the term that is furthest off."""
        terms = [[list(step.values()) for step in run[0]] for run in runs]
        return np.abs(np.subtract(*terms)).max(-1)

    print(apart(two), apart(nudged), sep="\n")
    assert apart(two)[:5].max() < 1e-5
    assert apart(two).max() < 3 * apart(nudged).max()
