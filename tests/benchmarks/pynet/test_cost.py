"""A level's training step and inference, measured."""

import dataclasses

import numpy as np
import pytest

from benchmarks.pynet import cost
from benchmarks.pynet import jobs as cost_jobs

JOB = cost_jobs.Job("step", 7, "bfloat16", (64, 96), 1 / 8, repeat=1, product=500)


def test_a_step_is_measured_in_its_own_process():
    found = cost.of(JOB)
    assert 0.3 < found.memory < 3
    assert 0 < found.cpu_seconds < 10


def test_an_inference_and_a_step_are_what_they_say():
    """Catches a step that is measured for both."""
    terms = cost.prepared(JOB)()
    assert terms["loss"] > 0
    inference = dataclasses.replace(JOB, task="inference", precision="float32")
    picture = cost.prepared(inference)()
    assert isinstance(picture, np.ndarray)
    assert picture.shape[-1] == 3


def test_a_bad_network_says_so():
    with pytest.raises(ValueError, match=r"expected a multiple of 1/32"):
        cost.prepared(dataclasses.replace(JOB, width=0.3))
