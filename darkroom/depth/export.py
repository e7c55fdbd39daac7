"""KerasHub's depth networks as `.tflite` files, with their normalisation inside."""

from __future__ import annotations

import dataclasses
import pathlib

import numpy as np

from darkroom import cli
from darkroom.importers import depth_anything
from darkroom.litert import export as exports
from darkroom.litert import flags as export_flags
from darkroom.litert import samples


@dataclasses.dataclass(frozen=True)
class Flags(export_flags.Flags):
    """What the command line says; the card repeats it."""

    keras_hub: str = cli.flag("", "the preset")
    size: int = cli.flag(518, "of both sides")


def write(flags: Flags) -> None:
    """Loads, converts, checks beside Keras and writes the file and its card.

    Raises:
      OSError, ValueError: as `depth_anything.load` and `exports.write`.
    """
    exports.check(flags)
    model = depth_anything.load(flags.keras_hub, flags.size)
    sides = (flags.size, flags.size)
    # A network of relative depth has a range of its own, by which errors are measured.
    peak = max(float(np.max(model(photo))) for photo in samples.real(sides))
    about = {
        "network": "Depth Anything V2",
        "weights": {
            "preset": pathlib.PurePath(flags.keras_hub).name,
            "licence": depth_anything.licence(flags.keras_hub),
        },
        "input": {"what": "a photo", "colour": "sRGB", "range": [0, 1]},
        "output": {
            "what": "its disparity",
            "unit": "none, larger is nearer",
        },
    }
    program = "darkroom.depth export"
    exports.write(model, flags, program, sides, about, peak=peak or 1.0)
