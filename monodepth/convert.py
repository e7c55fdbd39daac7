"""Brings the authors' TensorFlow 1 checkpoints into Keras weights files.

  python -m monodepth.convert --tf1_checkpoint models/model_kitti \\
      --output checkpoints/model_kitti.weights.h5

The encoder, stereo input, deconvolutions and the width are told from the checkpoint's
variables; Adam's slots and counters are passed over. A file that is not complete is
refused.
"""

from __future__ import annotations

import collections
import dataclasses
import pathlib
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Literal, TypedDict

from darkroom import cli, program

if TYPE_CHECKING:
    import keras

SIZE = "256x512"  # that the authors trained at
FIRST = "model/encoder/Conv/weights"
VARIABLE = re.compile(
    r"model/(encoder|decoder)/(Conv|Conv2d_transpose)(?:_(\d+))?/(weights|biases)"
)
CONVOLUTIONS = {"vgg": 14, "resnet50": 65}  # of the encoder
CHANNELS = {"vgg": 32, "resnet50": 64}  # of the first convolution, at width 1


class Options(TypedDict):
    """Arguments of `network.monodepth`."""

    encoder: str
    stereo: bool
    deconv: bool
    width: float


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of monodepth.convert."""

    tf1_checkpoint: str | None = cli.flag(
        None, "the checkpoint, with or without .index or .data-*"
    )
    encoder: Literal["vgg", "resnet50"] | None = cli.flag(
        None, "that it must have; without this flag, whichever it has"
    )
    output: str = cli.flag(
        "monodepth.weights.h5", "the Keras file to write, NAME.weights.h5"
    )


def main(config: Config) -> None:
    """Reads the checkpoint, builds the network it is of, writes its weights."""
    if config.tf1_checkpoint is None:
        raise ValueError("no checkpoint was named; pass --tf1_checkpoint PREFIX")
    if not config.output.endswith(".weights.h5"):
        raise ValueError(f"--output {config.output} must end in .weights.h5")

    from darkroom.importers import tensorflow_1
    from darkroom.train import checkpoints

    checkpoint = tensorflow_1.Checkpoint(config.tf1_checkpoint)
    options = recognise(checkpoint.shapes, checkpoint.prefix)
    if config.encoder not in (None, options["encoder"]):
        raise ValueError(
            f"{checkpoint.prefix} holds the encoder {options['encoder']}, and "
            f"--encoder is {config.encoder}; leave --encoder out"
        )

    from monodepth import network

    model = network.monodepth(**options)
    names = list(original_names(model))
    check_complete(names, checkpoint.shapes, checkpoint.prefix)
    tensorflow_1.assign(in_order(model), [checkpoint[name] for name in names])
    card = {"network": "monodepth", **options, "size": SIZE}
    checkpoints.save_weights(model, pathlib.Path(config.output), **card)
    summary = ", ".join(f"{name} {value}" for name, value in options.items())
    print(f"{config.output}: {model.count_params():,} parameters, {summary}")


def recognise(shapes: Mapping[str, tuple[int, ...]], prefix: str) -> Options:
    """Tells the options of `network.monodepth` from a checkpoint's variables.

    Raises:
      ValueError: they are of no such network.
    """
    matches = [match for name in shapes if (match := VARIABLE.fullmatch(name))]
    first = shapes.get(FIRST, ())
    if len(first) != 4 or first[2] not in (3, 6):
        came = f"holds it as {first}" if FIRST in shapes else "does not hold it"
        raise ValueError(
            f"{prefix} is not of monodepth: expected {FIRST} of shape (7, 7, 3 or 6, "
            f"channels), and it {came}"
        )
    last = max(int(match[3] or 0) for match in matches if match[1] == "encoder")
    encoder = "vgg" if last < CONVOLUTIONS["vgg"] else "resnet50"
    return {
        "encoder": encoder,
        "stereo": first[2] == 6,
        "deconv": any(match[2] == "Conv2d_transpose" for match in matches),
        "width": first[3] / CHANNELS[encoder],
    }


def original_names(model: keras.Model) -> Iterator[str]:
    """Yields the original's names of the model's variables, in the order of creation.

    Each part of the network and each kind of layer is numbered by itself.
    """
    numbers: collections.Counter[str] = collections.Counter()
    for name in model.creation_order:
        in_decoder = name.startswith(("upconv", "iconv", "disparity"))
        kind = type(model.get_layer(name)).__name__
        scope = f"model/{'decoder' if in_decoder else 'encoder'}/" + (
            "Conv2d_transpose" if kind == "Conv2DTranspose" else "Conv"
        )
        number = f"_{numbers[scope]}" if numbers[scope] else ""
        numbers[scope] += 1
        yield f"{scope}{number}/weights"
        yield f"{scope}{number}/biases"


def in_order(model: keras.Model) -> list[keras.Variable]:
    """Returns the model's variables in the order of the original's creation."""
    return [v for name in model.creation_order for v in model.get_layer(name).weights]


def check_complete(
    names: list[str], shapes: Mapping[str, tuple[int, ...]], prefix: str
) -> None:
    """Checks that a checkpoint has the network's variables, and no more of its kind.

    Raises:
      ValueError: it has not; the text names those that are missing.
    """
    if missing := [name for name in names if name not in shapes]:
        listed = ", ".join(missing[:3]) + (", ..." if len(missing) > 3 else "")
        raise ValueError(
            f"{prefix} holds {len(names) - len(missing)} of the network's "
            f"{len(names)} variables; missing are {listed}: it is not complete, or of "
            "another network"
        )
    if surplus := [n for n in shapes if VARIABLE.fullmatch(n) and n not in names]:
        raise ValueError(
            f"{prefix} holds {surplus[0]}, which the network does not have: it is of "
            "another network"
        )


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
