"""Graphs that a phone's GPU takes whole: from a conservative set of operations.

Older GPU delegates know no MEAN, no LEAKY_RELU and no tensors of five dimensions. So
what is not in the set is written in operations that are, in the finished file, where no
converter can fuse them again. The numbers stay the same, but for rounding.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from darkroom.litert.graph import Graph, Operator

PRECISIONS = ("float32", "float16")  # that GPUs compute in
CONSERVATIVE = {
    "ADD",
    "AVERAGE_POOL_2D",
    "CONCATENATION",
    "CONV_2D",
    "DEPTHWISE_CONV_2D",
    "DEQUANTIZE",  # of float16 weights, once, when the file is loaded
    "DIV",
    "EXP",
    "LOGISTIC",
    "MAXIMUM",
    "MAX_POOL_2D",
    "MINIMUM",
    "MUL",
    "PAD",
    "RELU",
    "RESHAPE",
    "RESIZE_BILINEAR",
    "RSQRT",
    "STRIDED_SLICE",
    "SUB",
    "TANH",
    "TRANSPOSE_CONV",
}

_WINDOW = 8  # the longest side of an average pooling; larger ones leave a GPU idle
_VALID = 1  # padding
_EXTREMUM = "MaximumMinimumOptions"


def check(delegate: str, precision: str) -> None:
    """Refuses a precision that a delegate does not compute in.

    Raises:
      ValueError: it does not.
    """
    if delegate == "gpu" and precision not in PRECISIONS:
        raise ValueError(
            f"phones' GPUs compute in {' and '.join(PRECISIONS)}, not in {precision}; "
            "choose one of these, or leave --delegate gpu out"
        )


def conservative(content: bytes) -> bytes:
    """Returns the same graph in `CONSERVATIVE` operations, of four dimensions at most.

    Args:
      content: of a `.tflite` file.

    Raises:
      ValueError: it has an operation that nothing is known to replace.
    """
    graph = Graph(content)
    graph.squeeze()
    before, graph.operators = graph.operators, []
    for operator in before:
        kind = graph.kind(operator)
        x, y = operator.inputs[0], operator.outputs[0]
        if kind in _REWRITE:
            _REWRITE[kind](graph, operator, x, y)
        elif kind in CONSERVATIVE:
            graph.operators.append(operator)
        else:
            raise ValueError(
                f"the network has the operation {kind}, which older GPU delegates do "
                "not know; export it without --delegate gpu"
            )
    return graph.content()


def _mean(graph: Graph, operator: Operator, x: int, y: int) -> None:
    """Writes a mean as average poolings, or as a convolution over channels."""
    batch, height, width, channels = shape = graph.shape(x)
    over = {int(axis) % 4 for axis in graph.value(operator.inputs[1]).ravel()}
    kept = (batch, 1, 1, channels) if over == {1, 2} else (*shape[:3], 1)
    if over not in ({1, 2}, {3}) or graph.shape(y) != kept:
        raise ValueError(
            f"the network has a mean over the dimensions {sorted(over)} of "
            f"{len(shape)}, which older GPU delegates do not know; export it without "
            "--delegate gpu"
        )
    if over == {3}:
        kernel = graph.constant(np.full((1, 1, 1, channels), 1 / channels), "mean")
        zero = graph.constant([0.0], "zero")
        options = {"padding": _VALID, "strideH": 1, "strideW": 1}
        graph.append("CONV_2D", [x, kernel, zero], y, "Conv2DOptions", **options)
        return
    whole = False
    while not whole:
        rows, columns = _window(height), _window(width)
        height, width = height // rows, width // columns
        whole = (height, width) == (1, 1)
        x = graph.append(
            "AVERAGE_POOL_2D",
            [x],
            y if whole else (batch, height, width, channels),
            "Pool2DOptions",
            padding=_VALID,
            strideH=rows,
            strideW=columns,
            filterHeight=rows,
            filterWidth=columns,
        )


def _window(side: int) -> int:
    """Returns the largest window that tiles a side: a mean of means is the mean."""
    fitting = [size for size in range(1, _WINDOW + 1) if side % size == 0]
    return fitting[-1] if fitting[-1] > 1 else side


def _leaky_relu(graph: Graph, operator: Operator, x: int, y: int) -> None:
    slope = graph.constant(operator.builtinOptions.alpha, "slope")
    scaled = graph.append("MUL", [x, slope], graph.shape(x), "MulOptions")
    graph.append("MAXIMUM", [x, scaled], y, _EXTREMUM)


def _elu(graph: Graph, operator: Operator, x: int, y: int) -> None:
    """Writes max(x, exp(min(x, 0)) - 1): exp(x) - 1 is above x where x is negative."""
    shape = graph.shape(x)
    zero, one = graph.constant(0.0, "zero"), graph.constant(1.0, "one")
    negative = graph.append("MINIMUM", [x, zero], shape, _EXTREMUM)
    power = graph.append("EXP", [negative], shape, "ExpOptions")
    below = graph.append("SUB", [power, one], shape, "SubOptions")
    graph.append("MAXIMUM", [x, below], y, _EXTREMUM)


def _slice(graph: Graph, operator: Operator, x: int, y: int) -> None:
    """Writes a slice by size as one by bounds, of step 1."""
    begin = graph.value(operator.inputs[1]).ravel().astype(np.int32)
    end = (begin + graph.shape(y)).astype(np.int32)
    bounds = {"begin": begin, "end": end, "strides": np.ones_like(begin)}
    inputs = [x, *(graph.constant(values, name) for name, values in bounds.items())]
    graph.append("STRIDED_SLICE", inputs, y, "StridedSliceOptions")


def _square(graph: Graph, operator: Operator, x: int, y: int) -> None:
    graph.append("MUL", [x, x], y, "MulOptions")


def _negative(graph: Graph, operator: Operator, x: int, y: int) -> None:
    graph.append("MUL", [x, graph.constant(-1.0, "minus")], y, "MulOptions")


def _squared_difference(graph: Graph, operator: Operator, x: int, y: int) -> None:
    apart = graph.append("SUB", operator.inputs, graph.shape(y), "SubOptions")
    graph.append("MUL", [apart, apart], y, "MulOptions")


_REWRITE: dict[str, Callable[[Graph, Operator, int, int], None]] = {
    "ELU": _elu,
    "LEAKY_RELU": _leaky_relu,
    "MEAN": _mean,
    "NEG": _negative,
    "SLICE": _slice,
    "SQUARE": _square,
    "SQUARED_DIFFERENCE": _squared_difference,
}
