"""What each level is trained with: its steps, its batch, its learning rate.

Ignatov et al. 2020, section 4: level 7 first, each next level from the one below.
"""

from __future__ import annotations

import dataclasses
import pathlib
from typing import TYPE_CHECKING, Literal

from darkroom.train import optimizers, runs
from pynet.config import Config

if TYPE_CHECKING:
    import keras


@dataclasses.dataclass(frozen=True)
class Stage:
    """The steps and the pictures a step of one level."""

    steps: int
    batch_size: int


@dataclasses.dataclass(frozen=True)
class Preset:
    """A whole training, from level 7 to level 1."""

    stages: dict[int, Stage]
    width: float
    patch_size: int  # on the input, half the photo's size
    learning_rate: float
    # "warmup" is constant after one, "cosine" falls after one
    schedule: Literal["constant", "warmup", "cosine"]
    start: Literal["paper", "identity"]  # of level 7; the paper's is random
    precision: str  # or "fastest": bfloat16 where the processor computes with it


# Ignatov et al. 2020, section 4:
#   scripts/train_pynet.sh --data_dir EBB --vgg imagenet-vgg-verydeep-19.mat
# takes days on a GPU, and was not run here.
PAPER = Preset(
    stages={
        7: Stage(5_000, 50),
        6: Stage(5_000, 50),
        5: Stage(20_000, 40),
        4: Stage(20_000, 14),
        3: Stage(30_000, 9),
        2: Stage(80_000, 9),
        1: Stage(100_000, 5),
    },
    width=1.0,
    patch_size=512,
    learning_rate=5e-5,
    schedule="constant",
    start="paper",
    precision="float32",
)

# scripts/quickstart.sh takes 840 CPU-seconds with it. On 24 held-out scenes level 1
# reaches PSNR 28.46 dB, SSIM .852, and as it is rendered 30.44 dB, .910; the photo has
# 25.73 dB, .757. Most of the time goes to the finest levels: the coarse ones, with the
# identity start, have little to add in so short a time.
TINY = Preset(
    stages={
        7: Stage(40, 8),
        6: Stage(40, 8),
        5: Stage(40, 8),
        4: Stage(40, 4),
        3: Stage(150, 1),
        2: Stage(150, 1),
        1: Stage(1000, 1),
    },
    width=0.25,
    patch_size=128,
    learning_rate=1e-3,
    schedule="cosine",
    start="identity",
    precision="fastest",
)

WARMUP = 200  # steps of the schedule "warmup", whatever the number of steps

PRESETS = {"paper": PAPER, "tiny": TINY}


def resolve(config: Config) -> Config:
    """Returns the flags with their preset's numbers where none was given.

    Raises:
      ValueError: flags that cannot go together.
    """
    if config.joint and config.level != 1:
        raise ValueError(
            f"--joint trains all levels on level 1's loss, and --level is "
            f"{config.level}; pass --level 1 --joint"
        )
    name = config.preset or ("paper" if config.data_dir else "tiny")
    preset = PRESETS[name]
    stage = preset.stages[config.level]
    defaults = {
        "preset": name,
        "steps": stage.steps,
        "batch_size": stage.batch_size,
        "vgg": "none" if name == "tiny" or config.level > 1 else None,
        **{
            field.name: getattr(preset, field.name)
            for field in dataclasses.fields(preset)
            if field.name != "stages"
        },
    }
    if defaults["precision"] == "fastest":
        defaults["precision"] = optimizers.fastest()
    config = runs.resolve(config, defaults)
    if config.vgg is None:
        raise ValueError(
            "level 1's content loss needs VGG-19 and none was named: pass --vgg "
            "imagenet-vgg-verydeep-19.mat (the authors' file), --vgg keras (downloads "
            "80 MB), or --vgg none (L1 and SSIM only)"
        )
    if config.vgg not in ("none", "keras") and not pathlib.Path(config.vgg).is_file():
        raise ValueError(
            f"--vgg {config.vgg} is no file; expected imagenet-vgg-verydeep-19.mat, "
            "keras, or none"
        )
    if config.batch_size % config.accumulate:
        raise ValueError(
            f"--batch_size {config.batch_size} does not divide into --accumulate "
            f"{config.accumulate} equal parts"
        )
    if config.patch_size % 32:
        raise ValueError(
            f"--patch_size is {config.patch_size}; expected a multiple of 32, since "
            "the network halves its input five times"
        )
    return config


def optimizer(config: Config, replicas: int = 1) -> keras.optimizers.Optimizer:
    """Returns the optimizer that the flags ask for.

    The cosine warms up over a tenth of the steps and clips the gradient's norm:
    without both, 2e-3 ended in saturated pictures. "warmup" stays at its peak, so that
    a run can be made longer at any time; averaged weights (`ema`) make up for it.

    Args:
      config: the flags, resolved.
      replicas: that share a batch; each sees its share of the gradient's norm.
    """
    import keras

    averaging = optimizers.averaging(config.ema)
    if config.schedule == "constant":
        return optimizers.adam(config.learning_rate, config.precision, **averaging)
    stays = config.schedule == "warmup"
    warmup = WARMUP if stays else max(1, config.steps // 10)
    rate = keras.optimizers.schedules.CosineDecay(
        0.0,
        1 if stays else max(1, config.steps - warmup),
        alpha=1.0 if stays else 0.01,
        warmup_target=config.learning_rate,
        warmup_steps=warmup,
    )
    clip = 10.0 / replicas
    return optimizers.adam(rate, config.precision, global_clipnorm=clip, **averaging)
