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
import json
import pathlib
from typing import Any

from darkroom import cli

LARGEST, ALL = 16e6, 48e6  # bytes, of a file and of all


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
    from darkroom.io import saving
    from darkroom.train import weights_card
    from pynet import export, weights

    card = _read(pathlib.Path(config.card), config.size)
    source, folder = pathlib.Path(config.weights), pathlib.Path(config.output)
    level = weights_card.read(source).get("level", 1)
    if level != 1:
        raise ValueError(
            f"{source} is of level {level}, which is not the photo's size; train on to "
            "level 1"
        )
    packed = folder / f"pynet_{config.name}.weights.h5"
    if not saving.is_same(source, packed):
        content = source.read_bytes()
        saving.write(packed, lambda to: to.write_bytes(content))
    lite = folder / f"pynet_{config.name}.tflite"
    how = export.Config(
        weights=packed.as_posix(),
        size=input_size(cli.parse_size(card["photo_size"])),
        precision="float16",
        output=lite.as_posix(),
    )
    export.main(how)

    from darkroom.litert import card as litert_card

    files = [packed, lite, litert_card.path_of(lite)]
    _check_sizes(folder, files)
    card["export"] = litert_card.command_line("pynet.export", how)
    card["files"] = {path.name: describe(path) for path in files}
    text = json.dumps(card, indent=2, ensure_ascii=False) + "\n"
    about = weights.card_of(packed)
    saving.write(about, lambda to: to.write_text(text, encoding="utf-8"))
    print(f"{about}: {', '.join(card['files'])}")


def _read(path: pathlib.Path, size: str | None) -> dict[str, Any]:
    """Reads the card, and sees to it that it has the photos' size."""
    try:
        card = json.loads(cli.read_text(path))
    except ValueError as error:
        raise ValueError(f"{path} is no JSON: {error}") from None
    if not isinstance(card, dict):
        raise ValueError(f"{path} holds no JSON object; expected one on the network")
    size = size or card.get("photo_size")
    if size is None:
        raise ValueError(
            f'{path} does not say which photos the network was trained on; add "photo_'
            'size", as in "512x768", or pass --size'
        )
    height, width = cli.parse_size(str(size))
    return card | {"photo_size": f"{height}x{width}"}


def input_size(photo: tuple[int, int]) -> str:
    """Returns the HxW of an input that takes photos of a size, and a margin around."""
    from darkroom.render import MARGIN
    from pynet.data import MULTIPLE

    half = ((side + 2 * MARGIN + 1) // 2 for side in photo)
    height, width = (side + -side % MULTIPLE for side in half)
    return f"{height}x{width}"


def describe(path: pathlib.Path) -> dict[str, Any]:
    """Returns a file's bytes and SHA-256."""
    import hashlib

    content = path.read_bytes()
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _check_sizes(folder: pathlib.Path, files: list[pathlib.Path]) -> None:
    """Refuses what a repository should not carry."""
    for path in files:
        if path.stat().st_size > LARGEST:
            raise ValueError(
                f"{path} has {path.stat().st_size / 1e6:.1f} MB; expected at most "
                f"{LARGEST / 1e6:g}: ship a narrower network"
            )
    total = sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
    if total > ALL:
        raise ValueError(
            f"{folder} holds {total / 1e6:.1f} MB; expected at most {ALL / 1e6:g}: "
            "take something out"
        )


def console() -> None:
    """Starts the program."""
    cli.run(main, Config)


if __name__ == "__main__":
    console()
