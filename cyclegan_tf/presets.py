"""What a training is made with where no flag says otherwise."""

from __future__ import annotations

import dataclasses
import math
import re
from typing import Any

from cyclegan_tf.config import Config
from cyclegan_tf.weights import check_crop
from darkroom.train import runs

Flags = dict[str, Any]  # by their names

# Zhu et al. 2017, section 4 and appendix 7. The papers' presets, as in
#   python -m cyclegan_tf.train --data_dir PORTRAITS --run mask_loss
#   python -m cyclegan_tf.train --model pix2pix --task depth --data_dir NYU
# take days on a GPU, and were not run here.
_PAPER: Flags = {
    "generator": "resnet_9blocks",
    "discriminator": "patch_3layers",
    "norm": "instance",
    "dropout": False,
    "width": 1.0,
    "loss": "least_squares",
    "load_size": 286,
    "crop_size": 256,
    "batch_size": 1,
    "learning_rate": 2e-4,
    "adam": "keras",
    "schedule": "linear",
    "precision": "float32",
    "epochs": 200,
    "decay_epochs": 100,
}
_CYCLEGAN: Flags = {
    "lambda_cycle": 10.0,
    "lambda_identity": 0.5,
    "generator_steps": 1,
    "pool_size": 50,
}
# Isola et al. 2017, section 6
_PIX2PIX: Flags = {
    "generator": "unet_256",
    "norm": "batch",
    "dropout": True,
    "loss": "vanilla",
    "lambda_l1": 100.0,
}
# Nasrullah (see `PORTRAITS`) trained for fewer epochs; "Bokeh Effect: Deep Learning
# Framework for Depth Estimation" chose its own weights for NYU v2.
_PORTRAIT: Flags = {"epochs": 75, "decay_epochs": 25}
_MASKS: Flags = {"lambda_mask": 0.0, "overlay": False, "perceptual": "keras"}
_DEPTH_CYCLEGAN: Flags = {
    "lambda_cycle": 5.0,
    "lambda_identity": 0.0,
    "generator_steps": 2,
    "learning_rate": 1e-4,
}
_DEPTH_PIX2PIX: Flags = {
    "generator": "resnet_9blocks",
    "loss": "least_squares",
    "lambda_l1": 5.0,
    "batch_size": 4,
}
PAPER = {
    ("cyclegan", "portrait"): _PAPER | _CYCLEGAN | _PORTRAIT | _MASKS,
    ("cyclegan", "depth"): _PAPER | _CYCLEGAN | _DEPTH_CYCLEGAN,
    ("pix2pix", "portrait"): _PAPER | _PIX2PIX | _PORTRAIT,
    ("pix2pix", "depth"): _PAPER | _PIX2PIX | _DEPTH_PIX2PIX,
}

# Narrow U-Nets, whose first skip lets a picture through from the first step on, and no
# 80 MB of VGG-19: minutes on two cores instead of days on a GPU.
_SMALL: Flags = {
    "generator": "unet_64",
    "discriminator": "patch_2layers",
    "dropout": False,
    "width": 0.25,
    "load_size": 72,
    "crop_size": 64,
    "learning_rate": 5e-4,
    "epochs": 8,
    "decay_epochs": 4,
}
# scripts/train_portraits.sh trains the four runs of `PORTRAITS` on 64 px in 12 minutes.
# On 24 held-out portraits the change inside the person is .045 plain, .029 with mask
# loss, .229 with overlay, .030 with both; the sharpness left outside .550, .578, .448,
# .484 (seed 0). With the paper's identity loss, which alone would keep a person as it
# is in so short a training, mask loss gained 8 % only, at less blur.
_SMALL_PORTRAITS: Flags = {
    "width": 0.375,
    "lambda_identity": 0.0,
    "perceptual": "none",
}
# scripts/train_depth.sh takes 5 minutes. On 72 held-out scenes, in metres, abs rel is
# .434, rmse 2.018, a1 .487; the best constant has .459, 2.653, .272.
_SMALL_MAPS: Flags = {
    "width": 0.5,
    "dropout": True,
    "load_size": 96,
    "learning_rate": 1e-3,
    "lambda_l1": 200.0,
    "epochs": 50,
    "decay_epochs": 25,
}
TINY = {
    ("cyclegan", "portrait"): _SMALL | _SMALL_PORTRAITS,
    ("cyclegan", "depth"): _SMALL,
    ("pix2pix", "portrait"): _SMALL,
    ("pix2pix", "depth"): _SMALL | _SMALL_MAPS,
}
TINY = {key: flags | TINY[key] for key, flags in PAPER.items()}

PRESETS = {"paper": PAPER, "tiny": TINY}

