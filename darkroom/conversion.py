"""Keras models written as LiteRT files (`.tflite`), and checked.

A converter can write garbage without a word. So `export` runs what it wrote beside
Keras, and the file gets its name only if the two agree.
"""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from tqdm import auto

from darkroom import command, litert, pixels, quiet

Array = np.ndarray[Any, Any]


@dataclasses.dataclass(frozen=True)
class Differences:
    """How far a file is from its Keras model: over all pixels of all checks."""

    largest: float
    mean: float

    def __mul__(self, scale: float) -> Differences:
        """For outputs that run to `scale` in place of 1."""
        return Differences(self.largest * scale, self.mean * scale)

    def within(self, limits: Differences) -> bool:
        """Whether neither is above its limit; a NaN never is within."""
        return self.largest <= limits.largest and self.mean <= limits.mean

    def __str__(self) -> str:
        return f"largest {self.largest:.1e}, mean {self.mean:.1e}"


# For outputs in [0, 1]. float32: KerasHub's limits. float16: half a step of 8 bits in
# the mean, 5 at a pixel. int8_dynamic, where weights and what they meet have 8 bits: 3
# in the mean; at an edge, which may move, 25.
LIMITS = {
    "float32": Differences(2e-4, 1e-5),
    "float16": Differences(2e-2, 2e-3),
    "int8_dynamic": Differences(1e-1, 1e-2),
}


@dataclasses.dataclass(frozen=True)
class Exported:
    """A file that `export` wrote and found to be right."""

    path: pathlib.Path
    megabytes: float
    input: tuple[int, ...]
    output: tuple[int, ...]
    differences: Differences


def export(
    model: Any,
    path: pathlib.Path,
    precision: str,
    check_inputs: Sequence[Array],
    limits: Differences | None = None,
) -> Exported:
    """Writes a Keras model with one input and one output as a `.tflite` file.

    Args:
      model: of any input size.
      path: the file to write.
      precision: of the weights in the file, one of `LIMITS`.
      check_inputs: what the file is checked on, arrays of one shape: the shape that
        the file will take. Give it pictures, as `photo_and_noise`: noise hides much.
      limits: what differences to Keras to allow, if not `LIMITS`.

    Raises:
      ValueError: the file differs from the model by more; nothing is left of it.
      OSError: it cannot be written.
    """
    limits = limits or LIMITS[precision]
    found: list[Exported] = []

    def save(temporary: pathlib.Path) -> None:
        temporary.write_bytes(convert(model, check_inputs[0].shape, precision))
        bar.update()
        network = litert.Network(temporary)
        differences = compare(model, network, check_inputs, bar.update)
        if not differences.within(limits):
            raise ValueError(
                f"{path} was not written: as {precision} it differs from the Keras "
                f"model by {differences} (allowed are {limits}); the conversion is "
                "wrong for this network"
            )
        size = temporary.stat().st_size / 1e6
        (taken,) = network.inputs.values()
        found.append(Exported(path, size, taken, network.output, differences))

    with auto.tqdm(total=1 + len(check_inputs), desc=path.name, leave=False) as bar:
        command.write(path, save)
    return found[0]


def convert(model: Any, shape: tuple[int, ...], precision: str) -> bytes:
    """The content of a `.tflite` file, not checked.

    Raises:
      ValueError: an unknown precision.
    """
    if precision not in LIMITS:
        raise ValueError(f"precision is {precision}; expected {' or '.join(LIMITS)}")
    import keras
    import tensorflow as tf

    # A batch of unknown size would cut a network with instance norms to pieces: 55
    # XNNPACK partitions instead of one.
    picture = keras.Input(batch_shape=shape, name=model.inputs[0].name)
    static = keras.Model(picture, model(picture, training=False), name=model.name)
    with quiet.chatter():
        converter = tf.lite.TFLiteConverter.from_keras_model(static)
        if precision != "float32":  # alone, it means weights of 8 bits
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        if precision == "float16":
            converter.target_spec.supported_types = [tf.float16]
        return converter.convert()


def compare(
    model: Any,
    network: litert.Network,
    check_inputs: Sequence[Array],
    each: Callable[[], object] = lambda: None,
) -> Differences:
    """How far a file is from its Keras model; `each` is called after every input."""
    import tensorflow as tf

    truth = tf.function(
        lambda array: model(array, training=False),
        input_signature=[tf.TensorSpec(check_inputs[0].shape, tf.float32)],
    )
    largest, means = [], []
    for array in check_inputs:
        with tf.device("CPU:0"):  # a GPU computes with fewer bits
            expected = truth(tf.constant(array)).numpy()
        error = np.abs(network(array).astype(np.float64) - expected)
        largest.append(error.max())
        means.append(error.mean())
        each()
    # NumPy's maximum keeps a NaN, which Python's may lose
    return Differences(float(np.max(largest)), float(np.mean(means)))


def photo_and_noise(height: int, width: int) -> list[Array]:
    """What a file that takes photos is checked on, `[1, H, W, 3]` each, in [0, 1]."""
    from skimage import data

    photo = pixels.to_float(pixels.resize_to(data.astronaut(), (height, width)))
    noise = np.random.Generator(np.random.PCG64(0)).random((1, height, width, 3))
    return [photo[None], noise.astype(np.float32)]
