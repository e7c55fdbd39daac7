"""What `lens.blur` costs: CPU-seconds beside OpenCV's Gaussian blur, and memory.

Runs take turns, so that a busy machine slows all of them alike; of each the median
counts.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable
from typing import Any

import numpy as np

from darkroom import lens
from darkroom.litert import cost
from darkroom.pixels import Array

SIGMA = 10.0  # of the Gaussian blur, in pixels
SMALL, LARGE = 12.0, 40.0  # K at 640 pixels of width
MEGAPIXELS = (0.3, 1.0, 12.0)  # that are timed
IN_MEMORY = (12.0, 48.0)

_WIDTH = 640
_FOCUS = 0.5


def measure(repeats: int) -> dict[str, dict[str, Any]]:
    """Returns what `seconds`, `ratios` and `memory` do, each by megapixels."""
    import tqdm

    with tqdm.tqdm(total=len(MEGAPIXELS) + len(IN_MEMORY), desc="cost") as bar:
        times, peaks = {}, {}
        for size in MEGAPIXELS:
            times[f"{size:g}"] = seconds(size, repeats)
            bar.update()
        for size in IN_MEMORY:
            peaks[f"{size:g}"] = memory(size)
            bar.update()
    shares = {size: ratios(each) for size, each in times.items()}
    return {"seconds": times, "ratios": shares, "memory": peaks}


def seconds(megapixels: float, repeats: int) -> dict[str, float]:
    """Returns CPU-seconds on one picture, the median of `repeats`.

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
    times = cost.take_turns(list(runs.values()), repeats)
    return dict(zip(runs, map(statistics.median, times), strict=True))


def ratios(times: dict[str, float]) -> dict[str, float]:
    """Compares what `seconds` returned.

    Returns:
      over gaussian: the dearest of the four over the Gaussian blur.
      40 over 12, 40 over 12 scaled: the larger radius over the smaller.
    """
    dearest = max(value for name, value in times.items() if name != "gaussian")
    return {
        "over gaussian": dearest / times["gaussian"],
        "40 over 12": times["lens 40"] / times["lens 12"],
        "40 over 12 scaled": times["lens 40 scaled"] / times["lens 12 scaled"],
    }


def memory(megapixels: float) -> float | None:
    """Returns the peak in GB of a process that makes a picture and blurs it.

    The photo, its disparity and the result are in it. None if the process failed.
    """
    try:
        return cost.run_in_subprocess(_blur_once, megapixels)
    except (ValueError, MemoryError):
        return None


def _blur_once(megapixels: float) -> float:
    linear, disparity = picture(megapixels)
    lens.blur(linear, disparity, _FOCUS, LARGE * linear.shape[1] / _WIDTH)
    return cost.peak_memory()


def picture(megapixels: float) -> tuple[Array, Array]:
    """Makes a night scene of that size, 4:3, and its disparity.

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
