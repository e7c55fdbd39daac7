"""What a computation costs: CPU-seconds of all threads, and peak memory.

Measured in a process of its own: peak memory never falls again, and a file is to run
where no TensorFlow is, as on a phone.
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
from typing import TypeVar

import numpy as np

from darkroom.litert.network import Network

ENOUGH = 0.5  # CPU-seconds after which no further run is timed
SLOW = 20.0  # CPU-seconds of a run beside which a first run's extra does not count

Run = Callable[[], object]
Result = TypeVar("Result")


@dataclasses.dataclass(frozen=True)
class FileCost:
    """What one run of a LiteRT file costs.

    Attributes:
      cpu_ms: CPU-milliseconds, all threads together.
      peak_mb: the most memory that the process held, in MB of 10^6 bytes.
    """

    cpu_ms: float
    peak_mb: float

    def rounded(self) -> dict[str, float]:
        """Returns the numbers as a card has them."""
        return {"cpu_ms": round(self.cpu_ms, 1), "peak_mb": round(self.peak_mb)}


def measure_file(path: pathlib.Path, threads: int) -> FileCost:
    """Measures a file on noise, in a fresh process.

    Raises:
      ValueError: the process was ended from outside.
    """
    return run_in_subprocess(time_file, path, threads)


def time_file(path: pathlib.Path, threads: int, most: int = 5) -> FileCost:
    """Measures a file in this process.

    Returns:
      The median of up to `most` runs, after a first one that counts only if it is slow.
    """
    network = Network(path, threads)
    noise = np.random.Generator(np.random.PCG64(0))
    inputs = [noise.random(shape, np.float32) for shape in network.inputs.values()]
    seconds: list[float] = []
    for run in range(1 + most):
        start = time.process_time()
        network(*inputs)
        elapsed = time.process_time() - start
        if run or elapsed > SLOW:
            seconds.append(elapsed)
        if sum(seconds) > ENOUGH:
            break
    return FileCost(1e3 * statistics.median(seconds), 1e3 * peak_memory())


def run_in_subprocess(function: Callable[..., Result], *arguments: object) -> Result:
    """Returns what a function returns in a fresh process, which imports it by its name.

    Args:
      function: of a module's top level.
      arguments: what can be pickled; the error names the first.

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
                f"the process that measured {arguments[0]} was ended from outside, "
                "perhaps for want of memory; free some, or measure something smaller"
            ) from error


def _hush() -> None:
    """Keeps start-up lines of libraries out of a progress bar; errors come back."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def take_turns(
    runs: Sequence[Run],
    repeat: int,
    clock: Callable[[], float] | None = None,
) -> list[list[float]]:
    """Times functions in turns, so that a noisy machine treats them alike.

    Returns:
      For each, the seconds of `repeat` runs, after one that traces and warms up: of all
      CPUs, or of another `clock`.
    """
    clock = clock or time.process_time
    seconds: list[list[float]] = [[] for _ in runs]
    for turn in range(1 + repeat):
        for run, times in zip(runs, seconds, strict=True):
            start = clock()
            run()
            if turn:
                times.append(clock() - start)
    return seconds


def peak_memory() -> float:
    """Returns the most memory that this process has held, in GB of 10^9 bytes."""
    status = pathlib.Path("/proc/self/status")
    if status.exists():  # where getrusage counts the parent's memory, too
        return 1024e-9 * int(status.read_text().partition("VmHWM:")[2].split()[0])
    unit = 1 if sys.platform == "darwin" else 1024
    return 1e-9 * unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
