"""What the export programs share: refusals, and what they tell of a file."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING

from darkroom.litert import card, gpu, quantize
from darkroom.litert.flags import Flags
from darkroom.litert.network import format_shape

if TYPE_CHECKING:
    import keras

LICENCE = "Apache-2.0"


def check(config: Flags) -> None:
    """Refuses what cannot be, before anything slow starts.

    Raises:
      ValueError: another ending; photos to calibrate on for a precision that needs
        none; or one that GPUs do not have.
    """
    if not config.output.endswith(".tflite"):
        raise ValueError(f"--output {config.output} must end in .tflite")
    if config.calibration and config.precision not in quantize.CALIBRATED:
        raise ValueError(
            f"--calibration is for {' and '.join(quantize.CALIBRATED)}, and "
            f"--precision is {config.precision}; leave one of the two out"
        )
    gpu.check(config.delegate, config.precision)


def describe_weights(path: str | pathlib.Path, **known: object) -> card.Card:
    """Returns what a `.weights.h5` says of its training: steps, level, licence ...

    Args:
      path: the file.
      known: what holds where the file does not say.
    """
    from darkroom.train import weights_card

    words = weights_card.read(pathlib.Path(path))
    of_the_file = ("variables", "sha256")  # not of the training
    return known | {n: word for n, word in words.items() if n not in of_the_file}


def write(
    model: keras.Model,
    config: Flags,
    program: str,
    size: tuple[int, int],
    about: card.Card,
    *,
    depth: bool = False,
    peak: float = 1.0,
) -> None:
    """Converts, checks, writes the file and its card, and prints what they are.

    Args:
      model: in Keras, takes a photo `[1, H, W, 3]`.
      config: the program's flags.
      program: its name, such as pynet.export.
      size: height and width of the file's photo.
      about: what the card says: network, weights (as `describe_weights`), input and
        output in words ...
      depth: whether the model takes the photo's disparity, too, as fourth channel.
      peak: the range of the outputs.

    Raises:
      OSError, ValueError: as `convert.export` and `samples.stream`.
    """
    from darkroom.litert import convert, samples

    weights = about["weights"]
    stream = None
    if config.precision in quantize.CALIBRATED:
        stream = samples.stream(config.calibration, size, depth)
    file = convert.export(
        model,
        path := pathlib.Path(config.output),
        config.precision,
        samples.real(size, depth),
        calibration=stream,
        delegate=config.delegate,
        peak=peak,
        about={
            "licence": weights.get("licence", LICENCE),
            "width": weights.get("width"),
            **about,
            "command": card.command_line(program, config),
        },
    )
    cost = file.card["cost"]["threads_1"]
    print(
        f"{path}: {about['network']}, {model.count_params():,} parameters, "
        f"{config.precision}, {file.megabytes:.1f} MB\n"
        f"in:  {format_shape(file.input)}, {about['input']['what']}\n"
        f"out: {format_shape(file.output)}, {about['output']['what']}\n"
        f"on real photos beside Keras: {file.parity}\n"
        f"{cost['cpu_ms']:g} CPU-ms and {cost['peak_mb']} MB with one thread; all this "
        f"is in {card.path_of(path)}"
    )
