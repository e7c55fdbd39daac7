"""Brings the authors' TensorFlow 1 checkpoint into a Keras weights file.

  python -m pynet.convert --tf1_checkpoint models/original/pynet_bokeh_level_0 \\
      --output checkpoints/pynet_bokeh.weights.h5

The authors' variables are numbered in the order of their creation. A file that
is not complete is refused.
"""

from __future__ import annotations

import dataclasses
import pathlib
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from darkroom import cli, program

if TYPE_CHECKING:
    import keras

    from darkroom.pixels import Array

VARIABLE = re.compile(r"generator/Variable(?:_(\d+))?")
COUNT = 440


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of pynet.convert."""

    tf1_checkpoint: str | None = cli.flag(
        None, "the checkpoint, with or without .index or .data-*"
    )
    output: str = cli.flag(
        "pynet.weights.h5", "the Keras file to write, NAME.weights.h5"
    )


def main(config: Config) -> None:
    """Reads the checkpoint, builds the network of its width, writes its weights."""
    if config.tf1_checkpoint is None:
        raise ValueError("no checkpoint was named; pass --tf1_checkpoint PREFIX")
    if not config.output.endswith(".weights.h5"):
        raise ValueError(f"--output {config.output} must end in .weights.h5")
    arrays = read(config.tf1_checkpoint)
    if arrays[0].ndim != 4:
        raise ValueError(
            f"{config.tf1_checkpoint}: generator/Variable is of shape "
            f"{arrays[0].shape}; expected PyNET's first kernel, (3, 3, 16, 32)"
        )

    from darkroom.train import checkpoints
    from pynet import network

    width = arrays[0].shape[-1] / 32
    pyramid = network.pynet(width)
    assign(pyramid, arrays)
    checkpoints.save_weights(
        pyramid, pathlib.Path(config.output), network="pynet", width=width, level=1
    )
    print(f"{config.output}: {pyramid.count_params():,} parameters, width {width:g}")


def read(prefix: str) -> list[Array]:
    """Reads the checkpoint's 440 arrays in the order of their creation.

    Raises:
      ValueError: there is no checkpoint, or variables are missing (they are named).
    """
    from darkroom.importers import tensorflow_1

    checkpoint = tensorflow_1.Checkpoint(prefix)
    names = {}
    for name in checkpoint.shapes:
        if match := VARIABLE.fullmatch(name):  # Adam's slots and counters are not
            names[int(match[1] or 0)] = name
    if missing := [number for number in range(COUNT) if number not in names]:
        listed = ", ".join(f"generator/Variable_{n}" for n in missing[:3])
        raise ValueError(
            f"{prefix} holds {len(names)} of PyNET's {COUNT} variables; missing are "
            f"{listed}{', ...' if len(missing) > 3 else ''}: it is not complete, or "
            "of another network"
        )
    if surplus := sorted(number for number in names if number >= COUNT):
        raise ValueError(
            f"{prefix} holds generator/Variable_{surplus[0]}, and PyNET has only "
            f"{COUNT} variables: it is of another network"
        )
    return [checkpoint[names[number]] for number in range(COUNT)]


def assign(pyramid: keras.Model, arrays: Sequence[Array]) -> None:
    """Sets the pyramid's variables from arrays in the original's creation order.

    Within a convolution that order is kernel, bias, shift, scale.

    Raises:
      ValueError: their number or a shape differs; nothing has been set then.
    """
    from darkroom.importers import tensorflow_1

    variables = [
        variable
        for name in pyramid.creation_order
        for variable in _original_order(pyramid.get_layer(name))
    ]
    tensorflow_1.assign(variables, arrays)


def _original_order(layer: keras.Layer) -> list[keras.Variable]:
    # Keras creates a norm's scale first, the original its shift
    return layer.weights[::-1] if layer.name.endswith("_norm") else layer.weights


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
