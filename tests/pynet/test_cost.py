"""A measurement in a process of its own."""

import numpy as np
import pytest

from pynet import cost, cost_jobs


@pytest.mark.parametrize("task", ["step", "inference"])
def test_measured_in_its_own_process(task):
    """Catches the parent's memory in the number, and a product folded to a constant."""
    ours = np.ones(1_500_000_000, np.uint8)
    job = cost_jobs.Job(task, 7, "bfloat16", (64, 96), 1 / 8, repeat=1, product=500)
    found = cost.in_own_process(job)
    assert 0.3 < found.memory < 1e-9 * ours.nbytes < cost.peak_memory()
    assert 0 < found.cpu_seconds < 10
    assert 1 < found.speed < 5000


def test_bad_network_says_so_through_the_process():
    with pytest.raises(ValueError, match="expected a multiple of 1/32"):
        cost.in_own_process(cost_jobs.Job("step", 7, "float32", (32, 32), 0.3, 1, 100))
