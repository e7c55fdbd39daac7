"""What a run costs, in a process of its own."""

import functools
import os
import pathlib
import time

import keras
import numpy as np
import pytest

from darkroom.litert import convert
from darkroom.litert import cost as litert_cost


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> pathlib.Path:
    photo = keras.Input((64, 64, 3), name="photo")
    x = keras.layers.Conv2D(64, 5, padding="same", name="conv")(photo)
    path = tmp_path_factory.mktemp("cost") / "net.tflite"
    path.write_bytes(convert.convert(keras.Model(photo, x), (1, 64, 64, 3), "float32"))
    return path


def test_a_fresh_process_knows_no_tensorflow(file):
    """Catches a memory that is this process's, with TensorFlow's 600 MB in it."""
    found = litert_cost.measure_file(file, 1)
    assert 30 < found.peak_mb < 400
    assert 0.1 < found.cpu_ms < 1000


def test_a_run_that_takes_long_is_the_only_one(file, monkeypatch):
    """Catches an export that waits for six runs of minutes each."""
    runs = []
    clock = iter(range(0, 10000, 50))
    monkeypatch.setattr(litert_cost.time, "process_time", lambda: next(clock))
    network = litert_cost.Network.__call__
    monkeypatch.setattr(
        litert_cost.Network,
        "__call__",
        lambda self, *arrays: runs.append(network(self, *arrays)),
    )
    assert litert_cost.time_file(file, 1).cpu_ms == 50_000
    assert len(runs) == 1


def test_a_process_that_was_ended_is_a_sentence():
    with pytest.raises(ValueError, match=r"measured 7 was ended from outside.*; free"):
        litert_cost.run_in_subprocess(os._exit, 7)


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
    a, b = litert_cost.take_turns(runs, 3)
    assert order == list("abababab")
    assert len(a) == len(b) == 3
    assert 0.01 <= np.median(a) < 0.02 <= np.median(b) < 0.05
