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

_TYPES = {"float32": 0, "float16": 1, "int32": 2, "int64": 4, "int16": 7, "int8": 9}
_DTYPES = {code: np.dtype(name) for name, code in _TYPES.items()}


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
        for operator in self.operators:  # the file's own memory cannot be written
            operator.inputs = [int(tensor) for tensor in operator.inputs]
            operator.outputs = [int(tensor) for tensor in operator.outputs]
        self.inputs = [int(tensor) for tensor in self._subgraph.inputs]
        self.outputs = [int(tensor) for tensor in self._subgraph.outputs]

    def content(self) -> bytes:
        """The file with its operators as they are now, and nothing that none uses."""
        import flatbuffers

        self._subgraph.operators = self.operators
        self._drop_unused()
        builder = flatbuffers.Builder(2**20)
        builder.Finish(self._model.Pack(builder), b"TFL3")
        return bytes(builder.Output())

    def kind(self, operator: Any) -> str:
        """An operator's name, such as CONV_2D."""
        return self._names[_number(self._model.operatorCodes[operator.opcodeIndex])]

    def shape(self, tensor: int) -> Shape:
        """A tensor's shape; () of a single number."""
        shape = self._subgraph.tensors[tensor].shape
        return () if shape is None else tuple(map(int, shape))

    def name(self, tensor: int) -> str:
        """A tensor's name."""
        return self._subgraph.tensors[tensor].name.decode()

    @property
    def tensors(self) -> int:
        """How many there are; their numbers are below."""
        return len(self._subgraph.tensors)

    def plain(self, tensor: int) -> bool:
        """Whether it is of float32."""
        return self._subgraph.tensors[tensor].type == _TYPES["float32"]

    def reshape(self, tensor: int, shape: Shape) -> None:
        """Says another shape of a tensor, of as many numbers."""
        found = self._subgraph.tensors[tensor]
        found.shape, found.shapeSignature = np.array(shape, np.int32), None

    def set_version(self, kind: str, version: int) -> None:
        """Says which version the operations of a kind are of."""
        for code in self._model.operatorCodes:
            if self._names[_number(code)] == kind:
                code.version = version

    def value(self, tensor: int) -> Array:
        """A constant's value."""
        found = self._subgraph.tensors[tensor]
        data = np.asarray(self._model.buffers[found.buffer].data, np.uint8)
        return data.view(_DTYPES[found.type]).reshape(self.shape(tensor))

    def constant(self, value: Any, name: str) -> int:
        """A new constant, of its array's type; of float32 if it has float64."""
        array = np.asarray(value)
        if array.dtype == np.float64:
            array = array.astype(np.float32)
        buffer = self._schema.BufferT()
        buffer.data = np.frombuffer(array.tobytes(), np.uint8)
        self._model.buffers.append(buffer)
        tensor = self.tensor(array.shape, name, array.dtype.name)
        self._subgraph.tensors[tensor].buffer = len(self._model.buffers) - 1
        return tensor

    def tensor(self, shape: Shape, name: str, kind: str = "float32") -> int:
        """A new tensor, to be written by an operator."""
        tensors = self._subgraph.tensors
        tensor = self._schema.TensorT()
        tensor.shape, tensor.type = np.array(shape, np.int32), _TYPES[kind]
        tensor.name = f"{name}_{len(tensors)}".encode()
        tensors.append(tensor)
        return len(tensors) - 1

    def range(self, tensor: int) -> tuple[float, float]:
        """The least and the largest value that a calibration has found, or 0."""
        found = self._subgraph.tensors[tensor].quantization
        return min(0.0, float(found.min[0])), max(0.0, float(found.max[0]))

    def scale_of(self, tensor: int) -> float:
        """The scale that `scale` has set."""
        return float(self._subgraph.tensors[tensor].quantization.scale[0])

    def scale(self, tensor: int, scale: Any, zero: int = 0, axis: int = 0) -> int:
        """Says what a tensor's integers stand for: `(integer - zero) * scale`.

        Args:
          tensor: which; it is returned.
          scale: of all, or of each place along `axis`.
          zero: the integer that stands for 0.
          axis: a dimension of the tensor.
        """
        found = self._schema.QuantizationParametersT()
        found.scale = np.atleast_1d(np.asarray(scale, np.float32))
        found.zeroPoint = np.full(found.scale.shape, zero, np.int64)
        found.quantizedDimension = axis
        self._subgraph.tensors[tensor].quantization = found
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
            to = self.tensor(to, kind.lower())
        operator = self._schema.OperatorT()
        operator.opcodeIndex = self._code(getattr(self._schema.BuiltinOperator, kind))
        operator.inputs, operator.outputs = list(inputs), [to]
        if options:
            operator.builtinOptionsType = getattr(self._schema.BuiltinOptions, options)
            operator.builtinOptions = getattr(self._schema, f"{options}T")()
            vars(operator.builtinOptions).update(values)
        self.operators.append(operator)
        return to

    def _drop_unused(self) -> None:
        graph, each = self._subgraph, self.operators
        used = {t for o in each for t in (*o.inputs, *o.outputs) if t >= 0}
        kept = sorted(used.union(self.inputs, self.outputs))
        place = {tensor: at for at, tensor in enumerate(kept)} | {-1: -1}

        def moved(tensors: Any) -> Array:
            return np.array([place[int(tensor)] for tensor in tensors], np.int32)

        graph.tensors = [graph.tensors[tensor] for tensor in kept]
        graph.inputs, graph.outputs = moved(self.inputs), moved(self.outputs)
        for operator in each:
            operator.inputs = moved(operator.inputs)
            operator.outputs = moved(operator.outputs)
        for signature in self._model.signatureDefs or []:
            for named in (*signature.inputs, *signature.outputs):
                named.tensorIndex = place[named.tensorIndex]
        holders = [*graph.tensors, *(self._model.metadata or [])]
        buffers = sorted({0, *(holder.buffer for holder in holders)})  # 0 is empty
        self._model.buffers = [self._model.buffers[buffer] for buffer in buffers]
        moves = {buffer: at for at, buffer in enumerate(buffers)}
        for holder in holders:
            holder.buffer = moves[holder.buffer]
        codes = sorted({operator.opcodeIndex for operator in each})
        self._model.operatorCodes = [self._model.operatorCodes[code] for code in codes]
        for operator in each:
            operator.opcodeIndex = codes.index(operator.opcodeIndex)

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

    def _code(self, number: int) -> int:
        codes = self._model.operatorCodes
        numbers = [_number(code) for code in codes]
        if number in numbers:
            return numbers.index(number)
        new = self._schema.OperatorCodeT()
        new.builtinCode, new.version = number, 1
        new.deprecatedBuiltinCode = min(number, 127)
        codes.append(new)
        return len(numbers)


def _number(code: Any) -> int:
    """Of an operation's kind; files of old have it elsewhere."""
    return max(code.builtinCode, code.deprecatedBuiltinCode)


def operations(content: bytes) -> list[str]:
    """The names of a file's operations, in the order in which they run."""
    graph = Graph(content)
    return [graph.kind(operator) for operator in graph.operators]


def multiplications(content: bytes) -> int:
    """The multiply-adds (MACs) of a file's convolutions."""
    graph = Graph(content)
    return sum(map(graph.multiplications, graph.operators))
