"""What a training is made with where no flag says otherwise."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Literal

from darkroom.train import optimizers, runs
from monodepth.config import Config

if TYPE_CHECKING:
    import keras


@dataclasses.dataclass(frozen=True)
class Preset:
    """A whole training."""

    width: float
    size: str
    batch_size: int
    epochs: int
    learning_rate: float
    schedule: Literal["constant", "halved"]  # at 3/5 and 4/5 of the steps
    precision: str  # or "fastest": bfloat16 where the processor computes with it


# Godard et al. 2017, section 4:
#   python -m monodepth.train --data_dir KITTI --filenames_file kitti_train_files.txt
# takes days on a GPU, and was not run here.
PAPER = Preset(
    width=1.0,
    size="256x512",
    batch_size=8,
    epochs=50,
    learning_rate=1e-4,
    schedule="halved",
    precision="float32",
)

# `python -m monodepth.train` takes three minutes on two cores. On 24 held-out
# scenes its end-point error is 7.9 px of 512 and D1 53 %; the best constant has 10.0 px
# and 71 %, a guess per row 7.4 px and 54 %: it shows that training works, no more.
# Disparities start at 0.15 and shrink; at a rate of 1e-3 they shrink past the near
# objects, and all ends as background.
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


def resolve(config: Config, pairs: int) -> Config:
    """Returns the flags with their preset's numbers where none was given.

    Args:
      config: the flags.
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
    epochs = config.epochs or PRESETS[name].epochs
    resolved = runs.resolve(config, defaults)
    steps = config.steps or math.ceil(epochs * pairs / resolved.batch_size)
    return dataclasses.replace(resolved, steps=steps, epochs=None)


def optimizer(config: Config) -> keras.optimizers.Optimizer:
    """Returns the optimizer that the flags, resolved, ask for."""
    if config.schedule == "halved":
        rate = halved(config.learning_rate, config.steps)
        return optimizers.adam(rate, config.precision)
    return optimizers.adam(config.learning_rate, config.precision)


def halved(
    learning_rate: float, steps: int
) -> keras.optimizers.schedules.LearningRateSchedule:
    """Returns a rate that is halved after 3/5 of the steps, and again after 4/5."""
    import keras

    return keras.optimizers.schedules.PiecewiseConstantDecay(
        [3 * steps // 5, 4 * steps // 5],
        [learning_rate, learning_rate / 2, learning_rate / 4],
    )
