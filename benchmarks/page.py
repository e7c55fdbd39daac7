"""Measures what a click on the page costs, from the focus to the JPEG.

  python -m benchmarks.page               # milliseconds of all CPUs
  python -m benchmarks.page --clock wall  # that one waits, where nothing else runs

The photo is scikit-image's motorcycle, enlarged, with its measured depth. The page is
asked as the browser asks it, without a socket. In turns: a Gaussian blur (sigma 10) of
the photo's linear light, a click of which nothing is remembered, and one of many.
"""

from __future__ import annotations

import dataclasses
import io
import json
import statistics
import time
from collections.abc import Callable
from typing import Any, Literal

from darkroom import cli, program


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of benchmarks.page."""

    megapixels: float = cli.flag(1.0, "of the photo", lower_bound=0.1)
    repeats: int = cli.flag(15, "clicks of each kind", lower_bound=1)
    clock: Literal["cpu", "wall"] = cli.flag("cpu", "whose milliseconds")


def main(config: Config) -> None:
    """Prints a line for each kind of click."""
    clock = time.process_time if config.clock == "cpu" else time.perf_counter
    for name, milliseconds in measure(config.megapixels, config.repeats, clock).items():
        print(f"{name}: {milliseconds:.0f} ms")


def measure(
    megapixels: float, repeats: int, clock: Callable[[], float]
) -> dict[str, float]:
    """Returns the medians of the milliseconds of a clock.

    Returns:
      gaussian: the blur of the whole photo.
      first click, click: the preview, at another point each time.
      full size: the whole photo.
    """
    import cv2
    import numpy as np
    from skimage import data

    from darkroom import pixels, remembered
    from darkroom.litert import cost
    from darkroom.page import memory, server, site, uploads

    left, _, disparity = data.stereo_motorcycle()
    scale = (megapixels * 1e6 / disparity.size) ** 0.5
    height, width = (round(side * scale) for side in disparity.shape)
    photo = pixels.resize_to(left, (height, width))
    here = site.Site(memory.Memory(4 * 10**9), uploads.Limits(), site.LOCAL)
    page = _Browser(server.application(here))
    sent = io.BytesIO()
    np.save(sent, disparity)
    opened = page.post("/photos?name=a.png", _png(photo))
    where = f"/photos/{json.loads(opened)['id']}"
    page.post(f"{where}/depth?name=a_depth.npy", sent.getvalue())
    rng, linear = np.random.default_rng(0), pixels.to_linear(photo)

    def click(kind: str) -> None:
        x, y = rng.uniform(0.1, 0.9, 2)
        asked = {"look": {"f_number": 1.8}, "focus": f"{x:.4f},{y:.4f}"}
        page.post(f"{where}/{kind}", asked)

    def first() -> None:
        remembered.forget()
        click("preview")

    runs = {
        "gaussian": lambda: cv2.GaussianBlur(linear, (0, 0), 10.0),
        "first click": first,
        "click": lambda: click("preview"),
        "full size": lambda: click("full"),
    }
    times = cost.take_turns(list(runs.values()), repeats, clock)
    return {
        name: 1000 * statistics.median(each)
        for name, each in zip(runs, times, strict=True)
    }


class _Browser:
    """Asks the page, as a browser on this machine does."""

    def __init__(self, application: Any) -> None:
        from werkzeug import test

        self._client = test.Client(application)

    def post(self, path: str, body: object) -> bytes:
        """Returns what is answered.

        Raises:
          ValueError: it is refused.
        """
        data = body if isinstance(body, bytes) else json.dumps(body)
        kind = "application/json" if isinstance(data, str) else None
        answer = self._client.post(
            path, data=data, content_type=kind, headers={"Origin": "http://localhost"}
        )
        if answer.status_code != 200:
            raise ValueError(f"{path}: {answer.get_data(as_text=True)}")
        content: bytes = answer.get_data()
        return content


def _png(picture: Any) -> bytes:
    from PIL import Image

    target = io.BytesIO()
    Image.fromarray(picture).save(target, "PNG")
    return target.getvalue()


if __name__ == "__main__":
    program.run(main, Config)
