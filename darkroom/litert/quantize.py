"""Weights and activations of a LiteRT file in fewer bits.

  float16       weights of 16 bits, computed in float32 where there is no float16
  int8_dynamic  kernels of 8 bits; their inputs are brought to 8 bits as they come
  int8          kernels of 8 bits, and their inputs, in ranges found beforehand
  int16x8       kernels of 8 bits, and their inputs in 16

The last two are calibrated: run over pictures, to find the ranges. Then convolutions
are quantised, which is where the work is, but for a few on the picture's own way.
Norms and sums stay in float32: in 8 bits, a norm's mean and variance lose more than
they save, and XNNPACK would take PyNET in 49 pieces, not in one. int16x8 is for a
phone's signal processor; XNNPACK has it not, and others take ten times as long for it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, get_args

import numpy as np

from darkroom.litert.flags import Precision
from darkroom.litert.graph import Array, Graph, Operator

if TYPE_CHECKING:
    import tensorflow as tf

Pictures = Callable[[], Iterable[Array]]  # streamed, each as the network takes it

PRECISIONS: tuple[Precision, ...] = get_args(Precision)
CALIBRATED = ("int8", "int16x8")

# Of the inputs of kernels of 8 bits; None: quantised as they come.
_INPUT_BITS = {"int8_dynamic": None, "int8": 8, "int16x8": 16}
_FINEST = 1e-9  # scale
_SMALL = 0.02  # of all work, which a convolution may keep in float32
_CONVOLUTIONS = ("CONV_2D", "DEPTHWISE_CONV_2D", "TRANSPOSE_CONV")


def check(precision: str) -> None:
    """Refuses what is none of `PRECISIONS`.

    Raises:
      ValueError: it is another.
    """
    if precision not in PRECISIONS:
        known = " or ".join(PRECISIONS)
        raise ValueError(f"precision is {precision}; expected {known}")


def convert(
    converter: tf.lite.TFLiteConverter,
    precision: str,
    calibration: Pictures | None = None,
) -> bytes:
    """Returns what a TFLiteConverter makes, in a precision.

    Args:
      converter: of a model of static size with one input.
      precision: one of `PRECISIONS`.
      calibration: pictures `[1, H, W, C]`, for `CALIBRATED` precisions.

    Raises:
      ValueError: there are no pictures where some are needed.
    """
    import tensorflow as tf

    if precision == "float16":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.target_spec.supported_types = [tf.float16]
    if precision in CALIBRATED:
        if calibration is None:
            raise ValueError(f"{precision} is calibrated on pictures; none were given")
        pictures = calibration
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: ([one] for one in pictures())
        # It would go on and quantise every operation; here it only finds the ranges.
        converter._experimental_calibrate_only = True
    with warnings.catch_warnings():  # of statistics that the pictures are there to find
        warnings.simplefilter("ignore")
        content = converter.convert()
    if precision not in _INPUT_BITS:
        return content
    return _quantise(Graph(content), _INPUT_BITS[precision])


def _quantise(graph: Graph, bits: int | None) -> bytes:
    """Brings all convolutions but `_exact` ones to integers."""
    exact = _exact(graph)
    before, graph.operators = graph.operators, []
    integers: dict[int, int] = {}  # a float32 tensor -> its quantised twin
    for operator in before:
        kind, name = graph.kind(operator), graph.name(operator.outputs[0])
        if kind in _CONVOLUTIONS and name not in exact:
            if bits is not None:
                _append_in_integers(graph, operator, integers, bits)
                continue
            # Its input is brought to 8 bits as it runs; XNNPACK cannot do so for a
            # depthwise convolution, whose kernels are small anyway.
            if kind != "DEPTHWISE_CONV_2D":
                _quantise_kernel(graph, operator)
        graph.operators.append(operator)
    return graph.content()


def _quantise_kernel(
    graph: Graph, operator: Operator, finest: Array | float = _FINEST
) -> Array:
    """Brings a kernel to 8 bits; returns the scale of each output channel.

    Krishnamoorthi 2018, "Quantizing deep convolutional networks for efficient
    inference", section 3.
    """
    kernel = graph.value(operator.inputs[1])
    axis = 3 if graph.kind(operator) == "DEPTHWISE_CONV_2D" else 0
    others = tuple(other for other in range(4) if other != axis)
    scale = np.maximum(np.abs(kernel).max(others, keepdims=True) / 127, finest)
    rounded = graph.constant(np.rint(kernel / scale).astype(np.int8), "kernel")
    operator.inputs[1] = graph.set_scale(rounded, scale.ravel(), axis=axis)
    return scale.ravel()


def _append_in_integers(
    graph: Graph, operator: Operator, integers: dict[int, int], bits: int
) -> None:
    """Appends a convolution in integers, between a QUANTIZE and a DEQUANTIZE."""
    at, bias = (2, 3) if graph.kind(operator) == "TRANSPOSE_CONV" else (0, 2)
    x, y = operator.inputs[at], operator.outputs[0]
    if x not in integers:
        integers[x] = _integer_twin(graph, x, bits)
        graph.append("QUANTIZE", [x], integers[x], "QuantizeOptions")
    operator.inputs[at] = integers[x]
    input_scale = graph.scale(integers[x])
    # XNNPACK ends the process where a step of the products is more than 256 of the
    # output's, or less than 2^-32: of outputs or kernels that are all but zero.
    product = input_scale * np.abs(graph.value(operator.inputs[1])).max() / 127
    output = _integer_twin(graph, y, bits, product / 128)
    finest = 2**-24 * graph.scale(output) / input_scale
    kernel_scale = _quantise_kernel(graph, operator, finest)
    if len(operator.inputs) > bias and operator.inputs[bias] >= 0:
        unit = input_scale * kernel_scale
        values = np.rint(graph.value(operator.inputs[bias]) / unit)
        values = values.astype(np.int32 if bits == 8 else np.int64)
        operator.inputs[bias] = graph.set_scale(graph.constant(values, "bias"), unit)
    operator.outputs = [output]
    graph.operators.append(operator)
    graph.append("DEQUANTIZE", [output], y, "DequantizeOptions")


def _integer_twin(graph: Graph, tensor: int, bits: int, finest: float = 0.0) -> int:
    """Makes a tensor of integers for one of float32, over the range that it has."""
    low, high = graph.range(tensor)
    finest = max(finest, _FINEST)
    twin = graph.tensor(graph.shape(tensor), "integers", f"int{bits}")
    if bits == 16:  # which has no zero but 0
        return graph.set_scale(twin, max(max(-low, high) / 32767, finest))
    scale = max((high - low) / 255, finest)
    return graph.set_scale(twin, scale, round(-128 - low / scale))


def _exact(graph: Graph) -> set[str]:
    """Names small convolutions on the way of least work from input to output.

    The photo itself goes this way, where all else goes through many more: in PyNET, 9
    of 145. Rounding their kernels would cost 30 dB; leaving them costs next to nothing.
    """
    best: dict[int, tuple[int, list[str]]] = dict.fromkeys(graph.inputs, (0, []))
    works = {}
    for operator in graph.operators:
        ways = [best[tensor] for tensor in operator.inputs if tensor in best]
        if not ways:
            continue
        work, names = min(ways)
        output = operator.outputs[0]
        if graph.kind(operator) in _CONVOLUTIONS:
            name = graph.name(output)
            works[name] = graph.macs(operator)
            work, names = work + works[name], [*names, name]
        best[output] = (work, names)
    small = _SMALL * sum(works.values())
    return {name for name in best[graph.outputs[0]][1] if works[name] <= small}
