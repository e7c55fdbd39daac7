"""What one training step and one inference of a level cost: CPU-seconds, peak memory.

Each is measured by `in_own_process`, since a process's peak memory never falls again.
"""

from __future__ import annotations

import concurrent.futures
import dataclasses
import multiprocessing
import resource
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

_PRODUCT = 4000  # rows and columns of the matrices; smaller ones miss the CPU's peak


@dataclasses.dataclass(frozen=True)
class Job:
    """What to measure.

    Attributes:
      task: "step" (loss, gradients and Adam, batch 1) or "inference".
      level: 7 to 1.
      precision: float32, bfloat16 or float16.
      size: H and W of the input, half the photo's.
      width: of the network.
      repeat: runs to take the median of, after one that does not count.
      product: rows and columns of the matrices that are multiplied.
    """

    task: str
    level: int
    precision: str
    size: tuple[int, int]
    width: float = 1.0
    repeat: int = 3
    product: int = _PRODUCT


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


def in_own_process(job: Job) -> Cost:
    """`measure` in a fresh process.

    Raises:
      ValueError: the process was ended from outside.
    """
    # A spawned process starts from nothing; a forked one would inherit our memory.
    fresh = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=fresh) as pool:
        try:
            return pool.submit(measure, job).result()
        except concurrent.futures.process.BrokenProcessPool as error:
            raise ValueError(
                f"the process that measured {job} was ended from outside; expected "
                "room for it (about 5 GB at level 1 and 512 px): free memory, or pass "
                "smaller --sizes"
            ) from error


def measure(job: Job) -> Cost:
    """Runs a job here. Matrix products are timed before and after it.

    TensorFlow, and a level's products, use all cores; CPU-seconds count them all.
    """
    import tensorflow as tf

    @tf.function
    def multiply() -> Any:
        square = tf.ones((job.product, job.product))
        return tf.reduce_sum(tf.linalg.matmul(square, square))

    def multiplied() -> list[float]:
        return _timed(multiply, 2)

    before = multiplied()
    run = _step(job) if job.task == "step" else _inference(job)
    seconds = _timed(run, job.repeat)
    memory = peak_memory()  # the products that follow would leave holes in it
    product = statistics.median(before + multiplied())
    return Cost(statistics.median(seconds), memory, 2e-9 * job.product**3 / product)


def peak_memory() -> float:
    """The most that this process has held, in GB of 10^9 bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9


def _timed(run: Callable[[], Any], repeat: int) -> list[float]:
    """CPU-seconds of `repeat` runs, after one that traces and warms up."""
    seconds = []
    for _ in range(1 + repeat):
        start = time.process_time()
        run()
        seconds.append(time.process_time() - start)
    return seconds[1:]


def _step(job: Job) -> Callable[[], Any]:
    """One training step as pynet.train takes it."""
    import tensorflow as tf

    from darkroom import training
    from pynet import levels, network

    model = _model(job)
    optimizer = levels.adam(5e-5, job.precision)
    optimizer.build(model.trainable_variables)
    step = training.supervised_step(
        model, optimizer, levels.loss(job.level), training.strategy("one")
    )
    sides = [int(side * network.scale(job.level)) for side in job.size]
    inputs = tf.random.uniform((1, *job.size, 4))
    truth = tf.random.uniform((1, *sides, 3))
    return lambda: {name: float(v) for name, v in step(inputs, truth).items()}


def _inference(job: Job) -> Callable[[], Any]:
    """One picture through the level's compiled model, as pynet.evaluate sends it."""
    import numpy as np
    import tensorflow as tf

    from pynet import validation

    model = validation.compiled(_model(job))
    inputs = tf.random.uniform((1, *job.size, 4))
    return lambda: np.asarray(model(inputs))


def _model(job: Job) -> Any:
    from pynet import network, session

    precision = session.POLICY[job.precision]
    return network.one_level(network.pynet(job.width, precision=precision), job.level)
