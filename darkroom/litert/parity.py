"""How far a LiteRT file is from the Keras model that it was made from."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from darkroom.litert.graph import Array

if TYPE_CHECKING:
    import keras

# To Keras in dB, of the worst picture. A picture of 8 bits is 59 dB from its original.
MIN_PSNR = {
    "float32": 60.0,
    "float16": 50.0,
    "int8_dynamic": 34.0,
    "int8": 30.0,
    "int16x8": 40.0,
}
MAX_ERROR = 2e-4  # of float32, at any pixel: KerasHub's limit
_CALIBRATE = (
    "calibrate it on photos like those that it will see, or export it as int8_dynamic"
)
_REMEDIES = {
    "float32": "the conversion is wrong for this network",
    "float16": "export it as float32",
    "int8_dynamic": "export it as float16",
    "int8": _CALIBRATE,
    "int16x8": _CALIBRATE,
}


@dataclasses.dataclass(frozen=True)
class ParityReport:
    """How far a file is from its Keras model.

    Attributes:
      psnr: of the worst picture, in dB; 200 where nothing differs.
      largest: error at any pixel of any picture, as a part of the outputs' range.
    """

    psnr: float
    largest: float

    def check(self, precision: str) -> None:
        """Refuses a file that is farther than its precision promises.

        Raises:
          ValueError: its PSNR is below `MIN_PSNR`, or NaN, or an error of float32 is
            above `MAX_ERROR`.
        """
        exact = precision != "float32" or self.largest <= MAX_ERROR
        if not (self.psnr >= MIN_PSNR[precision] and exact):
            raise ValueError(
                f"as {precision} it differs from the Keras model by {self}; expected "
                f"at least {MIN_PSNR[precision]:g} dB: {_REMEDIES[precision]}"
            )

    def rounded(self) -> dict[str, float]:
        """Returns the numbers as a card has them."""
        return {
            "psnr": round(self.psnr, 2),
            "largest": float(f"{self.largest:.2g}"),
        }

    def __str__(self) -> str:
        return f"PSNR {self.psnr:.1f} dB, largest {self.largest:.1e}"


def compare(
    model: keras.Model,
    network: Callable[[Array], Array],
    check_inputs: Sequence[Array],
    on_input: Callable[[], object] = lambda: None,
    peak: float = 1.0,
) -> ParityReport:
    """Compares a file with its Keras model.

    Args:
      model: in Keras, with one input and one output.
      network: the file, ready to run.
      check_inputs: arrays of one shape.
      on_input: called after every input, for a progress bar.
      peak: the range of the outputs.
    """
    import tensorflow as tf

    truth = tf.function(
        lambda array: model(array, training=False),
        input_signature=[tf.TensorSpec(check_inputs[0].shape, tf.float32)],
    )
    largest, squares = [], []
    for array in check_inputs:
        with tf.device("CPU:0"):  # a GPU computes with fewer bits
            expected = truth(tf.constant(array)).numpy()
        error = (network(array).astype(np.float64) - expected) / peak
        largest.append(np.abs(error).max())
        squares.append(np.square(error).mean())
        on_input()
    # NumPy's maximum keeps a NaN, which Python's may lose
    worst = (
        max(float(np.max(squares)), 1e-20) if np.isfinite(squares).all() else math.nan
    )
    return ParityReport(-10 * math.log10(worst), float(np.max(largest)))
