"""Keras models written as LiteRT files (`.tflite`), and checked.

A converter can write garbage without a word. So `export` runs what it wrote beside
Keras, on real pictures, and the file gets its name only if the two agree. With it comes
a card (`darkroom.litert.card`) that says what the file is.
"""

from __future__ import annotations

import dataclasses
import pathlib
import tempfile
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from tqdm import auto

from darkroom import quiet
from darkroom.io import saving
from darkroom.litert import card, cost, fast_convolutions, gpu, graph, parity, quantize
from darkroom.litert.graph import Array, Shape
from darkroom.litert.network import Network

if TYPE_CHECKING:
    import keras


@dataclasses.dataclass(frozen=True)
class Exported:
    """A file that `export` wrote and found to be right."""

    path: pathlib.Path
    megabytes: float
    input: Shape
    output: Shape
    parity: parity.ParityReport
    card: card.Card


def export(
    model: keras.Model,
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
      precision: one of `quantize.PRECISIONS`.
      check_inputs: what the file is checked on, arrays of one shape: the shape that
        the file will take. Give it real pictures, as `samples.real`.
      calibration: pictures for the precisions that need them.
      delegate: "cpu", or "gpu" for a graph that older phones' GPUs take whole.
      peak: the range of the outputs, where it is not 1.
      about: what the card says beside what is measured: network, licence ...
      threads: how many threads to time it with, each in a process of its own.

    Raises:
      ValueError: the file differs from the model by more than its precision allows, or
        cannot be made; nothing is left of it.
      OSError: it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    steps = 1 + len(check_inputs) + len(threads)
    with (
        auto.tqdm(total=steps, desc=path.name, leave=False) as bar,
        tempfile.TemporaryDirectory("-unfinished", f"{path.name}-", path.parent) as tmp,
    ):
        draft, final = pathlib.Path(tmp, "draft.tflite"), pathlib.Path(tmp, path.name)
        shape = check_inputs[0].shape
        content = convert(model, shape, precision, calibration, delegate)
        draft.write_bytes(content)
        bar.update()

        report, output, words = _run_beside_keras(
            draft, model, check_inputs, bar.update, peak
        )
        try:
            report.check(precision)
        except ValueError as error:
            raise ValueError(f"{path} was not written: {error}") from error

        words = _merge(about or {}, words) | {
            "precision": precision,
            "delegate": delegate,
            "parameters": model.count_params(),
            "macs": graph.count_macs(content),
            "cost": _measure(draft, threads, bar.update),
        }
        content = card.stamp(content, words)
        final.write_bytes(content)
        # A stamp packs the whole file anew: make sure that it still computes the same.
        if not np.array_equal(Network(final)(check_inputs[0]), output):
            raise ValueError(f"{path} was not written: its card would change it")
        saving.write(path, final.replace)
    whole = card.write(path, content, words)
    return Exported(path, len(content) / 1e6, shape, output.shape, report, whole)


def _run_beside_keras(
    file: pathlib.Path,
    model: keras.Model,
    check_inputs: Sequence[Array],
    on_input: Callable[[], object],
    peak: float,
) -> tuple[parity.ParityReport, Array, card.Card]:
    """Returns how far a file is from Keras, its first output, what it says of itself.

    The network, and with it all memory of its runtime, ends here.
    """
    network = Network(file)
    report = parity.compare(model, network, check_inputs, on_input, peak)
    output = network(check_inputs[0])
    (input_name,) = network.signature["inputs"]
    (output_name,) = network.signature["outputs"]
    words = {
        "signature": network.signature["name"],
        "input": {"name": input_name, "shape": check_inputs[0].shape},
        "output": {"name": output_name, "shape": output.shape},
        "differences_to_keras": report.rounded(),
    }
    return report, output, words


def _merge(about: card.Card, words: card.Card) -> card.Card:
    """Merges two cards, and what both say of the input and of the output."""
    both = {place: words[place] | about.get(place, {}) for place in ("input", "output")}
    return about | words | both


def _measure(
    file: pathlib.Path, threads: Sequence[int], on_count: Callable[[], object]
) -> card.Card:
    """Returns what a run costs, by the number of threads."""
    costs = {}
    for count in threads:
        costs[f"threads_{count}"] = cost.measure_file(file, count).rounded()
        on_count()
    return costs


def convert(
    model: keras.Model,
    shape: Shape,
    precision: str,
    calibration: quantize.Pictures | None = None,
    delegate: str = "cpu",
) -> bytes:
    """Returns the content of a `.tflite` file, not checked.

    Args:
      model: in Keras, of any input size, with one input and one output.
      shape: of the input, `(1, H, W, C)`.
      precision, calibration, delegate: as for `export`.

    Raises:
      ValueError: an unknown precision, one that the delegate cannot take, or an
        operation that it cannot.
    """
    quantize.check(precision)
    gpu.check(delegate, precision)
    import keras
    import tensorflow as tf

    # A batch of unknown size would cut a network with instance norms to pieces: 55
    # XNNPACK partitions instead of one.
    picture = keras.Input(batch_shape=shape, name=model.inputs[0].name)
    static = keras.Model(picture, model(picture, training=False), name=model.name)
    with quiet.chatter():
        converter = tf.lite.TFLiteConverter.from_keras_model(static)
        content = quantize.convert(converter, precision, calibration)
    if delegate == "gpu":
        return gpu.conservative(content)
    content = graph.squeezed(content)
    if precision == "float32":
        # In fewer bits, the sums of kernels would be rounded otherwise than the kernels
        content = fast_convolutions.accelerate(content)
    return content
