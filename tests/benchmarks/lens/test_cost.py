"""CPU-seconds and memory: what is measured is what was asked for."""

import numpy as np
import pytest

from benchmarks.lens import cost
from darkroom.litert import cost as litert_cost


def test_seconds_are_those_of_each_radius(monkeypatch) -> None:
    """Catches a radius that is not scaled, and one run's time put down to another's."""
    called = []

    clock = [0.0]

    def blur(linear, disparity, focus, radius):
        called.append(radius)
        clock[0] += radius / 4000
        return linear

    monkeypatch.setattr(litert_cost.time, "process_time", lambda: clock[0])

    monkeypatch.setattr(cost.lens, "blur", blur)
    monkeypatch.setattr(cost, "picture", lambda _: (np.zeros((24, 32, 3)), None))
    found = cost.seconds(0.001, 1)
    assert called == pytest.approx(2 * [12, 40, 0.6, 2])
    assert found["lens 12"] == pytest.approx(0.003)
    assert found["lens 40"] == pytest.approx(0.01)
    assert found["gaussian"] == 0


def test_ratios_are_to_the_dearest_and_the_smaller() -> None:
    found = {
        "gaussian": 2.0,
        "lens 12": 2.0,
        "lens 40": 3.0,
        "lens 12 scaled": 4.0,
        "lens 40 scaled": 1.0,
    }
    wanted = {"over gaussian": 2.0, "40 over 12": 1.5, "40 over 12 scaled": 0.25}
    assert cost.ratios(found) == wanted


def test_the_picture_has_the_size_and_steps(monkeypatch) -> None:
    """Catches steps smoothed by enlarging: they are what a lens works on."""
    linear, disparity = cost.picture(0.5)
    assert linear.shape == (612, 816, 3)
    assert disparity.shape == (612, 816)
    assert linear.dtype == disparity.dtype == np.float32
    assert linear.max() == 1  # it has lights
    assert np.abs(np.diff(disparity, axis=1)).max() > 0.03


def test_peak_memory_is_of_the_process_that_blurs() -> None:
    """Catches the peak of the caller, who holds 0.6 GB here."""
    held = np.ones(75_000_000)
    found = cost.memory(0.01)
    assert held.nbytes == 6e8
    assert 0.05 < found < 0.6
