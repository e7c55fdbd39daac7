"""Graphs that a phone's GPU delegate takes whole: from a conservative set of operations.

Older GPU delegates know no MEAN, no LEAKY_RELU and no tensors of five dimensions. So
what is not in the set is written in operations that are, in the finished file, where no
converter can fuse them again. The numbers stay the same, but for rounding.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from darkroom import litert_graph

CONSERVATIVE = frozenset(
    """ADD AVERAGE_POOL_2D CONCATENATION CONV_2D DEPTHWISE_CONV_2D DEQUANTIZE DIV EXP
    LOGISTIC MAXIMUM MAX_POOL_2D MINIMUM MUL PAD RELU RESHAPE RESIZE_BILINEAR RSQRT
    STRIDED_SLICE SUB TANH TRANSPOSE_CONV""".split()
)  # DEQUANTIZE: of float16 weights, when the file is loaded
PRECISIONS = ("float32", "float16")  # a GPU computes with these
_WINDOW = 8  # of one average pooling; larger windows keep a GPU's threads idle


def conservative(content: bytes) -> bytes:
    """The same graph in `CONSERVATIVE` operations of four dimensions at most.

    Raises:
      ValueError: it has an operation that nothing is known to replace.
    """
    graph = litert_graph.Graph(content)
    old, graph.operators = graph.operators, []
    same = _squeezed(graph)
    for operator in old:
        operator.inputs = np.array([same.get(i, i) for i in operator.inputs], np.int32)
        kind = graph.kind(operator)
        x, y = int(operator.inputs[0]), int(operator.outputs[0])
        if kind == "RESHAPE" and graph.shape(x) == graph.shape(y):
            same[y] = x
        elif kind == "MEAN":
            _mean(graph, x, int(operator.inputs[1]), y)
        elif kind == "LEAKY_RELU":
            scaled = _mul(graph, x, operator.builtinOptions.alpha)
            graph.append("MAXIMUM", [x, scaled], y, "MaximumMinimumOptions")
        elif kind == "ELU":
            _elu(graph, x, y)
        elif kind == "SQUARE":
            graph.append("MUL", [x, x], y, "MulOptions")
        elif kind == "NEG":
            _mul(graph, x, -1.0, y)
        elif kind == "SQUARED_DIFFERENCE":
            shape = graph.shape(y)
            off = graph.append("SUB", operator.inputs, shape, "SubOptions")
            graph.append("MUL", [off, off], y, "MulOptions")
        elif kind in CONSERVATIVE:
            graph.operators.append(operator)
        else:
            raise ValueError(
                f"the network has the operation {kind}, which older GPU delegates do "
                "not know; export it without --delegate gpu"
            )
    return graph.content()


def _squeezed(graph: litert_graph.Graph) -> dict[int, int]:
    """Drops a fifth dimension of one (Keras' group norm has it); no tensor is replaced."""
    for tensor in graph.tensors():
        shape = graph.shape(tensor)
        if len(shape) == 5 and shape[-1] == 1:
            graph.reshape(tensor, shape[:-1])
    return {}


def _mul(
    graph: litert_graph.Graph, x: int, by: float, to: int | None = None
) -> int:
    factor = graph.constant(by, "factor")
    target = graph.shape(x) if to is None else to
    return graph.append("MUL", [x, factor], target, "MulOptions")


def _elu(graph: litert_graph.Graph, x: int, y: int) -> None:
    """max(x, exp(min(x, 0)) - 1): the exponential is above x where x is negative."""
    shape, options = graph.shape(x), "MaximumMinimumOptions"
    zero, one = graph.constant(0.0, "zero"), graph.constant(1.0, "one")
    negative = graph.append("MINIMUM", [x, zero], shape, options)
    power = graph.append("EXP", [negative], shape, "ExpOptions")
    below = graph.append("SUB", [power, one], shape, "SubOptions")
    graph.append("MAXIMUM", [x, below], y, options)


def _mean(graph: litert_graph.Graph, x: int, axes: int, y: int) -> None:
    """Over rows and columns by average poolings, over channels by a convolution."""
    shape = graph.shape(x)
    over = {int(axis) % 5 for axis in graph.value(axes).ravel()} - {4}
    if over == {1, 2}:
        while shape[1:3] != (1, 1):
            x = _pool(graph, x, y)
            shape = graph.shape(x)
        return
