"""The flags that export programs share; `--help` needs no more than this."""

from __future__ import annotations

import dataclasses
from typing import Literal

from darkroom import cli

Precision = Literal["float32", "float16", "int8_dynamic", "int8", "int16x8"]


@dataclasses.dataclass(frozen=True)
class Flags:
    """Flags of every export program."""

    precision: Precision = cli.flag(
        "float32",
        "4, 2 or 1 bytes a weight; int8 and int16x8 also compute in 8 and 16 bits",
    )
    delegate: Literal["cpu", "gpu"] = cli.flag(
        "cpu", "what runs it; gpu: only operations that older phones' GPUs know"
    )
    calibration: str | None = cli.flag(
        None, "folder of photos to find int8's ranges on; generated ones without it"
    )
    output: str = cli.flag("network.tflite", "the file to write, NAME.tflite")
