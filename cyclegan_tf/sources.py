"""The pictures that a training sees: their files, and the samples made of them."""

from __future__ import annotations

import pathlib
from typing import Any, Literal

from cyclegan_tf.data import encoding, folders, pictures
from cyclegan_tf.data.samples import (
    Paired,
    SampleSpec,
    Unpaired,
    generated_scenes,
)

Domains = tuple[list[folders.Picture], list[folders.Picture]]


def generated(
    model: Literal["cyclegan", "pix2pix"], task: Literal["portrait", "depth"]
) -> str:
    """The folder of the generated scenes, made if need be.

    Raises:
      ValueError: none suit the model.
    """
    if (model, task) == ("pix2pix", "portrait"):
        raise ValueError(
            "the generated portraits show other persons in A than in B, and pix2pix "
            "wants pairs; pass pairs with --data_dir, or --model cyclegan"
        )
    return str(generated_scenes(task))


def domains(data_dir: str, split: str, paired: bool) -> Domains:
    """The pictures of A and of B, partners at equal places if `paired`.

    Raises:
      ValueError: as `folders.domains` and `folders.pairs`.
    """
    if paired:
        pairs = folders.pairs(data_dir, split)
        return [a for a, _ in pairs], [b for _, b in pairs]
    a, b = folders.domains(data_dir, split)
    return a, b


def form(config: Any, train: Domains) -> SampleSpec:
    """The sizes that the flags ask for, and how the depth maps of B are painted.

    Args:
      config: of cyclegan_tf.train, filled in.
      train: the pictures; the first map of B tells whether they hold metres.

    Raises:
      OSError, ValueError: that map cannot be read, or the crops do not fit.
    """
    depth = None
    if config.task == "depth":
        depth = encoding.fitting(pictures.stored_depth(train[1][0]), config.farthest)
    load, crop = config.load_size, config.crop_size
    return SampleSpec((load, load), (crop, crop), config.mirror, depth)


def samples(config: Any, train: Domains, shape: SampleSpec) -> Unpaired | Paired:
    """The training samples, a pure function of their number.

    Args:
      config: of cyclegan_tf.train, filled in.
      train: the pictures.
      shape: what `form` says.

    Raises:
      ValueError: masks are wanted, and there are none.
    """
    if config.model == "pix2pix":
        return Paired(list(zip(*train, strict=True)), shape, config.seed)
    masks = bool(config.lambda_mask or config.overlay)
    return Unpaired(*train, shape, masks, config.seed)


def file(sample: Unpaired | Paired, number: int) -> pathlib.Path:
    """The file of A that sample `number` is made from."""
    if isinstance(sample, Paired):
        return sample.pair(number)[0].path
    return sample.pictures(number)[0].path
