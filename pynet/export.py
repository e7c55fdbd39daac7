"""Writes a trained level as a LiteRT file for phones, checked against Keras.

  python -m pynet.export --level 1 --size 512x768 --output pynet.tflite \\
      --weights checkpoints/pynet/level_1/pynet.weights.h5

--size is that of the network's input, half the photo's with a margin of 32 pixels
mirrored around it: 512x768 takes photos of up to 960x1472. The file appears only if it
computes what the Keras network computes, to what its --precision promises;
NAME.tflite.json beside it says what it is and what it costs.
"""

from __future__ import annotations

import dataclasses

from darkroom import cli, program
from darkroom.litert import card, flags


@dataclasses.dataclass(frozen=True)
class Config(flags.Flags):
    """Flags of pynet.export."""

    level: int = cli.flag(
        1, "level to export: 7 (coarsest) to 1", lower_bound=1, upper_bound=7
    )
    weights: str | None = cli.flag(
        None, "a .weights.h5; without it, the one that pynet.train left for the level"
    )
    width: float | None = cli.flag(
        None, "of the network, if the weights file does not say"
    )
    size: str = cli.flag(
        "512x768", "HxW of the input, half the photo's; multiples of 32"
    )
    output: str = cli.flag("pynet.tflite", "the file to write, NAME.tflite")


def main(config: Config) -> None:
    """Loads, converts, checks and says what went in and what came out."""
    from darkroom.litert import export as exports

    exports.check(config)
    sides = size(config.size)

    from pynet import weights

    model = weights.load(config.weights, config.level, config.width)
    training = exports.describe_weights(
        weights.find(config.weights, config.level), width=config.width
    )
    about = {
        "network": f"PyNET level {config.level}",
        "level": config.level,
        "weights": training,
        "input": {
            "what": "photo and depth at half the photo's size",
            "channels": ["red", "green", "blue", depth(training)],
            "colour": "sRGB",
            "range": [0, 1],
        },
        "output": {
            "what": "the bokeh picture",
            "channels": ["red", "green", "blue"],
            "colour": "sRGB",
            "range": [0, 1],
            "note": "clip it: values reach from -0.08 to 1.08",
        },
    }
    exports.write(model, config, "pynet.export", sides, about, depth=True)


def depth(training: card.Card) -> str:
    """Says what the fourth channel is, by the card of the weights."""
    if training.get("radius") is None:
        return "disparity, larger is nearer"
    return "disparity folded at the focus: 1 is sharp, less by the distance to it"


def size(text: str) -> tuple[int, int]:
    """Reads height and width of the network's input from HxW.

    Raises:
      ValueError: it is not HxW, or not in multiples of 32.
    """
    from darkroom import pixels

    sides = cli.parse_size(text)
    pixels.check_multiple(sides, 32)
    return sides


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
