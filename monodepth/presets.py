"""What a training is made with where no flag says otherwise."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

from darkroom.train import optimizers, runs


@dataclasses.dataclass(frozen=True)
class Preset:
    """A whole training."""

    width: float
    size: str
    batch_size: int
    epochs: int
    learning_rate: float
    schedule: str  # "constant", or "halved" at 3/5 and 4/5 of the steps
    precision: str  # or "fastest": bfloat16 where the processor computes with it


# Godard et al. 2017, section 4.
PAPER = Preset(
    width=1.0,
    size="256x512",
    batch_size=8,
    epochs=50,
    learning_rate=1e-4,
    schedule="halved",
    precision="float32",
)

# Minutes on two cores not days on a GPU. Disparities start at 0.15 and shrink; at
# a rate of 1e-3 they shrink past the near objects, and all ends as background.
TINY = Preset(
    width=0.125,
    size="128x256",
    batch_size=4,
    epochs=40,
    learning_rate=3e-4,
    schedule="halved",
    precision="fastest",
)

PRESETS = {"paper": PAPER, "tiny": TINY}


def fill_in(config: Any, pairs: int) -> Any:
    """The config of monodepth.train with its preset's numbers where no flag was given.

    Args:
      config: of monodepth.train.
      pairs: how many there are to train on; they turn epochs into steps.

    Raises:
      ValueError: flags that cannot go together.
    """
    if None not in (config.steps, config.epochs):
        raise ValueError(
            f"--steps {config.steps} and --epochs {config.epochs} both say how long to "
            "train; pass one of them"
        )
    name = config.preset or ("paper" if config.data_dir else "tiny")
    defaults = {"preset": name, **dataclasses.asdict(PRESETS[name])}
    if defaults["precision"] == "fastest":
        defaults["precision"] = optimizers.fastest()
    filled = runs.fill_in(config, defaults)
    steps = config.steps or math.ceil(filled.epochs * pairs / filled.batch_size)
    return dataclasses.replace(filled, steps=steps, epochs=None)


def optimizer(config: Any) -> Any:
    """The optimizer that the flags of monodepth.train, filled in, ask for."""
    rate = config.learning_rate
    if config.schedule == "halved":
        rate = halved(rate, config.steps)
    return optimizers.adam(rate, config.precision)


def halved(learning_rate: float, steps: int) -> Any:
    """A rate that is halved after three fifths of the steps, and again after four."""
    import keras

    return keras.optimizers.schedules.PiecewiseConstantDecay(
        [3 * steps // 5, 4 * steps // 5],
        [learning_rate, learning_rate / 2, learning_rate / 4],
    )
