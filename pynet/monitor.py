"""What a training shows of its level: scores, and rows of pictures, in its log."""

from __future__ import annotations

import contextlib
import dataclasses
import pathlib
from collections.abc import Callable

import keras
import numpy as np

from darkroom import pixels
from darkroom.metrics import reports
from darkroom.pixels import Array
from darkroom.train import loop as training_loop
from pynet import data, validation, windows
from pynet.config import Config

Averages = Callable[[], contextlib.AbstractContextManager[None]]


@dataclasses.dataclass(frozen=True)
class Evaluation:
    """Scores a level after a step, into the log.

    Attributes:
      config: the flags, resolved.
      outputs: from an input `[1, H, W, 4]` to the pictures of this level and of all
        coarser ones.
      test: the scenes to score.
      variables: those that learn, for their histograms.
      averages: puts the averaged weights in their place while a picture is scored.
      report: a file for the scores, as JSON; None to keep none.
    """

    config: Config
    outputs: Callable[[Array], dict[str, keras.KerasTensor]]
    test: list[windows.Pair]
    variables: list[keras.Variable]
    averages: Averages
    report: pathlib.Path | None

    def __call__(self, step: int, log: training_loop.Log) -> None:
        """Scores after `step`."""
        with self.averages():
            self._score(step, log)

    def _score(self, step: int, log: training_loop.Log) -> None:
        level = self.config.level
        result = validation.evaluate(
            lambda inputs: self.outputs(inputs)[f"level_{level}"],
            self.test,
            level,
            pictures=0,
            margin=self.config.margin,
        )
        means = {f"validation/{name}": mean for name, mean in result.mean.items()}
        log.scalars(step, **means)
        if self.report is not None:
            scores = {
                "level": level,
                "step": step,
                "pictures": len(result.names),
                "output": result.mean,
                "photo": reports.mean_scores(result.photo),
            }
            reports.write(self.report, scores)
        log.picture(step, "input | outputs, coarse to fine | target", self._strips())
        if self.config.histograms:
            log.histograms(step, self.variables)

    def _strips(self) -> Array:
        """Returns rows of input, outputs from coarse to fine, target, in one size."""
        rows = []
        for pair in self.test[:3]:
            source, target = data.full_picture(pair, self.config.level)
            pictures = self.outputs(source[None])
            between = [np.asarray(pictures[name][0]) for name in sorted(pictures)[::-1]]
            size = (2 * source.shape[0], 2 * source.shape[1])
            row = [source[..., :3], *between, target]
            rows.append([_enlarged(picture, size) for picture in row])
        return pixels.grid(rows)


def shown(pyramid: keras.Model, config: Config) -> keras.Model:
    """Returns the pyramid with the outputs of this level and all coarser ones."""
    shown = set(range(config.level, 8))
    if config.level == 1 and config.start == "identity":
        shown -= {2}  # `raw` was shifted, and is no picture of level 2 any more
    outputs = {f"level_{n}": pyramid.output[f"level_{n}"] for n in shown}
    return keras.Model(pyramid.input, outputs)


def _enlarged(picture: Array, size: tuple[int, int]) -> Array:
    return pixels.resize_to(pixels.to_uint8(np.clip(picture, 0, 1)), size)
