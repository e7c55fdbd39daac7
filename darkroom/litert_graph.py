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
      inputs: numbers of the tensors that go in.
      outputs: numbers of those that come out.
    """

    def __init__(self, content: bytes) -> None:
        from ai_edge_litert import schema_py_generated as schema

        self._schema = schema
        self._model = schema.ModelT.InitFromPackedBuf(content, 0)
        (self._subgraph,) = self._model.subgraphs
        codes = vars(schema.BuiltinOperator).items()
        self._names = {code: name for name, code in codes if isinstance(code, int)}
        self.operators: list[Any] = list(self._subgraph.operators)
        self.inputs = [int(tensor) for tensor in self._subgraph.inputs]
        self.outputs = [int(tensor) for tensor in self._subgraph.outputs]

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

    def name(self, tensor: int) -> str:
        """A tensor's name."""
        return self._subgraph.tensors[tensor].name.decode()

    def squeeze(self) -> None:
        """Drops dimensions of one beyond the fourth."""
        for tensor in self._subgraph.tensors:
            shape = () if tensor.shape is None else tuple(map(int, tensor.shape))
            if len(shape) > 4 and set(shape[4:]) == {1}:
                tensor.shape, tensor.shapeSignature = np.array(shape[:4], np.int32), None
        same: dict[int, int] = {}
        kept = []
        for operator in self.operators:
            inputs = [same.get(int(tensor), int(tensor)) for tensor in operator.inputs]
            operator.inputs, output = np.array(inputs, np.int32), operator.outputs[0]
            kind = self.kind(operator)
            if kind == "RESHAPE" and self.shape(inputs[0]) == self.shape(output):
                same[int(output)] = inputs[0]
                continue
            if kind == "MEAN":
                axes = self.value(inputs[1]).ravel()
                operator.inputs[1] = self.constant(axes[axes < 4], "axes")
            kept.append(operator)
        self.operators = kept

    def value(self, tensor: int) -> Array:
        """A constant's value."""
        found = self._subgraph.tensors[tensor]
        data = np.asarray(self._model.buffers[found.buffer].data, np.uint8)
        return data.view(_DTYPES[found.type]).reshape(self.shape(tensor))

    def constant(self, value: Any, name: str) -> int:
        """A new constant: float32, or int32 if `value` is of integers."""
        array = np.asarray(value)
        integers = array.dtype.kind == "i"
        array = array.astype(np.int32 if integers else np.float32)
        buffer = self._schema.BufferT()
        buffer.data = np.frombuffer(array.tobytes(), np.uint8)
        self._model.buffers.append(buffer)
        tensor = self._tensor(array.shape, name, len(self._model.buffers) - 1)
        self._subgraph.tensors[tensor].type = 2 if integers else 0
        return tensor

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

    def multiplications(self, operator: Any) -> int:
        """The multiply-adds (MACs) of an operator; 0 if it is no convolution."""
        kind, inputs = self.kind(operator), operator.inputs
        if kind == "TRANSPOSE_CONV":  # takes its size, kernel [out, h, w, in] and x
            kernel = self.shape(inputs[1])
            return math.prod(self.shape(inputs[2])) * math.prod(kernel[:3])
        if kind not in ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED"):
            return 0
        kernel, output = self.shape(inputs[1]), self.shape(operator.outputs[0])
        # [out, h, w, in] or [out, in]; [1, h, w, out] where each channel has its own
        each = kernel[1:3] if kind == "DEPTHWISE_CONV_2D" else kernel[1:]
        return math.prod(output) * math.prod(each)

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
    graph = Graph(content)
    return sum(map(graph.multiplications, graph.operators))


def squeezed(content: bytes) -> bytes:
    """The same file without its dimensions of one beyond the fourth.

    Keras' group norm brings them; without them, XNNPACK is faster by a tenth.
    """
    graph = Graph(content)
    graph.squeeze()
    return graph.content()
