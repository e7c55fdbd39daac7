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

from darkroom import command


@dataclasses.dataclass(frozen=True)
class Config:
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
    batch_size: int | None = command.flag(
        None, "patches a step, over all devices", lower_bound=1
    )
    accumulate: int = command.flag(
        1, "works a batch off in so many parts, for small memories", lower_bound=1
    )
    steps: int | None = command.flag(None, "steps of this level", lower_bound=1)
    patch_size: int | None = command.flag(
        None, "side of a patch of the halved photo, a multiple of 32", lower_bound=32
    )
    learning_rate: float | None = command.flag(None, "Adam's", lower_bound=0.0)
    schedule: Literal["constant", "cosine"] | None = command.flag(
        None, "of the learning rate; cosine has a warm-up"
    )
    precision: Literal["float32", "bfloat16", "float16"] | None = command.flag(
        None, "of the computation; weights are float32"
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
    joint: bool = command.flag(
        False, "train all levels at once on level 1's loss, with no stages before"
    )
    without_filters_of: int | None = command.flag(
        None, "leave a level's filters out, 6 to 3", lower_bound=3, upper_bound=6
    )
    strategy: Literal["one", "mirrored", "multiworker"] = command.flag(
        "one", "tf.distribute: one device, several, or several machines (TF_CONFIG)"
    )
    seed: int = command.flag(0, "of first weights and patches", lower_bound=0)
    eval_every: int = command.flag(
        1000, "steps between validations and checkpoints", lower_bound=1
    )
    validate: int = command.flag(
        20, "pictures of the test split in a validation", lower_bound=1
    )
    save_minutes: float = command.flag(
        10.0, "longest time between two saved states", lower_bound=0.0
    )
    histograms: bool = command.flag(False, "weight histograms in TensorBoard")
    profile: int = command.flag(0, "steps to profile for TensorBoard", lower_bound=0)


def main(config: Config) -> None:
    """Trains `config.level` from where it stands to its last step."""
    from pynet import data, handoff, levels

    settings = levels.fill_in(config)
    run = pathlib.Path(settings.checkpoint_dir) / (
        "joint" if settings.joint else f"level_{settings.level}"
    )
    flags = command.spell(settings)
    handoff.check_flags(run, flags)
    folder = settings.data_dir or data.generated()
    train, test = (data.pairs(folder, split) for split in ("train", "test"))

    from darkroom import quiet

    with quiet.chatter():
        from pynet import session  # starts TensorFlow

    training = session.Session(settings, run, train, test)
    if training.first == 0:
        command.write(run / "flags.txt", lambda path: path.write_text(flags))
    training.run(flags)
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
