"""What the export programs share: their flags, and what they say of a file."""

from __future__ import annotations

import dataclasses
import pathlib
from typing import Any, Literal

from darkroom import cli

LICENCE = "Apache-2.0"


@dataclasses.dataclass(frozen=True)
class Flags:
    """Flags of every export program."""

    precision: Literal["float32", "float16", "int8_dynamic", "int8", "int16x8"] = (
        cli.flag(
            "float32",
            "4, 2 or 1 bytes a weight; int8 and int16x8 also compute in 8 and 16 bits",
        )
    )
    delegate: Literal["cpu", "gpu"] = cli.flag(
        "cpu", "what runs it; gpu: only operations that older phones' GPUs know"
    )
    calibration: str | None = cli.flag(
        None, "folder of photos to find int8's ranges on; generated ones without it"
    )
    output: str = cli.flag("network.tflite", "the file to write, NAME.tflite")


def check(config: Any) -> None:
    """Refuses what cannot be, before anything slow starts.

    Raises:
      ValueError: another ending; photos to calibrate on for a precision that needs
        none; or one that GPUs do not have.
    """
    if not config.output.endswith(".tflite"):
        raise ValueError(f"--output {config.output} must end in .tflite")
    if config.calibration and config.precision not in ("int8", "int16x8"):
        raise ValueError(
            f"--calibration is for int8 and int16x8, and --precision is "
            f"{config.precision}; leave one of the two out"
        )
    from darkroom.litert import gpu

    gpu.check(config.delegate, config.precision)


def trained(path: str, **known: Any) -> dict[str, Any]:
    """What a `.weights.h5` says of its training: steps, level, licence and such.

    Args:
      path: the file.
      known: what holds where the file does not say.
    """
    from darkroom.train import checkpoints

    card = checkpoints.read_card(pathlib.Path(path))
    return known | {name: card[name] for name in card if name != "variables"}


def write(
    model: Any,
    config: Any,
    size: tuple[int, int],
    about: dict[str, Any],
    *,
    depth: bool = False,
    peak: float = 1.0,
) -> None:
    """Converts, checks, writes the file and its card, and says what they are.

    Args:
      model: takes a photo, with its depth as fourth channel if `depth`.
      config: the program's, with `Flags`.
      size: height and width of the file's photo.
      about: what the card says: network, weights (as `trained`), program, input and
        output in words ...
      peak: the range of the outputs.

    Raises:
      OSError, ValueError: as `conversion.export` and `samples.stream`.
    """
    from darkroom import litert
    from darkroom.litert import card, convert, quantize, samples

    weights = about["weights"]
    stream = None
    if config.precision in quantize.CALIBRATED:
        stream = samples.stream(config.calibration, size, depth)
    program = about.pop("program")
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
            "command": card.spelled(program, config),
        },
    )
    cost = file.card["cost"]["threads_1"]
    print(
        f"{path}: {about['network']}, {model.count_params():,} parameters, "
        f"{config.precision}, {file.megabytes:.1f} MB\n"
        f"in:  {litert.format_shape(file.input)}, {about['input']['what']}\n"
        f"out: {litert.format_shape(file.output)}, {about['output']['what']}\n"
        f"on real photos beside Keras: {file.differences}\n"
        f"{cost['cpu_ms']:g} CPU-ms and {cost['peak_mb']} MB with one thread; all this "
        f"is in {card.path_of(path)}"
    )
