"""Packs a fitted network for `checkpoints/`: weights, a LiteRT file, their card.

  python -m monodepth.ship --card my.json \\
      --weights checkpoints/monodepth/fitted.weights.h5

The card is a JSON object that says how the network was made, on what, and what it
reaches. Added are "files", each with its bytes and SHA-256, and "export": the command
that makes the LiteRT file of the weights, of 16 bits. `darkroom photo.jpg --depth
small` takes what is packed here.
"""

from __future__ import annotations

import dataclasses
import pathlib

from darkroom import cli, program


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of monodepth.ship."""

    weights: str = cli.flag("", "the .weights.h5 of monodepth.fit or train")
    card: str = cli.flag("", "a JSON file: how it was made, and what it reaches")
    name: str = cli.flag("small", "of the network: depth_NAME.weights.h5, .tflite")
    output: str = cli.flag("checkpoints", "folder to pack into; files are replaced")


def main(config: Config) -> None:
    """Copies the weights, exports the LiteRT file, and writes the card last."""
    from darkroom.train import packing
    from monodepth import export

    card = packing.read_card(pathlib.Path(config.card))
    folder = pathlib.Path(config.output)
    packed = folder / f"depth_{config.name}.weights.h5"
    packing.copy(pathlib.Path(config.weights), packed)
    lite = packed.with_name(f"depth_{config.name}.tflite")
    how = export.Config(
        weights=packed.as_posix(), precision="float16", output=lite.as_posix()
    )
    export.main(how)

    from darkroom.litert import card as litert_card

    card["export"] = litert_card.command_line("monodepth.export", how)
    files = [packed, lite, litert_card.path_of(lite)]
    packing.write_card(folder / f"depth_{config.name}.json", card, files)


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
