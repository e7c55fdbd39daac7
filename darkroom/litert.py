"""LiteRT files (`.tflite`), what phones run: written from a Keras model, checked, run.

A converter can write garbage without a word. So `export` runs what it wrote beside
Keras, and the file gets its name only if the two agree.
"""

from __future__ import annotations

import dataclasses
import os
import pathlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from tqdm import auto

from darkroom import command, quiet

Array = np.ndarray[Any, Any]


@dataclasses.dataclass(frozen=True)
class Differences:
    """How far a file is from its Keras model: over all pixels of all checks."""

    largest: float
    mean: float

    def within(self, limits: Differences) -> bool:
        """Whether neither is above its limit; a NaN never is within."""
        return self.largest <= limits.largest and self.mean <= limits.mean

    def __str__(self) -> str:
        return f"largest {self.largest:.1e}, mean {self.mean:.1e}"


# float32: KerasHub's limits. float16: half a step of 8 bits in the mean, 5 at a pixel.
LIMITS = {"float32": Differences(2e-4, 1e-5), "float16": Differences(2e-2, 2e-3)}


@dataclasses.dataclass(frozen=True)
class Exported:
    """A file that `export` wrote and found to be right."""

    path: pathlib.Path
    megabytes: float
    input: tuple[int, ...]
    output: tuple[int, ...]
    differences: Differences


class Network:
    """A `.tflite` file with one output, ready to run.

    Attributes:
      path: of the file.
      inputs: the inputs' names and shapes, in the order in which a call takes them.
      output: the shape of the output.

    Raises:
      FileNotFoundError: there is no such file.
      ValueError: it is no LiteRT file, damaged, or has several outputs.
    """

    def __init__(self, path: str | pathlib.Path, threads: int | None = None) -> None:
        from ai_edge_litert import interpreter

        self.path = pathlib.Path(path)
        with self.path.open("rb") as file:
            if file.read(8)[4:] != b"TFL3":
                raise ValueError(
                    f"{path} is not a LiteRT file; expected a .tflite that an export "
                    "program wrote"
                )
        try:
            with quiet.chatter():
                self._interpreter = interpreter.Interpreter(
                    str(path), num_threads=threads or os.cpu_count()
                )
                self._interpreter.allocate_tensors()
        except (ValueError, RuntimeError) as error:
            raise ValueError(
                f"{path} is damaged or cut short ({command.sentence(error)}); export "
                "it again"
            ) from error
        self._inputs = self._interpreter.get_input_details()
        outputs = self._interpreter.get_output_details()
        if len(outputs) != 1:
            raise ValueError(f"{path} has {len(outputs)} outputs; expected one")
        self._output = outputs[0]
        self.output: tuple[int, ...] = tuple(map(int, self._output["shape"]))
        self.inputs: dict[str, tuple[int, ...]] = {
            _plain(tensor["name"]): tuple(map(int, tensor["shape"]))
            for tensor in self._inputs
        }

    def __call__(self, *arrays: Array) -> Array:
        """Runs it once.

        Raises:
          ValueError: the arrays' number or shapes are not those of `inputs`.
        """
        came = [tuple(array.shape) for array in arrays]
        if came != list(self.inputs.values()):
            expected = ", ".join(f"{n} {shape(s)}" for n, s in self.inputs.items())
            raise ValueError(
                f"{self.path} takes {expected}, a fixed size; got "
                f"{', '.join(map(shape, came)) or 'nothing'}: bring it to this size, "
                "or export a file of the other"
            )
        for tensor, array in zip(self._inputs, arrays, strict=True):
            value = np.ascontiguousarray(array, tensor["dtype"])
            self._interpreter.set_tensor(tensor["index"], value)
        self._interpreter.invoke()
        return self._interpreter.get_tensor(self._output["index"])


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
      precision: of the weights in the file, "float32" or "float16".
      check_inputs: what the file is checked on, arrays of one shape: the shape that
        the file will take. Give it pictures: noise alone hides much.
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
        network = Network(temporary)
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
        if precision == "float16":
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
            converter.target_spec.supported_types = [tf.float16]
        return converter.convert()


def compare(
    model: Any,
    network: Network,
    check_inputs: Sequence[Array],
    each: Callable[[], object] = lambda: None,
) -> Differences:
    """How far a file is from its Keras model; `each` is called after every input."""
    import tensorflow as tf

    @tf.function
    def truth(array: Any) -> Any:
        return model(array, training=False)

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


def shape(sides: Sequence[int]) -> str:
    """1x512x768x4, as sentences say it."""
    return "x".join(map(str, sides))


def _plain(name: str) -> str:
    """The name of a tensor without what the converter put around it."""
    return name.removeprefix("serving_default_").partition(":")[0]
