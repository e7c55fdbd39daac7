"""What `lens.blur` costs: CPU-seconds beside OpenCV's Gaussian blur, and memory.

CPU-seconds count all threads. They are taken in alternation, a run of each in turn,
so that a busy machine slows all of them alike; of each the median counts.
"""

from __future__ import annotations

import math
import multiprocessing
import pathlib
import resource
import statistics
import sys
import time
from collections.abc import Callable
from concurrent import futures
from concurrent.futures import process
from typing import Any

import numpy as np

from darkroom import lens

Array = np.ndarray[Any, Any]

SIGMA = 10.0  # of the Gaussian blur, in pixels
SMALL, LARGE = 12.0, 40.0  # K at 640 pixels of width
MEGAPIXELS = (0.3, 1.0, 12.0)  # that are timed
IN_MEMORY = (12.0, 48.0)

_WIDTH = 640
_FOCUS = 0.5


def measure(repeats: int) -> dict[str, dict[str, Any]]:
    """What `seconds`, `ratios` and `memory` find, each by megapixels."""
    import tqdm

    with tqdm.tqdm(total=len(MEGAPIXELS) + len(IN_MEMORY), desc="cost") as bar:
        taken, held = {}, {}
        for size in MEGAPIXELS:
            taken[f"{size:g}"] = seconds(size, repeats)
            bar.update()
        for size in IN_MEMORY:
            held[f"{size:g}"] = memory(size)
            bar.update()
    shares = {size: ratios(found) for size, found in taken.items()}
    return {"seconds": taken, "ratios": shares, "memory": held}


def seconds(megapixels: float, repeats: int) -> dict[str, float]:
    """CPU-seconds on one picture, the median of `repeats`.

    Returns:
      gaussian: `cv2.GaussianBlur` of the same linear float32 picture.
      lens 12, lens 40: `lens.blur` with K in pixels.
      lens 12 scaled, lens 40 scaled: with K that grows with the picture.
    """
    import cv2

    linear, disparity = picture(megapixels)
    scale = linear.shape[1] / _WIDTH

    def blur(radius: float) -> Callable[[], Array]:
        return lambda: lens.blur(linear, disparity, _FOCUS, radius)

    runs: dict[str, Callable[[], Array]] = {
        "gaussian": lambda: cv2.GaussianBlur(linear, (0, 0), SIGMA),
        "lens 12": blur(SMALL),
        "lens 40": blur(LARGE),
        "lens 12 scaled": blur(SMALL * scale),
        "lens 40 scaled": blur(LARGE * scale),
    }
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for turn in range(repeats + 1):
        for name, run in runs.items():
            start = time.process_time()
            run()
            if turn:  # the first turn compiles and warms up
                taken[name].append(time.process_time() - start)
    return {name: statistics.median(of) for name, of in taken.items()}


def ratios(found: dict[str, float]) -> dict[str, float]:
    """What `seconds` found, as the targets want it.

    Returns:
      over gaussian: the dearest of the four over the Gaussian blur.
      40 over 12, 40 over 12 scaled: the larger radius over the smaller.
    """
    dearest = max(value for name, value in found.items() if name != "gaussian")
    return {
        "over gaussian": dearest / found["gaussian"],
        "40 over 12": found["lens 40"] / found["lens 12"],
        "40 over 12 scaled": found["lens 40 scaled"] / found["lens 12 scaled"],
    }


def memory(megapixels: float) -> float | None:
    """Peak memory in GB of a process that makes a picture and blurs it.

    The photo, its disparity and the result are in it. None if the process failed.
    """
    # A spawned process starts from nothing; a forked one would inherit our memory.
    fresh = multiprocessing.get_context("spawn")
    with futures.ProcessPoolExecutor(1, fresh) as pool:
        try:
            return pool.submit(_blur_once, megapixels).result()
        except (process.BrokenProcessPool, MemoryError):
            return None


def _blur_once(megapixels: float) -> float:
    linear, disparity = picture(megapixels)
    radius = LARGE * linear.shape[1] / _WIDTH
    blurred = lens.blur(linear, disparity, _FOCUS, radius)
    if not np.isfinite(blurred).all():
        raise ValueError(f"lens.blur made NaN at {megapixels:g} megapixels")
    return _peak()


def _peak() -> float:
    """The most that this process has held, in GB of 10^9 bytes."""
    status = pathlib.Path("/proc/self/status")
    if status.exists():  # where getrusage counts the parent's memory, too
        return 1024e-9 * int(status.read_text().partition("VmHWM:")[2].split()[0])
    unit = 1 if sys.platform == "darwin" else 1024
    return 1e-9 * unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def picture(megapixels: float) -> tuple[Array, Array]:
    """A generated night scene of that size, 4:3, and its disparity.

    Returns:
      linear: `[H, W, 3]` float32.
      disparity: `[H, W]` float32, steps kept sharp.
    """
    import cv2

    from darkroom.scenes import optics, stage

    scene = stage.scene(1, 3, (480, 640), "test", lamps=1.0)
    height = round(math.sqrt(megapixels * 1e6 * 3 / 4))
    size = (round(height * 4 / 3), height)
    linear = cv2.resize(optics.pinhole(scene), size, interpolation=cv2.INTER_LINEAR)
    np.clip(linear, 0, 1, out=linear)
    nearest = cv2.INTER_NEAREST
    return linear, cv2.resize(optics.disparity(scene), size, interpolation=nearest)
