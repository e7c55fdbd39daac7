"""What each level is trained with: its steps, its batch, its loss.

Ignatov et al. 2020, section 4: level 7 first, each next level from the one below.
"""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Callable
from typing import Any

from darkroom import optimizers, runs


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
    schedule: str  # "constant", "warmup" (then constant), "cosine" after a warm-up
    start: str  # of level 7: "paper" (random) or "identity"
    precision: str  # or "fastest": bfloat16 where the processor computes with it


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

# Minutes on two cores instead of days on a GPU; the README says what it reaches. Most
# of the time goes to the finest levels: the coarse ones, with the identity start, have
# little to add in so short a time.
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


def fill_in(config: Any) -> Any:
    """The config of pynet.train with its preset's numbers where no flag was given.

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
    config = runs.fill_in(config, defaults)
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


def loss(
    level: int,
    features: Any = None,
    distance: Any = None,
    weight: float = 0.0,
) -> Callable[[Any, Any], dict[str, Any]]:
    """The loss of a level, as a function `(truth, prediction) -> terms`.

    Levels 7 to 2: `100 L1`. Level 1: `10 L1 + 0.1 content + 10 (1 - SSIM)`
    (Ignatov et al. 2020, section 4).

    Args:
      level: 7 to 1.
      features: VGG-19 up to relu5_4 for the content term; without it level 1 is
        trained on the other two.
      distance: `darkroom.lpips.network(...)`, for one more term at level 1.
      weight: of that term; the paper has none.

    Returns:
      A function whose dict holds `loss` (to minimise), its unweighted terms, and
      `mse` for the PSNR.
    """
    import keras

    from darkroom import losses, metrics

    def terms(truth: Any, prediction: Any) -> dict[str, Any]:
        l1 = losses.l1(truth, prediction)
        found = {"l1": l1, "mse": metrics.mse(truth, prediction)}
        if level > 1:
            return {"loss": 100 * l1, **found}
        found["structural"] = losses.structural(truth, prediction)
        total = 10 * l1 + 10 * found["structural"]
        if features is not None:
            found["content"] = losses.content(truth, prediction, features)
            total = total + 0.1 * found["content"]
        if distance is not None:
            found["lpips"] = keras.ops.mean(distance(truth, prediction))
            total = total + weight * found["lpips"]
        return {"loss": total, **found}

    return terms


def optimizer(config: Any, replicas: int = 1) -> Any:
    """The optimizer that the flags of pynet.train ask for.

    The cosine warms up over a tenth of the steps and clips the gradient's norm:
    without both, 2e-3 ended in saturated pictures. "warmup" stays at its peak, so that
    a run can be made longer at any time; averaged weights (`ema`) make up for it.

    Args:
      config: of pynet.train, filled in.
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
