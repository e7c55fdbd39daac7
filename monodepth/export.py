"""Writes a depth network as a LiteRT file for phones, checked against Keras.

  python -m monodepth.export --size 256x512 --output monodepth.tflite \\
      --weights checkpoints/monodepth/monodepth.weights.h5

A photo [1, H, W, 3] in [0, 1] goes in, its disparity [1, H, W, 1] comes out: a fraction
of the width, larger is nearer. The file appears only if it computes what the Keras
network computes; darkroom.render and monodepth.predict take it.
"""

from __future__ import annotations

import dataclasses
import pathlib
from typing import Literal

from darkroom import command


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of monodepth.export."""

    weights: str | None = command.flag(
        None, "a .weights.h5; without it, the one that monodepth.train left"
    )
    encoder: Literal["vgg", "resnet50"] | None = command.flag(
        None, "of the network, if the weights file does not say"
    )
    width: float | None = command.flag(
        None, "of the network, if the weights file does not say"
    )
    size: str | None = command.flag(
        None, "HxW of the file's photo; without it, as in training"
    )
    precision: Literal["float32", "float16", "int8_dynamic"] = command.flag(
        "float32", "of the weights: 4, 2 or 1 bytes each"
    )
    output: str = command.flag("monodepth.tflite", "the file to write, NAME.tflite")


def main(config: Config) -> None:
    """Loads, converts, checks and says what went in and what came out."""
    if not config.output.endswith(".tflite"):
        raise ValueError(f"--output {config.output} must end in .tflite")
    from monodepth import prediction, presets

    asked = presets.size(config.size) if config.size else None

    from darkroom import conversion, litert
    from monodepth import network, phone, trained

    found = trained.load(config.weights, config.encoder, config.width)
    size = asked or found.size or prediction.SIZE
    network.check_size(found.encoder, *size)
    file = conversion.export(
        phone.depth(found.model),
        path := pathlib.Path(config.output),
        config.precision,
        conversion.photo_and_noise(*size),
        conversion.LIMITS[config.precision] * prediction.LARGEST,
    )
    print(
        f"{path}: {found.encoder}, {found.model.count_params():,} parameters, "
        f"{config.precision}, {file.megabytes:.1f} MB\n"
        f"in:  {litert.shape(file.input)}, a photo\n"
        f"out: {litert.shape(file.output)}, its disparity\n"
        f"differences to Keras on a photo and on noise: {file.differences}"
    )


def console() -> None:
    """Starts the program."""
    command.run(main, Config)


if __name__ == "__main__":
    console()
