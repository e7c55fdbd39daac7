"""A measurement in a process of its own.

`functools.partial` of itself is a preparation that every process can import.
"""

import functools
import os
import time

import numpy as np
import pytest

from darkroom.metrics import cost


def test_measured_in_its_own_process():
    """Catches the parent's memory in the number, and a product folded to a constant."""
    ours = np.ones(1_500_000_000, np.uint8)
    prepare = functools.partial(functools.partial, sum)
    found = cost.in_own_process(prepare, range(10**6), repeat=1, product=500)
    assert 0.3 < found.memory < 1e-9 * ours.nbytes < cost.peak_memory()
    assert 0.001 < found.cpu_seconds < 2
    assert 1 < found.speed < 5000


def test_a_process_that_was_ended_is_a_sentence():
    prepare = functools.partial(functools.partial, os._exit)
    with pytest.raises(ValueError, match=r"measured 7 was ended from outside.*; free"):
        cost.in_own_process(prepare, 7, repeat=1, product=100)


def test_runs_take_turns():
    """Catches one after the other, which a machine that slows down would not treat
    alike, and first runs that count: they trace."""
    order = []

    def spend(name: str, seconds: float) -> None:
        slow = 5 if name not in order else 1
        order.append(name)
        start = time.process_time()
        while time.process_time() - start < slow * seconds:
            pass

    runs = [functools.partial(spend, "a", 0.01), functools.partial(spend, "b", 0.02)]
    a, b = cost.in_turns(runs, 3)
    assert order == list("abababab")
    assert len(a) == len(b) == 3
    assert 0.01 <= np.median(a) < 0.02 <= np.median(b) < 0.05
