"""Writes a generator as a LiteRT file for phones, checked against Keras.

  python -m cyclegan_tf.export --size 256x256 --output depth.tflite \\
      --weights checkpoints/cyclegan_tf/pix2pix_depth/generator.weights.h5

A photo [1, H, W, 3] in [0, 1] goes in. Of a portrait network the portrait comes out,
like it; of a depth network a disparity [1, H, W, 1], 1 is nearest, for darkroom.render
--depth. The file appears only if it computes what the Keras network computes.
"""

from __future__ import annotations

import dataclasses
import pathlib
from typing import Literal

from darkroom import command


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of cyclegan_tf.export."""

    weights: str | None = command.flag(None, "a generator's .weights.h5")
    task: Literal["depth", "portrait"] | None = command.flag(
        None, "what the network makes, if the weights file does not say"
    )
    size: str | None = command.flag(
        None, "HxW of the file's photo; without it, as in training"
    )
    precision: Literal["float32", "float16", "int8_dynamic"] = command.flag(
        "float32", "of the weights: 4, 2 or 1 bytes each"
    )
    output: str = command.flag("generator.tflite", "the file to write, NAME.tflite")


def main(config: Config) -> None:
    """Loads, converts, checks and says what went in and what came out."""
    if config.weights is None:
        raise ValueError("no weights were named; pass --weights NAME.weights.h5")
    if not config.output.endswith(".tflite"):
        raise ValueError(f"--output {config.output} must end in .tflite")
    from cyclegan_tf import kinds, trained

    asked = kinds.size(config.size) if config.size else None
    kind = kinds.read(config.weights, config.task)
    size = kinds.fitting(kind, asked or kind.size)

    from darkroom import conversion, litert, quiet

    with quiet.chatter():  # TensorFlow starts
        from cyclegan_tf import phone

    model = trained.load(config.weights)
    make = phone.depth if kind.task == "depth" else phone.portrait
    file = conversion.export(
        make(model),
        path := pathlib.Path(config.output),
        config.precision,
        conversion.photo_and_noise(*size),
    )
    made = "its disparity, 1 is nearest" if kind.task == "depth" else "the portrait"
    print(
        f"{path}: {kind.task}, {model.count_params():,} parameters, "
        f"{config.precision}, {file.megabytes:.1f} MB\n"
        f"in:  {litert.shape(file.input)}, a photo\n"
        f"out: {litert.shape(file.output)}, {made}\n"
        f"differences to Keras on a photo and on noise: {file.differences}"
    )


def console() -> None:
    """Starts the program."""
    command.run(main, Config)


if __name__ == "__main__":
    console()
