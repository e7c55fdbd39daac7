"""The flags of monodepth.train, and beside each whether a resumed run may change it."""

from __future__ import annotations

import dataclasses
from typing import Literal

from darkroom import cli
from darkroom.train import runs


@dataclasses.dataclass(frozen=True)
class Config(runs.Config):
    """Flags of monodepth.train; what is not given comes from the preset."""

    # may differ, since the same pairs may lie elsewhere
    data_dir: str | None = cli.flag(
        None,
        "folder of the pairs; without it scenes are generated in data/stereo",
        may_differ=True,
    )
    filenames_file: str | None = cli.flag(
        None, "a pair a line, left and right (default: train.txt in --data_dir)"
    )
    validation_file: str | None = cli.flag(
        None,
        "held-out pairs, as --filenames_file (default: test.txt, if it is there)",
        may_differ=True,
    )
    dataset: Literal["kitti", "cityscapes"] = cli.flag(
        "kitti", "whose pictures: Cityscapes' lose their lower fifth, the car"
    )
    # only resolves the others
    preset: Literal["paper", "tiny"] = cli.flag(
        None,
        "where unset flags come from (default: paper with --data_dir, else tiny)",
        may_differ=True,
    )
    encoder: Literal["vgg", "resnet50"] = cli.flag("vgg", "first half of the net")
    stereo: bool = cli.flag(False, "the network sees both pictures")
    deconv: bool = cli.flag(
        False, "enlarges by transposed convolutions, not by repeated pixels"
    )
    width: float = cli.flag(
        None, "channels as a multiple of the paper's: 1, 0.5, 0.25, 0.125"
    )
    size: str = cli.flag(
        None, "HxW of the network's pictures, multiples of 128 (vgg) or 64 (resnet50)"
    )
    # only another way to say --steps
    epochs: int | None = cli.flag(
        None,
        "passes over the pairs, instead of --steps",
        lower_bound=1,
        may_differ=True,
    )
    schedule: Literal["constant", "halved"] = cli.flag(
        None, "of the learning rate: halved at 3/5 and 4/5 of the steps"
    )
    smoothness: Literal["horizontal", "both"] = cli.flag(
        "horizontal", "directions in which a disparity is smooth: the original's, both"
    )
    edges: Literal["black", "replicate"] = cli.flag(
        "black", "what a rebuilt picture shows of the outside"
    )
    checkpoint_dir: str = cli.flag(
        "checkpoints/monodepth", "folder of the run", may_differ=True
    )
    from_weights: str | None = cli.flag(
        None, "a .weights.h5 to start from", may_differ=True
    )
    retrain: bool = cli.flag(
        False,
        "keep this run's weights, but begin anew with the steps and Adam",
        may_differ=True,
    )
    validate: int = cli.flag(
        20, "pairs in a validation", lower_bound=1, may_differ=True
    )
