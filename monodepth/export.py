"""Writes a depth network as a LiteRT file for phones, checked against Keras.

  python -m monodepth.export --size 256x512 --output monodepth.tflite \\
      --weights checkpoints/monodepth/monodepth.weights.h5

A photo [1, H, W, 3] in [0, 1] goes in, its disparity [1, H, W, 1] comes out: a fraction
of the width, larger is nearer. The file appears only if it computes what the Keras
network computes, to what its --precision promises; NAME.tflite.json beside it says what
it is and what it costs. darkroom.render and monodepth.predict take it.
"""

from __future__ import annotations

import dataclasses
from typing import Literal

from darkroom import cli, program
from darkroom.litert import flags


@dataclasses.dataclass(frozen=True)
class Config(flags.Flags):
    """Flags of monodepth.export."""

    weights: str | None = cli.flag(
        None, "a .weights.h5; without it, the one that monodepth.train left"
    )
    encoder: Literal["vgg", "resnet50"] | None = cli.flag(
        None, "of the network, if the weights file does not say"
    )
    width: float | None = cli.flag(
        None, "of the network, if the weights file does not say"
    )
    size: str | None = cli.flag(
        None, "HxW of the file's photo; without it, as in training"
    )
    output: str = cli.flag("monodepth.tflite", "the file to write, NAME.tflite")


def main(config: Config) -> None:
    """Loads, converts, checks and says what went in and what came out."""
    from darkroom.litert import export as exports

    exports.check(config)
    asked = cli.parse_size(config.size) if config.size else None

    from darkroom import quiet

    with quiet.chatter():  # TensorFlow starts
        from monodepth import litert_model, network, prediction, weights

    trained = weights.load(config.weights, config.encoder, config.width)
    size = asked or trained.size or prediction.SIZE
    network.check_size(trained.encoder, *size)
    about = {
        "network": f"monodepth {trained.encoder}",
        "weights": exports.describe_weights(
            weights.find(config.weights), width=config.width
        ),
        "input": {"what": "a photo", "colour": "sRGB", "range": [0, 1]},
        "output": {
            "what": "its disparity",
            "unit": "fractions of the width, larger is nearer",
            "range": [0, prediction.LARGEST],
        },
    }
    model = litert_model.depth(trained.model)
    program = "monodepth.export"
    exports.write(model, config, program, size, about, peak=prediction.LARGEST)


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
