"""Brings a published network, a `.pth` of PyTorch, into a Keras weights file.

  python -m cyclegan_tf.convert --pth latest_net_G_A.pth \\
      --output checkpoints/horse2zebra.weights.h5

Which network it is follows from the names and shapes in the file. PyTorch is not
needed. Nothing in the file is run; one that holds code, or is not complete, is refused.
"""

from __future__ import annotations

import dataclasses
import pathlib
from typing import TYPE_CHECKING, Literal

from darkroom import cli, program, quiet

if TYPE_CHECKING:
    from cyclegan_tf.weights import Card


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of cyclegan_tf.convert."""

    pth: str | None = cli.flag(
        None, "the state dict of a generator or discriminator, such as latest_net_G.pth"
    )
    output: str = cli.flag(
        "cyclegan_tf.weights.h5", "the Keras file to write, NAME.weights.h5"
    )
    layout: Literal["transpose", "reshape"] = cli.flag(
        "transpose",
        "how its program laid out pictures; 'reshape' for the depth networks of "
        "Bokeh-Effect",
    )
    own_statistics: bool = cli.flag(
        False,
        "batch norms use each picture's own statistics, as the published Pix2Pix tests",
    )
    task: Literal["depth", "portrait"] | None = cli.flag(
        None, "what a generator was trained for, noted in the file"
    )


def main(config: Config) -> None:
    """Reads the state dict, builds its network, writes that network's weights."""
    if config.pth is None:
        raise ValueError("no state dict was named; pass --pth FILE.pth")
    if not config.output.endswith(".weights.h5"):
        raise ValueError(f"--output {config.output} must end in .weights.h5")
    from cyclegan_tf import state_dicts
    from darkroom.importers import pth

    arrays = pth.read(pathlib.Path(config.pth))
    try:
        card = state_dicts.recognise(arrays)
        if config.own_statistics:
            card |= _own_statistics(card)
        with quiet.chatter():
            from cyclegan_tf import networks  # starts TensorFlow
            from darkroom.train import checkpoints
        model = networks.build(card)
        state_dicts.assign(model, arrays)
    except ValueError as error:
        raise ValueError(f"{config.pth}: {error}") from error
    notes = {"layout": config.layout, "task": config.task}
    checkpoints.save_weights(
        model, pathlib.Path(config.output), network="cyclegan_tf", **model.card, **notes
    )
    options = ", ".join(f"{option} {value}" for option, value in card.items())
    print(f"{config.output}: {model.count_params():,} parameters, {options}")


def _own_statistics(card: Card) -> dict[str, bool]:
    if card["norm"] != "batch" or not card["kind"].endswith("generator"):
        raise ValueError(
            f"it holds a {card['kind']} with {card['norm']} norm, and --own_statistics "
            "is for generators with batch norm; leave it out"
        )
    return {"own_statistics": True}


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
