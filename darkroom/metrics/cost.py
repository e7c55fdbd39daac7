"""What a computation costs: CPU-seconds, and the peak memory of its process.

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
from collections.abc import Callable, Sequence
from concurrent import futures
from concurrent.futures import process
from typing import Any, TypeVar

PRODUCT = 4000  # rows and columns of the matrices; smaller ones miss the CPU's peak

Run = Callable[[], Any]
Found = TypeVar("Found")


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


def in_own_process(
    prepare: Callable[[Any], Run], job: Any, repeat: int = 3, product: int = PRODUCT
) -> Cost:
    """`measure` in a fresh process, which imports `prepare` by its name.

    Raises:
      ValueError: the process was ended from outside.
    """
    return apart(job, measure, prepare, job, repeat, product)


def apart(job: Any, function: Callable[..., Found], *arguments: Any) -> Found:
    """What a function finds of a job in a fresh process, which imports it by its name.

    Raises:
      ValueError: the process was ended from outside.
    """
    # A spawned process starts from nothing; a forked one would inherit our memory.
    fresh = multiprocessing.get_context("spawn")
    with futures.ProcessPoolExecutor(1, fresh, _hush) as pool:
        try:
            return pool.submit(function, *arguments).result()
        except process.BrokenProcessPool as error:
            raise ValueError(
                f"the process that measured {job} was ended from outside, perhaps "
                "for want of memory; free some, or measure less"
            ) from error


def _hush() -> None:
    """Keeps TensorFlow's start-up lines out of the progress bar; errors come back."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def measure(
    prepare: Callable[[Any], Run], job: Any, repeat: int = 3, product: int = PRODUCT
) -> Cost:
    """Runs a job here. Matrix products are timed before and after it.

    All of them use all cores, and CPU-seconds count them all.

    Args:
      prepare: makes of the job what is to be run.
      job: what `prepare` takes.
      repeat: runs to take the median of, after one that does not count.
      product: rows and columns of the matrices that are multiplied.
    """
    import tensorflow as tf

    @tf.function
    def total(a: Any) -> Any:
        return tf.reduce_sum(tf.linalg.matmul(a, a))

    def multiplied() -> list[float]:
        # An argument: the product of constants would be worked out only once.
        square = tf.random.uniform((product, product))
        return in_turns([lambda: float(total(square))], 2)[0]

    before = multiplied()
    (seconds,) = in_turns([prepare(job)], repeat)
    memory = peak_memory()  # the products that follow would leave holes in it
    once = statistics.median(before + multiplied())
    return Cost(statistics.median(seconds), memory, 2e-9 * product**3 / once)


def peak_memory() -> float:
    """The most that this process has held, in GB of 10^9 bytes."""
    status = pathlib.Path("/proc/self/status")
    if status.exists():  # where getrusage counts the parent's memory, too
        return 1024e-9 * int(status.read_text().partition("VmHWM:")[2].split()[0])
    unit = 1 if sys.platform == "darwin" else 1024
    return 1e-9 * unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def in_turns(runs: Sequence[Run], repeat: int) -> list[list[float]]:
    """CPU-seconds of `repeat` runs of each, after one that traces and warms up.

    They take turns, so that a noisy machine treats them alike.
    """
    seconds: list[list[float]] = [[] for _ in runs]
    for turn in range(1 + repeat):
        for run, taken in zip(runs, seconds, strict=True):
            start = time.process_time()
            run()
            if turn:
                taken.append(time.process_time() - start)
    return seconds
