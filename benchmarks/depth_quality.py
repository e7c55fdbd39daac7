"""Scores relative depth, as `darkroom` finds it, beside guesses; in Markdown.

  python -m benchmarks.depth_quality --depths network.tflite,prior \\
      --measured stereo --filenames_file test.txt
  python -m benchmarks.depth_quality --depths network.tflite,prior --photos DIR

A network that sees one photo can tell what is nearer, not how far. So its disparity is
scored up to a scale and a shift, which are fitted to each photo's truth: `order` is the
share of pixel pairs whose order is right (half by chance), of those whose disparities
differ by a tenth of the photo's; `error` the root mean square of what is left after the
fit, over the truth's deviation (1 is a constant's). "row" is the best guess for each
height, and is fitted to the very truths that it is scored on, which favours it.
"""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import table
from darkroom import cli, program
from darkroom.pixels import Array

if TYPE_CHECKING:
    from monodepth.evaluation import truth

PAIRS = 40_000  # drawn of each photo
APART = 0.1  # of the range between the percentiles, from which on a pair's order counts
PERCENTILES = (5, 95)


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of benchmarks.depth_quality."""

    depths: str = cli.flag("prior", "networks' files, or names as of --depth; commas")
    measured: str | None = cli.flag(
        None, "a folder of measured scenes, as of monodepth.evaluate"
    )
    filenames_file: str | None = cli.flag(
        None, "those of them to score; all without it"
    )
    photos: str | None = cli.flag(
        None, "a folder of photos with NAME_disparity.png or NAME_depth.png beside"
    )
    each: bool = cli.flag(False, "a row for each photo, too")


def main(config: Config) -> None:
    """Prints a row for each depth."""
    from monodepth.evaluation import middlebury
    from monodepth.pretrained import samples

    scenes: list[truth.Scene] = []
    if config.measured:
        scenes += middlebury.scenes(config.measured, config.filenames_file)
    if config.photos:
        scenes += samples.with_maps(config.photos)
    if not scenes:
        raise ValueError("there is nothing to score on; pass --measured or --photos")
    rows = [["constant", ".500", "1.000"]]
    for name, predict in _predictors(config, scenes).items():
        scores = [score(*predict(scene)) for scene in scenes]
        means = (statistics.fmean(column) for column in zip(*scores, strict=True))
        rows.append([name, *map(_number, means)])
        if config.each:
            rows += [
                [f"{name}, {scene.name}", *map(_number, pair)]
                for scene, pair in zip(scenes, scores, strict=True)
            ]
    print(table.markdown([f"{len(scenes)} photos", "order", "error"], rows))


Predict = Callable[["truth.Scene"], tuple[Array, Array]]


def _predictors(config: Config, scenes: list[truth.Scene]) -> dict[str, Predict]:
    """Returns what gives a scene's disparity and its truth, NaN where unknown."""
    from darkroom import depth, pixels
    from darkroom.io import images
    from monodepth.evaluation import predictors

    def by_depth(source: str) -> Predict:
        def predict(scene: truth.Scene) -> tuple[Array, Array]:
            exact = _exact(scene)
            found = depth.find(images.read(scene.left), source=source).disparity
            return pixels.resize_to(found, exact.shape), exact

        return predict

    def by_row(scene: truth.Scene) -> tuple[Array, Array]:
        exact = _exact(scene)
        return guess(scene, np.zeros((*exact.shape, 3), np.uint8)), exact

    guess = predictors.averages(scenes)["row"]
    return {"row": by_row} | {
        name: by_depth(name) for name in config.depths.split(",") if name
    }


def _exact(scene: truth.Scene) -> Array:
    known = scene.read()
    return np.where(known.valid, known.disparity_px, np.nan)


def score(disparity: Array, exact: Array) -> tuple[float, float]:
    """Returns `order` and `error` of a disparity.

    Args:
      disparity: `[H, W]`, of any scale.
      exact: `[H, W]`, NaN where it is not known.
    """
    known = np.isfinite(exact)
    found, true = disparity[known].astype(np.float64), exact[known].astype(np.float64)
    one, other = np.random.default_rng(0).integers(0, true.size, (2, PAIRS))
    apart = APART * np.ptp(np.percentile(true, PERCENTILES))
    steps = true[one] - true[other]
    counts = np.abs(steps) > apart
    agree = np.sign(found[one] - found[other])[counts] * np.sign(steps[counts])
    order = float(np.mean((agree + 1) / 2))
    if np.ptp(found) == 0:
        return order, 1.0
    slope, start = np.polyfit(found, true, 1)
    rest = slope * found + start - true
    return order, float(np.sqrt(np.mean(rest**2)) / true.std())


def _number(value: float) -> str:
    return f"{value:.3f}".removeprefix("0")


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
