"""Large convolutions in fewer multiplications, in a finished LiteRT file.

A convolution makes its even rows from the input's even rows E with every other row of
its kernel, P, and from the odd rows O with the others, Q; its odd rows the other way:

  even = P*E + Q*O,   odd = P*O + Q*E = (P + Q)*(E + O) - P*E - Q*O

So three convolutions of half the kernel on half the rows do for four (Mou and Duhamel
1991, "Short-length FIR filters and their use in fast nonrecursive filtering"): 14 rows
of a kernel in place of 18, where it has 9. Only P + Q is new, and makes a file larger.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from darkroom.litert.graph import Array, Graph, Operator, Shape

MAX_BYTES = 4.18  # of the new file, for each of the weights, which have 4
_MIN_ROWS = 5  # of a kernel, from which what is saved outweighs the sums
_MIN_CHANNELS = 32  # the same, of the input and of the output
_SAME, _VALID = 0, 1  # padding


class _Rows(NamedTuple):
    """Tensors `[B, H/2, W, C]`: even rows E, odd rows O, and E + O."""

    even: int
    odd: int
    both: int


def accelerate(content: bytes) -> bytes:
    """Returns the same network in less time, with some weights added.

    Args:
      content: of a `.tflite` file with weights in float32.
    """
    graph = Graph(content)
    chosen = _choose(graph, len(content))
    before, graph.operators = graph.operators, []
    rows: dict[int, _Rows] = {}  # of tensors that are split already
    for at, operator in enumerate(before):
        if at in chosen:
            _replace(graph, operator, rows)
        else:
            graph.operators.append(operator)
    return graph.content()


def _choose(graph: Graph, size: int) -> set[int]:
    """Picks the places of operators to replace: what saves most for a weight added."""
    sizes, gains = {}, {}
    for at, operator in enumerate(graph.operators):
        if not graph.macs(operator):
            continue
        sizes[at] = math.prod(shape := graph.shape(operator.inputs[1]))
        if _gains(graph, operator):
            rows, pixels = shape[1], math.prod(graph.shape(operator.outputs[0])[1:3])
            gains[at] = pixels * (rows - 1) / (rows + 1)
    left = (MAX_BYTES * sum(sizes.values()) - size) / 4
    chosen = set()
    for at in sorted(gains, key=lambda at: -gains[at]):
        rows = graph.shape(graph.operators[at].inputs[1])[1]
        added = sizes[at] * (rows + 1) / (2 * rows)
        if added <= left:
            left -= added
            chosen.add(at)
    return chosen


def _gains(graph: Graph, operator: Operator) -> bool:
    """Says whether an operator can be replaced and is faster then."""
    if graph.kind(operator) != "CONV_2D" or min(operator.inputs) < 0:
        return False
    options = operator.builtinOptions
    strides = (options.strideH, options.strideW)
    dilations = (options.dilationHFactor, options.dilationWFactor)
    if options.padding != _SAME or {*strides, *dilations} != {1}:
        return False
    outputs, rows, _, inputs = graph.shape(operator.inputs[1])
    height = graph.shape(operator.outputs[0])[1]
    large = rows >= _MIN_ROWS and min(outputs, inputs) >= _MIN_CHANNELS
    return large and rows % 2 == 1 and height % 2 == 0 and len(operator.inputs) == 3


def _replace(graph: Graph, operator: Operator, rows: dict[int, _Rows]) -> None:
    """Appends what computes the same as an operator: three convolutions, their sums.

    Q*O is in both outputs. But Q has its middle half a row beside P's, so for the odd
    output rows it is a row further down: Q*O is computed once, of one row more, and
    taken from its first row for the even output, from its second for the odd one.
    """
    x, kernel, bias = operator.inputs
    batch, height, width, channels = output = graph.shape(operator.outputs[0])
    half = (batch, height // 2, width, channels)
    if x not in rows:
        rows[x] = _split_rows(graph, x)
    even, odd, both = rows[x]
    p, q, p_plus_q = _split_kernel(graph.value(kernel))
    offset = graph.value(bias)

    margin, left = q.shape[1] // 2, (q.shape[2] - 1) // 2
    padded = _pad(graph, odd, margin, (left, q.shape[2] - 1 - left))
    one_more = (batch, height // 2 + 1, width, channels)
    # The bias comes once into even = P*E + Q*O, and 2 - 1 times into odd.
    q_odd = _convolve(graph, padded, q, 0 * offset, one_more, _VALID)
    p_even = _convolve(graph, even, p, offset, half, _SAME)
    pq_both = _convolve(graph, both, p_plus_q, 2 * offset, half, _SAME)

    act = {"fusedActivationFunction": operator.builtinOptions.fusedActivationFunction}
    q_odd_first = _slice(graph, q_odd, (0, 0), half)
    q_odd_second = _slice(graph, q_odd, (1, 0), half)
    even_rows = graph.append("ADD", [p_even, q_odd_first], half, "AddOptions", **act)
    p_q = graph.append("ADD", [p_even, q_odd_second], half, "AddOptions")
    odd_rows = graph.append("SUB", [pq_both, p_q], half, "SubOptions", **act)
    _interleave(graph, even_rows, odd_rows, output, operator.outputs[0])


def _split_kernel(kernel: Array) -> tuple[Array, Array, Array]:
    """Returns P, which has the middle row, Q, and their sum, `[out, rows, w, in]`."""
    middle = kernel.shape[1] // 2
    p, q = kernel[:, middle % 2 :: 2], kernel[:, 1 - middle % 2 :: 2]
    # One of the two is longer by a row, which the sum has alone: P's first row, or Q's
    # last one.
    longer, shorter = (p, q) if p.shape[1] > q.shape[1] else (q, p)
    p_plus_q = longer.copy()
    first = int(longer is p)
    p_plus_q[:, first : first + shorter.shape[1]] += shorter
    return np.ascontiguousarray(p), np.ascontiguousarray(q), p_plus_q


def _split_rows(graph: Graph, x: int) -> _Rows:
    """Appends what splits a tensor: pairs of rows side by side, then their halves.

    Side by side, since XNNPACK takes no slice with a stride: the graph would fall
    to pieces.
    """
    batch, height, width, channels = graph.shape(x)
    pairs = _reshape(graph, x, (batch, height // 2, 2 * width, channels))
    half = (batch, height // 2, width, channels)
    even = _slice(graph, pairs, (0, 0), half)
    odd = _slice(graph, pairs, (0, width), half)
    return _Rows(even, odd, graph.append("ADD", [even, odd], half, "AddOptions"))


def _interleave(graph: Graph, even: int, odd: int, shape: Shape, output: int) -> None:
    """Appends what `_split_rows` does, backwards."""
    batch, height, width, channels = shape
    beside = (batch, height // 2, 2 * width, channels)
    pairs = graph.append(
        "CONCATENATION", [even, odd], beside, "ConcatenationOptions", axis=2
    )
    _reshape(graph, pairs, shape, output)


def _convolve(
    graph: Graph, x: int, kernel: Array, bias: Array, shape: Shape, padding: int
) -> int:
    constants = [graph.constant(kernel, "kernel"), graph.constant(bias, "bias")]
    options = {"padding": padding, "strideH": 1, "strideW": 1}
    return graph.append("CONV_2D", [x, *constants], shape, "Conv2DOptions", **options)


def _slice(graph: Graph, x: int, corner: tuple[int, int], shape: Shape) -> int:
    start = np.array([0, *corner, 0], np.int32)
    places = [start, start + np.array(shape, np.int32), np.ones(4, np.int32)]
    inputs = [x, *(graph.constant(place, "place") for place in places)]
    return graph.append("STRIDED_SLICE", inputs, shape, "StridedSliceOptions")


def _pad(graph: Graph, x: int, rows: int, columns: tuple[int, int]) -> int:
    batch, height, width, channels = graph.shape(x)
    margins = np.array([(0, 0), (rows, rows), columns, (0, 0)], np.int32)
    shape = (batch, height + 2 * rows, width + sum(columns), channels)
    inputs = [x, graph.constant(margins, "margins")]
    return graph.append("PAD", inputs, shape, "PadOptions")


def _reshape(graph: Graph, x: int, shape: Shape, output: int | None = None) -> int:
    new = np.array(shape, np.int32)
    inputs = [x, graph.constant(new, "shape")]
    target = shape if output is None else output
    return graph.append("RESHAPE", inputs, target, "ReshapeOptions", newShape=new)
