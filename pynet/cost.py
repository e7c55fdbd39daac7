"""What one training step and one inference of a level cost: CPU-seconds, peak memory.

Each is measured by `in_own_process`, since a process's peak memory never falls again.
"""

from __future__ import annotations

import dataclasses
import multiprocessing
import os
import pathlib
import resource
import statistics
import sys
import time
from collections.abc import Callable
from concurrent import futures
from concurrent.futures import process
from typing import Any

from pynet import cost_jobs


@dataclasses.dataclass(frozen=True)
class Cost:
    """What was found.

    Attributes:
      cpu_seconds: of one run, all threads together.
      memory: the process's peak in GB, TensorFlow's own 0.6 GB included.
      speed: of float32 matrix products in the same process, GFLOP a CPU-second.
    """

    cpu_seconds: float
    memory: float
    speed: float


def in_own_process(job: cost_jobs.Job) -> Cost:
    """`measure` in a fresh process.

    Raises:
      ValueError: the process was ended from outside.
    """
    # A spawned process starts from nothing; a forked one would inherit our memory.
    fresh = multiprocessing.get_context("spawn")
    with futures.ProcessPoolExecutor(1, fresh, _hush) as pool:
        try:
            return pool.submit(measure, job).result()
        except process.BrokenProcessPool as error:
            raise ValueError(
                f"the process that measured {job} was ended from outside; level 1 at "
                "512 px needs 5 GB: free memory, or pass smaller --sizes"
            ) from error


def _hush() -> None:
    """Keeps TensorFlow's start-up lines out of the progress bar; errors come back."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def measure(job: cost_jobs.Job) -> Cost:
    """Runs a job here. Matrix products are timed before and after it.

    All of them use all cores, and CPU-seconds count them all.
    """
    import tensorflow as tf

    @tf.function
    def total(a: Any) -> Any:
        return tf.reduce_sum(tf.linalg.matmul(a, a))

    def multiplied() -> list[float]:
        # An argument: the product of constants would be worked out only once.
        square = tf.random.uniform((job.product, job.product))
        return _timed(lambda: float(total(square)), 2)

    before = multiplied()
    run = _step(job) if job.task == "step" else _inference(job)
    seconds = _timed(run, job.repeat)
    memory = peak_memory()  # the products that follow would leave holes in it
    product = statistics.median(before + multiplied())
    return Cost(statistics.median(seconds), memory, 2e-9 * job.product**3 / product)


def peak_memory() -> float:
    """The most that this process has held, in GB of 10^9 bytes."""
    status = pathlib.Path("/proc/self/status")
    if status.exists():  # where getrusage counts the parent's memory, too
        return 1024e-9 * int(status.read_text().partition("VmHWM:")[2].split()[0])
    unit = 1 if sys.platform == "darwin" else 1024
    return 1e-9 * unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _timed(run: Callable[[], Any], repeat: int) -> list[float]:
    """CPU-seconds of `repeat` runs, after one that traces and warms up."""
    seconds = []
    for _ in range(1 + repeat):
        start = time.process_time()
        run()
        seconds.append(time.process_time() - start)
    return seconds[1:]


def _step(job: cost_jobs.Job) -> Callable[[], Any]:
    """One training step as pynet.train takes it."""
    import tensorflow as tf

    from darkroom import distribution, optimizers
    from pynet import levels, network

    model = _model(job)
    optimizer = optimizers.adam(5e-5, job.precision)
    optimizer.build(model.trainable_variables)
    step = distribution.supervised_step(
        model, optimizer, levels.loss(job.level), distribution.strategy("one")
    )
    sides = [int(side * network.scale(job.level)) for side in job.size]
    inputs = tf.random.uniform((1, *job.size, 4))
    truth = tf.random.uniform((1, *sides, 3))
    return lambda: {name: float(v) for name, v in step(inputs, truth).items()}


def _inference(job: cost_jobs.Job) -> Callable[[], Any]:
    """One picture through the level's compiled model, as pynet.evaluate sends it."""
    import numpy as np
    import tensorflow as tf

    from pynet import validation

    model = validation.compiled(_model(job))
    inputs = tf.random.uniform((1, *job.size, 4))
    return lambda: np.asarray(model(inputs))


def _model(job: cost_jobs.Job) -> Any:
    from darkroom import optimizers
    from pynet import network

    precision = optimizers.POLICY[job.precision]
    return network.one_level(network.pynet(job.width, precision=precision), job.level)
