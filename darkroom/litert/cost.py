"""What one run of a LiteRT file costs: CPU time, and the peak memory of its process.

Each is measured in a process of its own that knows no TensorFlow, as on a phone.
"""

from __future__ import annotations

import dataclasses
import multiprocessing
import pathlib
import statistics
import time
from concurrent import futures
from concurrent.futures import process

import numpy as np

from darkroom import litert
from darkroom.metrics import cost

ENOUGH = 0.5  # CPU-seconds after which no further run is timed
SLOW = 20.0  # CPU-seconds of a run beside which a first run's extra does not count


@dataclasses.dataclass(frozen=True)
class Cost:
    """What was found.

    Attributes:
      cpu_ms: of one run, all threads together.
      peak_mb: the most memory that the process held, in MB of 10^6 bytes.
    """

    cpu_ms: float
    peak_mb: float

    def rounded(self) -> dict[str, float]:
        """As a card has it."""
        return {"cpu_ms": round(self.cpu_ms, 1), "peak_mb": round(self.peak_mb)}


def of(path: pathlib.Path, threads: int) -> Cost:
    """Measures a file in a fresh process.

    Raises:
      ValueError: the process was ended from outside.
    """
    # Spawned, so that it inherits nothing.
    fresh = multiprocessing.get_context("spawn")
    with futures.ProcessPoolExecutor(1, fresh) as pool:
        try:
            return pool.submit(measure, path, threads).result()
        except process.BrokenProcessPool as error:
            raise ValueError(
                f"the process that timed {path} was ended from outside, perhaps for "
                "want of memory; free some, or export a smaller --size"
            ) from error


def measure(path: pathlib.Path, threads: int, most: int = 5) -> Cost:
    """The median of up to `most` runs here, after a first that counts only if slow."""
    network = litert.Network(path, threads)
    noise = np.random.Generator(np.random.PCG64(0))
    inputs = [noise.random(shape, np.float32) for shape in network.inputs.values()]
    seconds: list[float] = []
    for run in range(1 + most):
        start = time.process_time()
        network(*inputs)
        took = time.process_time() - start
        if run or took > SLOW:
            seconds.append(took)
        if sum(seconds) > ENOUGH:
            break
    return Cost(1e3 * statistics.median(seconds), 1e3 * cost.peak_memory())
