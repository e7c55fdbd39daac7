"""Graphs of four dimensions at most, and operations in their first version.

Keras' group norm brings a fifth dimension of one. Without it XNNPACK is faster by a
tenth, and an operation need not say the later version that a fifth dimension asks for:
LiteRT's GPU delegates take no SUB of the third version, and with 76 of them in PyNET
its graph falls to pieces.
"""

from __future__ import annotations

from darkroom.litert import graph as graphs

# Later versions of these bring integers and a fifth dimension, and nothing more.
_ARITHMETIC = ("ADD", "DIV", "MUL", "SUB")


def squeezed(content: bytes) -> bytes:
    """The same file without its dimensions of one beyond the fourth."""
    graph = graphs.Graph(content)
    squeeze(graph)
    return graph.content()


def squeeze(graph: graphs.Graph) -> None:
    """Drops a graph's dimensions of one beyond the fourth, and what needed them."""
    for tensor in range(graph.tensors):
        shape = graph.shape(tensor)
        if len(shape) > 4 and set(shape[4:]) == {1}:
            graph.reshape(tensor, shape[:4])
    same: dict[int, int] = {}
    kept = []
    for operator in graph.operators:
        inputs = [same.get(tensor, tensor) for tensor in operator.inputs]
        operator.inputs, output = inputs, operator.outputs[0]
        kind = graph.kind(operator)
        as_before = kind == "RESHAPE" and graph.shape(inputs[0]) == graph.shape(output)
        if as_before and output not in graph.outputs:
            same[output] = inputs[0]
            continue
        if kind == "MEAN":
            axes = graph.value(inputs[1]).ravel()
            operator.inputs[1] = graph.constant(axes[axes < 4], "axes")
        kept.append(operator)
    graph.operators = kept
    for kind in _ARITHMETIC:
        found = [operator for operator in kept if graph.kind(operator) == kind]
        each = [t for operator in found for t in (*operator.inputs, *operator.outputs)]
        if all(
            graph.plain(tensor) and len(graph.shape(tensor)) <= 4 for tensor in each
        ):
            graph.set_version(kind, 1)
