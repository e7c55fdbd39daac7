"""Writes a generator as a LiteRT file for phones, checked against Keras.

  python -m cyclegan_tf.export --size 256x256 --output depth.tflite \\
      --weights checkpoints/cyclegan_tf/pix2pix_depth/generator.weights.h5

A photo [1, H, W, 3] in [0, 1] goes in. Of a portrait network the portrait comes out,
like it; of a depth network a disparity [1, H, W, 1], 1 is nearest, for darkroom.render
--depth. The file appears only if it computes what the Keras network computes, to what
its --precision promises; NAME.tflite.json beside it says what it is and what it costs.
"""

from __future__ import annotations

import dataclasses
from typing import Literal

from darkroom import cli, program
from darkroom.litert import flags

_MADE = {
    "portrait": {
        "what": "the portrait",
        "channels": ["red", "green", "blue"],
        "colour": "sRGB",
        "range": [0, 1],
    },
    "depth": {"what": "its disparity", "unit": "1 is nearest", "range": [0, 1]},
}


@dataclasses.dataclass(frozen=True)
class Config(flags.Flags):
    """Flags of cyclegan_tf.export."""

    weights: str | None = cli.flag(None, "a generator's .weights.h5")
    task: Literal["depth", "portrait"] | None = cli.flag(
        None, "what the network makes, if the weights file does not say"
    )
    size: str | None = cli.flag(
        None, "HxW of the file's photo; without it, as in training"
    )
    output: str = cli.flag("generator.tflite", "the file to write, NAME.tflite")


def main(config: Config) -> None:
    """Loads, converts, checks and says what went in and what came out."""
    if config.weights is None:
        raise ValueError("no weights were named; pass --weights NAME.weights.h5")
    from darkroom.litert import export as exports

    exports.check(config)
    from cyclegan_tf.weights import check_size, find, load_network, read_card

    asked = cli.parse_size(config.size) if config.size else None
    card = read_card(config.weights, config.task)
    size = check_size(card, asked or card.size)

    from darkroom import quiet

    with quiet.chatter():  # TensorFlow starts
        from cyclegan_tf import litert_model

    make = litert_model.depth if card.task == "depth" else litert_model.portrait
    about = {
        "network": f"cyclegan_tf {card.task}",
        "weights": exports.describe_weights(find(config.weights)),
        "input": {"what": "a photo", "colour": "sRGB", "range": [0, 1]},
        "output": _MADE[card.task],
    }
    model = make(load_network(config.weights))
    exports.write(model, config, "cyclegan_tf.export", size, about)


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
