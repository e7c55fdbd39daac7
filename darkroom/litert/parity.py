"""How far a LiteRT file is from the Keras model that it was made from."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

# The least PSNR to Keras in dB, of the worst picture. A picture of 8 bits is 59 dB from
# its original.
BARS = {
    "float32": 60.0,
    "float16": 50.0,
    "int8_dynamic": 34.0,
    "int8": 30.0,
    "int16x8": 40.0,
}
LARGEST = 2e-4  # of float32, at any pixel: KerasHub's limit
_REMEDIES = {
    "float32": "the conversion is wrong for this network",
    "float16": "export it as float32",
    "int8_dynamic": "export it as float16",
    "int8": "calibrate it on photos like those that it will see, or export it as "
    "int8_dynamic",
}


@dataclasses.dataclass(frozen=True)
class Differences:
    """How far a file is from its Keras model.

    Attributes:
      psnr: of the worst picture, in dB; 200 where nothing differs.
      largest: at any pixel of any picture, as a part of the outputs' range.
    """

    psnr: float
    largest: float

    def within(self, precision: str) -> bool:
        """Whether it is what a precision promises; a NaN never is."""
        exact = precision != "float32" or self.largest <= LARGEST
        return self.psnr >= BARS[precision] and exact

    def rounded(self) -> dict[str, float]:
        """As a card has them."""
        return {
            "psnr": round(self.psnr, 2),
            "largest": float(f"{self.largest:.2g}"),
        }

    def __str__(self) -> str:
        return f"PSNR {self.psnr:.1f} dB, largest {self.largest:.1e}"


def remedy(precision: str) -> str:
    """What to do about a file that is too far."""
    return _REMEDIES.get(precision, _REMEDIES["int8"])


def compare(
    model: Any,
    network: Callable[[Array], Array],
    check_inputs: Sequence[Array],
    each: Callable[[], object] = lambda: None,
    peak: float = 1.0,
) -> Differences:
    """How far a file is from its Keras model; `each` is called after every input."""
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
        each()
    # NumPy's maximum keeps a NaN, which Python's may lose
    worst = (
        max(float(np.max(squares)), 1e-20) if np.isfinite(squares).all() else math.nan
    )
    return Differences(-10 * math.log10(worst), float(np.max(largest)))
