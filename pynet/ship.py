"""Packs a trained network for `checkpoints/`: weights, a LiteRT file, their card.

  python -m pynet.ship --card my.json \\
      --weights checkpoints/pynet/level_1/pynet.weights.h5

The card is a JSON object that says how the network was made, on what, and what it
reaches; "photo_size" in it is the HxW of the photos that it was trained on. Added are
"files", each with its bytes and SHA-256, and "export": the command that makes the
LiteRT file of the weights, of 16 bits and for photos of that size.
`pynet.load(NAME)` and `darkroom --method pynet` take what is packed here.
"""

from __future__ import annotations

import dataclasses
import pathlib

from darkroom import cli, program


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of pynet.ship."""

    weights: str = cli.flag("", "the .weights.h5 of a finished level 1")
    card: str = cli.flag("", "a JSON file: how it was made, and what it reaches")
    name: str = cli.flag("quarter", "of the network: pynet_NAME.weights.h5, .tflite")
    size: str | None = cli.flag(
        None, "HxW of the photos it was trained on, if the card does not say"
    )
    output: str = cli.flag("checkpoints", "folder to pack into; files are replaced")


def main(config: Config) -> None:
    """Copies the weights, exports the LiteRT file, and writes the card last."""
    from darkroom.train import packing, weights_card
    from pynet import export, weights

    card = packing.read_card(pathlib.Path(config.card))
    size = photo_size(config, card.get("photo_size"))
    source, folder = pathlib.Path(config.weights), pathlib.Path(config.output)
    level = weights_card.read(source).get("level", 1)
    if level != 1:
        raise ValueError(
            f"{source} is of level {level}, which is not the photo's size; train on to "
            "level 1"
        )
    packed = folder / f"pynet_{config.name}.weights.h5"
    packing.copy(source, packed)
    lite = folder / f"pynet_{config.name}.tflite"
    how = export.Config(
        weights=packed.as_posix(),
        size=input_size(size),
        precision="float16",
        output=lite.as_posix(),
    )
    export.main(how)

    from darkroom.litert import card as litert_card

    height, width = size
    card["photo_size"] = f"{height}x{width}"
    card["export"] = litert_card.command_line("pynet.export", how)
    files = [packed, lite, litert_card.path_of(lite)]
    packing.write_card(weights.card_of(packed), card, files)


def photo_size(config: Config, on_card: object) -> tuple[int, int]:
    """Returns the size of the photos that the network was trained on.

    Raises:
      ValueError: neither flag nor card says it.
    """
    size = config.size or on_card
    if size is None:
        raise ValueError(
            f"{config.card} does not say which photos the network was trained on; add "
            '"photo_size", as in "512x768", or pass --size'
        )
    return cli.parse_size(str(size))


def input_size(photo: tuple[int, int]) -> str:
    """Returns the HxW of an input that takes photos of a size, and a margin around."""
    from darkroom.render import MARGIN
    from pynet.windows import MULTIPLE

    half = ((side + 2 * MARGIN + 1) // 2 for side in photo)
    height, width = (side + -side % MULTIPLE for side in half)
    return f"{height}x{width}"


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
