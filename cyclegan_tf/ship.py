"""Packs a trained generator for `checkpoints/`: weights, a LiteRT file, their card.

  python -m cyclegan_tf.ship --card my.json --name pix2pix_depth \\
      --weights checkpoints/cyclegan_tf/pix2pix_depth/generator.weights.h5

The card is a JSON object that says how the network was made, on what, and what it
reaches. Added are "files", each with its bytes and SHA-256, and "export": the command
that makes the LiteRT file of the weights, of 16 bits and the training's size.
`cyclegan_tf.load(NAME)` takes what is packed here.
"""

from __future__ import annotations

import dataclasses
import pathlib

from darkroom import cli, program


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of cyclegan_tf.ship."""

    weights: str = cli.flag("", "the .weights.h5 of a generator, of domain A to B")
    card: str = cli.flag("", "a JSON file: how it was made, and what it reaches")
    name: str = cli.flag(
        "pix2pix_depth", "of the network: NAME.weights.h5, NAME.tflite"
    )
    output: str = cli.flag("checkpoints", "folder to pack into; files are replaced")


def main(config: Config) -> None:
    """Copies the weights, exports the LiteRT file, and writes the card last."""
    from cyclegan_tf import export, weights
    from darkroom.train import packing

    card = packing.read_card(pathlib.Path(config.card))
    weights.read_card(config.weights)  # or it is no generator of A to B
    folder = pathlib.Path(config.output)
    packed = folder / f"{config.name}.weights.h5"
    packing.copy(pathlib.Path(config.weights), packed)
    lite = folder / f"{config.name}.tflite"
    how = export.Config(
        weights=packed.as_posix(), precision="float16", output=lite.as_posix()
    )
    export.main(how)

    from darkroom.litert import card as litert_card

    card["export"] = litert_card.command_line("cyclegan_tf.export", how)
    files = [packed, lite, litert_card.path_of(lite)]
    packing.write_card(folder / f"{config.name}.json", card, files)


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
