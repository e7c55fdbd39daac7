"""The flags of cyclegan_tf.train; beside each, whether a resumed run may change it."""

from __future__ import annotations

import dataclasses
from typing import Literal

from darkroom import cli
from darkroom.train import runs


@dataclasses.dataclass(frozen=True)
class Config(runs.Config):
    """Flags of cyclegan_tf.train; what is not given comes from the preset."""

    model: Literal["cyclegan", "pix2pix"] = cli.flag(
        "cyclegan", "cyclegan learns from unpaired pictures, pix2pix from pairs"
    )
    task: Literal["portrait", "depth"] = cli.flag(
        "portrait", "what domain B is: a shallow depth of field, or depth maps"
    )
    # only resolves the others
    run: Literal["plain", "mask_loss", "overlay", "overlay_mask_loss"] = cli.flag(
        "plain",
        "of Nasrullah's four for portraits: sets --lambda_mask and --overlay",
        may_differ=True,
    )
    # may differ, since the same pictures may lie elsewhere
    data_dir: str | None = cli.flag(
        None,
        "folder of both domains; without it scenes are generated in data/TASK",
        may_differ=True,
    )
    preset: Literal["paper", "tiny"] = cli.flag(
        None,
        "where unset flags come from (default: paper with --data_dir, else tiny)",
        may_differ=True,
    )
    generator: str = cli.flag(
        None, "resnet_9blocks, resnet_6blocks, unet_256 or unet_128"
    )
    discriminator: str = cli.flag(
        None, "patch_3layers (or another number of layers) or pixel"
    )
    norm: Literal["instance", "batch"] = cli.flag(None, "of all networks")
    dropout: bool = cli.flag(None, "in the generators")
    width: float = cli.flag(
        None, "channels as a multiple of the paper's: 1, 0.5, 0.25, 0.125"
    )
    load_size: int = cli.flag(None, "side that pictures are brought to", lower_bound=1)
    crop_size: int = cli.flag(
        None, "side of the random part that a step sees", lower_bound=1
    )
    mirror: bool = cli.flag(True, "mirror half of the pictures")
    farthest: float = cli.flag(
        10.0, "metres that are white in a depth map", lower_bound=0.1
    )
    loss: Literal["least_squares", "vanilla", "wgan_gp"] = cli.flag(
        None, "of generators and discriminators"
    )
    lambda_cycle: float | None = cli.flag(
        None, "cyclegan: weight of the cycles", lower_bound=0.0
    )
    lambda_identity: float | None = cli.flag(
        None, "cyclegan: of the identities, times lambda_cycle", lower_bound=0.0
    )
    lambda_mask: float | None = cli.flag(
        None, "portraits: of the mask loss, times lambda_cycle", lower_bound=0.0
    )
    perceptual: str | None = cli.flag(
        None,
        "VGG-19 of the mask loss: keras (a download), imagenet-vgg-verydeep-19.mat, "
        "torchvision's vgg19-*.pth, or none (the tiny preset's)",
    )
    overlay: bool | None = cli.flag(
        None, "portraits: paste the real person over each fake"
    )
    lambda_l1: float | None = cli.flag(
        None, "pix2pix: weight of the difference to the target", lower_bound=0.0
    )
    generator_steps: int | None = cli.flag(
        None, "cyclegan: for one step of the discriminators", lower_bound=1
    )
    pool_size: int | None = cli.flag(
        None, "cyclegan: fakes that are kept for the discriminators", lower_bound=0
    )
    adam: Literal["keras", "pytorch"] = cli.flag(
        None, "whose Adam: they differ in where epsilon stands"
    )
    schedule: Literal["constant", "linear"] = cli.flag(
        None, "of the learning rate; linear falls to zero at the end"
    )
    # only another way to say --steps
    epochs: int | None = cli.flag(
        None,
        "passes over the larger domain, instead of --steps",
        lower_bound=1,
        may_differ=True,
    )
    # and --decay_steps
    decay_epochs: int | None = cli.flag(
        None,
        "of these the last, in which the rate falls",
        lower_bound=0,
        may_differ=True,
    )
    decay_steps: int = cli.flag(
        None, "the last of --steps, in which the rate falls", lower_bound=0
    )
    checkpoint_dir: str = cli.flag(
        "checkpoints/cyclegan_tf", "folder of the runs, a folder each", may_differ=True
    )
    name: str = cli.flag(
        None,
        "of the run's folder (default: from --model, --task and --run)",
        may_differ=True,
    )
    from_weights: str | None = cli.flag(
        None,
        "a run folder, or a generator's .weights.h5 (A to B), to start from",
        may_differ=True,
    )
    validate: int = cli.flag(
        20, "pictures of the test split in a validation", lower_bound=1, may_differ=True
    )