# The four runs of Nasrullah, "Shallow Depth of Field in Portraits Using Generative
# Models", github.com/ZainNasrullah/cyclegan-research-simulating-depth-of-field
PORTRAITS: dict[str, Flags] = {
    "plain": {},
    "mask_loss": {"lambda_mask": 1.0},
    "overlay": {"overlay": True},
    "overlay_mask_loss": {"overlay": True, "lambda_mask": 0.5},
}


def resolve(config: Config, pictures: int) -> Config:
    """Returns the flags with their preset's values where none was given.

    Args:
      config: the flags.
      pictures: in the larger of the domains, an epoch; they turn epochs into steps.

    Raises:
      ValueError: the rate falls for longer than the training lasts, a network does
        not exist, or none of its pictures are of the crops' size.
    """
    name = config.preset or ("paper" if config.data_dir else "tiny")
    which = (config.model, config.task)
    defaults: Flags = {"preset": name, **PRESETS[name][which], **PORTRAITS[config.run]}
    epochs, falling = defaults.pop("epochs"), defaults.pop("decay_epochs")
    resolved = runs.resolve(config, defaults)
    resolved = _in_steps(resolved, epochs, falling, pictures)
    if not resolved.lambda_mask and resolved.perceptual is not None:
        resolved = dataclasses.replace(resolved, perceptual="none")  # it would weigh 0
    networks = generator(resolved.generator), discriminator(resolved.discriminator)
    check_crop(resolved.crop_size, *networks)
    run = "" if resolved.run == "plain" else f"_{resolved.run}"
    return runs.resolve(resolved, {"name": f"{resolved.model}_{resolved.task}{run}"})


def check(config: Config) -> None:
    """Raises a ValueError for flags, not yet resolved, that cannot go together."""
    known = PAPER[config.model, config.task]
    every = _PAPER | _CYCLEGAN | _PIX2PIX | _MASKS
    foreign = [n for n in every if n not in known and getattr(config, n) is not None]
    if config.run != "plain" and "overlay" not in known:
        foreign = ["run"]
    if foreign:
        raise ValueError(
            f"--{foreign[0]} means nothing to --model {config.model} --task "
            f"{config.task}; leave it out"
        )
    if config.steps is not None and (config.epochs or config.decay_epochs):
        raise ValueError(
            "--steps and --epochs both say how long to train; pass one of them, with "
            "--decay_steps or --decay_epochs"
        )
    given = config.data_dir, config.model, config.task
    if given == (None, "pix2pix", "portrait"):
        raise ValueError(
            "the generated portraits show other persons in A than in B, and pix2pix "
            "wants pairs; pass pairs with --data_dir, or --model cyclegan"
        )


def _in_steps(config: Config, epochs: int, falling: int, pictures: int) -> Config:
    """Returns the config with its length in steps; in the last ones the rate falls."""

    def steps(epochs: int) -> int:
        return math.ceil(epochs * pictures / config.batch_size)

    every, decay = config.steps or steps(config.epochs or epochs), config.decay_steps
    if config.schedule == "constant":
        decay = 0
    elif config.decay_epochs is not None:
        decay = steps(config.decay_epochs)
    elif decay is None:
        decay = round(every * falling / epochs)
    if decay > every:
        raise ValueError(
            f"the rate falls in the last {decay} of only {every} steps; lower "
            "--decay_steps or --decay_epochs, or train for longer"
        )
    return dataclasses.replace(
        config, steps=every, decay_steps=decay, epochs=None, decay_epochs=None
    )


def generator(name: str) -> Flags:
    """Returns the `card` of a generator from its name: resnet_9blocks, unet_256 ...

    Raises:
      ValueError: it is none of these names.
    """
    if match := re.fullmatch(r"resnet_([1-9]\d?)blocks", name):
        return {"kind": "resnet_generator", "blocks": int(match[1])}
    match = re.fullmatch(r"unet_(\d+)", name)
    halvings = math.log2(int(match[1])) if match and int(match[1]) else 0
    if halvings < 5 or halvings % 1:
        raise ValueError(
            f"--generator is {name}; expected resnet_9blocks or resnet_6blocks (or "
            "another number of blocks), unet_256 or unet_128 (or another power of two "
            "from 32 on)"
        )
    return {"kind": "unet_generator", "downsamplings": int(halvings)}


def discriminator(name: str) -> Flags:
    """Returns the `card` of a discriminator from its name: patch_3layers ..., pixel.

    Raises:
      ValueError: it is none of these names.
    """
    if name == "pixel":
        return {"kind": "pixel_discriminator"}
    match = re.fullmatch(r"patch_([1-9])layers", name)
    if match is None:
        raise ValueError(
            f"--discriminator is {name}; expected patch_3layers (or another number of "
            "layers) or pixel"
        )
    return {"kind": "patch_discriminator", "layers": int(match[1])}
