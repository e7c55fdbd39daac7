"""What a network costs as a file, beside itself in Keras."""

from __future__ import annotations

import dataclasses
import functools
import pathlib
import statistics
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

import pynet.weights
from darkroom import litert
from darkroom.litert import convert, parity, quantize, samples
from darkroom.litert import graph as graphs
from darkroom.metrics import cost
from pynet import network

Array = np.ndarray[Any, Any]
Which = tuple[float, int, str | None]  # width, level, trained weights

HEAD = ("width", "file", "MB", "bytes a weight", "GMAC", "CPU-s", "of Keras", "PSNR")
# Of Keras' CPU-seconds, at width 1; and bytes of a weight, to 5 %.
LIMITS = {"float32": 1.0, "int8_dynamic": 0.4}
BYTES = {"float32": 4, "float16": 2, "int8_dynamic": 1, "int8": 1, "int16x8": 1}


@dataclasses.dataclass(frozen=True)
class Row:
    """One file, or Keras itself.

    Attributes:
      width: of the network.
      file: its precision, or Keras.
      megabytes: of the file, or of Keras' weights.
      bytes_a_weight: the same by the number of weights.
      macs: multiply-adds of one run; None of Keras.
      cpu_seconds: of one run, in one thread.
      of_keras: the median ratio of a run to the Keras run before it.
      psnr: to Keras in dB, if the weights are trained.
    """

    width: float
    file: str
    megabytes: float
    bytes_a_weight: float
    macs: int | None
    cpu_seconds: float
    of_keras: float
    psnr: float | None

    def cells(self) -> list[str]:
        """As `HEAD` has them."""
        return [
            f"{self.width:g}",
            self.file,
            f"{self.megabytes:.1f}",
            f"{self.bytes_a_weight:.2f}",
            f"{self.macs / 1e9:.1f}" if self.macs else "-",
            f"{self.cpu_seconds:.3f}",
            f"{self.of_keras:.2f}",
            "-" if self.psnr is None else f"{self.psnr:.1f}",
        ]


def rows(
    which: Which,
    size: tuple[int, int],
    precisions: Sequence[str],
    repeat: int,
    folder: pathlib.Path,
) -> Iterator[Row]:
    """Keras' row, after those of the files.

    Args:
      which: width, level, and a weights file if there is one.
      size: height and width of the input.
      precisions: of the files.
      repeat: how often Keras and a file take turns.
      folder: where the files may be.
    """
    width, level, weights = which
    if weights is None:
        model = network.one_level(network.pynet(width), level)
    else:
        model = pynet.weights.load(weights, level)
    checks = samples.real(size, depth=True)
    compiled = tf.function(lambda array: model(array, training=False))
    picture = tf.constant(checks[0])
    keras_seconds: list[float] = []
    for precision in precisions:
        stream = samples.stream(None, size, depth=True)
        needs = precision in quantize.CALIBRATED
        content = convert.convert(
            model, checks[0].shape, precision, stream if needs else None
        )
        path = folder / f"{precision}.tflite"
        path.write_bytes(content)
        file = litert.Network(path, threads=1)
        mine, other = cost.in_turns(
            [functools.partial(file, checks[0]), lambda: compiled(picture).numpy()],
            repeat,
        )
        keras_seconds += other
        ratios = [m / o for m, o in zip(mine, other, strict=True)]
        psnr = None
        if weights is not None:
            psnr = parity.compare(model, file, checks).psnr
        yield Row(
            width,
            precision,
            len(content) / 1e6,
            len(content) / model.count_params(),
            graphs.count_macs(content),
            statistics.median(mine),
            statistics.median(ratios),
            psnr,
        )
        path.unlink()
    megabytes = 4e-6 * model.count_params()
    seconds = statistics.median(keras_seconds)
    yield Row(width, "Keras", megabytes, 4.0, None, seconds, 1.0, None)


def verdict(rows: Sequence[Row]) -> str:
    """One sentence: what is slower or larger than it may be, of the paper's width."""
    over, seen = [], 0
    for row in rows:
        if row.width != 1 or row.file not in BYTES:
            continue
        seen += 1
        limit = LIMITS.get(row.file)
        if limit and row.of_keras > limit:
            over.append(f"{row.file} takes {row.of_keras:.2f} of Keras, not {limit:g}")
        if abs(row.bytes_a_weight / BYTES[row.file] - 1) > 0.05:
            over.append(f"{row.file} has {row.bytes_a_weight:.2f} bytes a weight")
    if not seen:
        return "Nothing to judge: the limits are of width 1."
    if over:
        return f"Over the limit: {'; '.join(over)}."
    return f"All {seen} files of width 1 are within the limits."
