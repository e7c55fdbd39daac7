"""What is inside a LiteRT file: its operations, read, counted and rewritten.

A thin layer over the schema that ai_edge_litert brings; no TensorFlow.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Shape = tuple[int, ...]

_DTYPES = {0: np.float32, 1: np.float16, 2: np.int32, 9: np.int8}  # by TensorType


class Graph:
    """The one subgraph of a `.tflite` file's content.

    Attributes:
      operators: in the order in which they run.
    """

    def __init__(self, content: bytes) -> None:
        from ai_edge_litert import schema_py_generated as schema

        self._schema = schema
        self._model = schema.ModelT.InitFromPackedBuf(content, 0)
        (self._subgraph,) = self._model.subgraphs
        codes = vars(schema.BuiltinOperator).items()
        self._names = {code: name for name, code in codes if isinstance(code, int)}
        self.operators: list[Any] = list(self._subgraph.operators)

    def content(self) -> bytes:
        """The file with its operators as they are now."""
        import flatbuffers

        self._subgraph.operators = self.operators
        builder = flatbuffers.Builder(2**20)
        builder.Finish(self._model.Pack(builder), b"TFL3")
        return bytes(builder.Output())

    def kind(self, operator: Any) -> str:
        """An operator's name, such as CONV_2D."""
        code = self._model.operatorCodes[operator.opcodeIndex]
        return self._names[max(code.builtinCode, code.deprecatedBuiltinCode)]

    def shape(self, tensor: int) -> Shape:
        """A tensor's shape; () of a single number."""
        shape = self._subgraph.tensors[tensor].shape
        return () if shape is None else tuple(map(int, shape))

    def reshape(self, tensor: int, shape: Shape) -> None:
        """Gives a tensor another shape of as many numbers."""
        found = self._subgraph.tensors[tensor]
        found.shape, found.shapeSignature = np.array(shape, np.int32), None

    def tensors(self) -> range:
        """The numbers of all tensors."""
        return range(len(self._subgraph.tensors))

    def value(self, tensor: int) -> Array:
        """A constant's value."""
        found = self._subgraph.tensors[tensor]
        data = np.asarray(self._model.buffers[found.buffer].data, np.uint8)
        return data.view(_DTYPES[found.type]).reshape(self.shape(tensor))

    def constant(self, value: Any, name: str) -> int:
        """A new constant, of float32."""
        array = np.asarray(value, np.float32)
        buffer = self._schema.BufferT()
        buffer.data = np.frombuffer(array.tobytes(), np.uint8)
        self._model.buffers.append(buffer)
        return self._tensor(array.shape, name, len(self._model.buffers) - 1)

    def append(
        self,
        kind: str,
        inputs: Sequence[int],
        to: int | Shape,
        options: str | None = None,
        **values: Any,
    ) -> int:
        """Appends an operator; returns the tensor that it writes.

        Args:
          kind: its name in the schema.
          inputs: tensors that it takes.
          to: the tensor to write, or the shape of a new one.
          options: name of its options in the schema, such as MulOptions.
          values: what is not at its default in the options.
        """
        if not isinstance(to, int):
            to = self._tensor(to, kind.lower(), 0)
        operator = self._schema.OperatorT()
        operator.opcodeIndex = self._code(getattr(self._schema.BuiltinOperator, kind))
        operator.inputs = np.array(inputs, np.int32)
        operator.outputs = np.array([to], np.int32)
        if options:
            operator.builtinOptionsType = getattr(self._schema.BuiltinOptions, options)
            operator.builtinOptions = getattr(self._schema, f"{options}T")()
            vars(operator.builtinOptions).update(values)
        self.operators.append(operator)
        return to

    def _code(self, code: int) -> int:
        codes = self._model.operatorCodes
        for index, known in enumerate(codes):
            if max(known.builtinCode, known.deprecatedBuiltinCode) == code:
                return index
        new = self._schema.OperatorCodeT()
        new.builtinCode, new.deprecatedBuiltinCode, new.version = code, min(code, 127), 1
        codes.append(new)
        return len(codes) - 1

    def _tensor(self, shape: Shape, name: str, buffer: int) -> int:
        tensors = self._subgraph.tensors
        tensor = self._schema.TensorT()
        tensor.shape, tensor.buffer = np.array(shape, np.int32), buffer
        tensor.name = f"{name}_{len(tensors)}".encode()
        tensors.append(tensor)
        return len(tensors) - 1


def operations(content: bytes) -> list[str]:
    """The names of a file's operations, in the order in which they run."""
    graph = Graph(content)
    return [graph.kind(operator) for operator in graph.operators]


def multiplications(content: bytes) -> int:
    """The multiply-adds (MACs) of a file's convolutions."""
    graph, total = Graph(content), 0
    for operator in graph.operators:
        kind = graph.kind(operator)
        if kind in ("CONV_2D", "DEPTHWISE_CONV_2D"):
            kernel, output = graph.shape(operator.inputs[1]), operator.outputs[0]
            # [out, h, w, in], or [1, h, w, out] where every channel has its own
            each = math.prod(kernel[1:] if kind == "CONV_2D" else kernel[1:3])
            total += math.prod(graph.shape(output)) * each
        elif kind == "TRANSPOSE_CONV":  # inputs: size, kernel [out, h, w, in], x
            kernel = graph.shape(operator.inputs[1])
            total += math.prod(graph.shape(operator.inputs[2])) * math.prod(kernel[:3])
        elif kind == "FULLY_CONNECTED":
            kernel = graph.shape(operator.inputs[1])
            total += math.prod(graph.shape(operator.outputs[0])) * kernel[1]
    return total
