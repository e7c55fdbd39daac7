"""Keras models written as LiteRT files (`.tflite`), and checked.

A converter can write garbage without a word. So `export` runs what it wrote beside
Keras, on real pictures, and the file gets its name only if the two agree. With it comes
a card (`darkroom.litert.card`) that says what the file is.
"""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from tqdm import auto

from darkroom import litert, quiet
from darkroom.io import saving
from darkroom.litert import (
    card,
    fast_convolutions,
    four_dimensions,
    gpu,
    parity,
    quantize,
)
from darkroom.litert import cost as litert_cost
from darkroom.litert import graph as graphs

Array = np.ndarray[Any, Any]


@dataclasses.dataclass(frozen=True)
class Exported:
    """A file that `export` wrote and found to be right."""

    path: pathlib.Path
    megabytes: float
    input: tuple[int, ...]
    output: tuple[int, ...]
    differences: parity.Differences
    card: card.Card


def export(
    model: Any,
    path: pathlib.Path,
    precision: str,
    check_inputs: Sequence[Array],
    *,
    calibration: quantize.Pictures | None = None,
    delegate: str = "cpu",
    peak: float = 1.0,
    about: card.Card | None = None,
    threads: Sequence[int] = (1, 2),
) -> Exported:
    """Writes a Keras model with one input and one output as a `.tflite` file.

    Args:
      model: of any input size.
      path: the file to write; its card is written beside it.
      precision: one of `parity.BARS`.
      check_inputs: what the file is checked on, arrays of one shape: the shape that
        the file will take. Give it real pictures, as `samples.real`.
      calibration: pictures for the precisions that need them.
      delegate: "cpu", or "gpu" for a graph that older phones' GPUs take whole.
      peak: the range of the outputs, where it is not 1.
      about: what the card says beside what is found here: network, licence ...
      threads: how many threads to time it with, each in a process of its own.

    Raises:
      ValueError: the file differs from the model by more than its bar, or cannot be
        made; nothing is left of it.
      OSError: it cannot be written.
    """
    _check(precision, delegate)
    shape = check_inputs[0].shape
    found: list[Any] = []

    def save(temporary: pathlib.Path) -> None:
        content = convert(model, shape, precision, calibration, delegate)
        temporary.write_bytes(content)
        bar.update()
        differences, first, words = _examined(
            temporary, model, check_inputs, peak, bar.update
        )
        if not differences.within(precision):
            raise ValueError(
                f"{path} was not written: as {precision} it differs from the Keras "
                f"model by {differences}; expected at least "
                f"{parity.BARS[precision]:g} dB: {parity.remedy(precision)}"
            )
        words = _merged(about or {}, words) | {
            "precision": precision,
            "delegate": delegate,
            "parameters": model.count_params(),
            "macs": graphs.multiplications(content),
            "cost": {},
        }
        for count in threads:
            cost = litert_cost.of(temporary, count)
            words["cost"][f"threads_{count}"] = cost.rounded()
            bar.update()
        content = card.stamped(content, words)
        temporary.write_bytes(content)
        if not np.array_equal(litert.Network(temporary)(check_inputs[0]), first):
            raise ValueError(f"{path} was not written: its card would change it")
        found.extend((content, words, differences, first.shape))

    steps = 1 + len(check_inputs) + len(threads)
    with auto.tqdm(total=steps, desc=path.name, leave=False) as bar:
        saving.write(path, save)
    content, words, differences, made = found
    whole = card.write(path, content, words)
    return Exported(path, len(content) / 1e6, shape, made, differences, whole)


def _examined(
    path: pathlib.Path,
    model: Any,
    check_inputs: Sequence[Array],
    peak: float,
    each: Callable[[], object],
) -> tuple[parity.Differences, Array, card.Card]:
    """How far a file is from Keras, its first output, and what it says of itself.

    The network ends with this: it maps its file, which must not be written meanwhile.
    """
    network = litert.Network(path)
    differences = parity.compare(model, network, check_inputs, each, peak)
    first = network(check_inputs[0])
    (name,), (made,) = network.signature["inputs"], network.signature["outputs"]
    words = {
        "signature": network.signature["name"],
        "input": {"name": name, "shape": check_inputs[0].shape},
        "output": {"name": made, "shape": first.shape},
        "differences_to_keras": differences.rounded(),
    }
    return differences, first, words


def _merged(about: card.Card, found: card.Card) -> card.Card:
    """Both, and of the input and the output what both say."""
    both = {place: found[place] | about.get(place, {}) for place in ("input", "output")}
    return about | found | both


def convert(
    model: Any,
    shape: tuple[int, ...],
    precision: str,
    calibration: quantize.Pictures | None = None,
    delegate: str = "cpu",
) -> bytes:
    """The content of a `.tflite` file, not checked.

    Raises:
      ValueError: an unknown precision, one that the delegate cannot take, or an
        operation that it cannot.
    """
    _check(precision, delegate)
    import keras
    import tensorflow as tf

    # A batch of unknown size would cut a network with instance norms to pieces: 55
    # XNNPACK partitions instead of one.
    picture = keras.Input(batch_shape=shape, name=model.inputs[0].name)
    static = keras.Model(picture, model(picture, training=False), name=model.name)
    with quiet.chatter():
        converter = tf.lite.TFLiteConverter.from_keras_model(static)
        content = quantize.converted(converter, precision, calibration)
    if delegate == "gpu":
        return gpu.conservative(content)
    content = four_dimensions.squeezed(content)
    # In fewer bits, the sums of kernels would be rounded otherwise than the kernels.
    return fast_convolutions.fast(content) if precision == "float32" else content


def _check(precision: str, delegate: str) -> None:
    if precision not in parity.BARS:
        raise ValueError(
            f"precision is {precision}; expected {' or '.join(parity.BARS)}"
        )
    gpu.check(delegate, precision)
