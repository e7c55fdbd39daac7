"""The operations of a LiteRT file: read, counted and rewritten.

A thin layer over the schema that ai_edge_litert brings; no TensorFlow. A tensor is
told by its number, an operator is the schema's own object.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Array = np.ndarray[Any, Any]
Shape = tuple[int, ...]
Schema = Any  # the module that flatc generated, and objects of it: none has types
Operator = Schema  # an OperatorT

_TYPES = {"float32": 0, "float16": 1, "int32": 2, "int64": 4, "int16": 7, "int8": 9}
_DTYPES = {code: np.dtype(name) for name, code in _TYPES.items()}
# Later versions of these bring integers and a fifth dimension, and nothing more.
_ARITHMETIC = ("ADD", "DIV", "MUL", "SUB")


class Graph:
    """The one subgraph of a `.tflite` file's content.

    Attributes:
      operators: in the order in which they run.
      inputs: numbers of the tensors that go in.
      outputs: numbers of those that come out.
    """

    def __init__(self, content: bytes) -> None:
        from ai_edge_litert import schema_py_generated as schema

        self._schema: Schema = schema
        self._model: Schema = schema.ModelT.InitFromPackedBuf(content, 0)
        (self._subgraph,) = self._model.subgraphs
        codes = vars(schema.BuiltinOperator).items()
        self._kinds = {code: kind for kind, code in codes if isinstance(code, int)}
        self.operators: list[Operator] = list(self._subgraph.operators)
        for operator in self.operators:  # the file's own memory cannot be written
            operator.inputs = [int(tensor) for tensor in operator.inputs]
            operator.outputs = [int(tensor) for tensor in operator.outputs]
        self.inputs = [int(tensor) for tensor in self._subgraph.inputs]
        self.outputs = [int(tensor) for tensor in self._subgraph.outputs]

    def content(self) -> bytes:
        """Returns the file with its operators as they are now, and nothing unused."""
        self._subgraph.operators = self.operators
        self._drop_unused()
        return pack(self._model, 2**20)

    # What is there

    def kind(self, operator: Operator) -> str:
        """Returns an operator's kind, such as CONV_2D."""
        return self._kinds[_number(self._model.operatorCodes[operator.opcodeIndex])]

    @property
    def tensors(self) -> int:
        """How many tensors there are; their numbers are below."""
        return len(self._subgraph.tensors)

    def shape(self, tensor: int) -> Shape:
        """Returns a tensor's shape; () of a single number."""
        shape = self._subgraph.tensors[tensor].shape
        return () if shape is None else tuple(map(int, shape))

    def name(self, tensor: int) -> str:
        """Returns a tensor's name."""
        return self._subgraph.tensors[tensor].name.decode()

    def is_float32(self, tensor: int) -> bool:
        """Says whether a tensor is of float32."""
        return self._subgraph.tensors[tensor].type == _TYPES["float32"]

    def value(self, tensor: int) -> Array:
        """Returns a constant's value."""
        entry = self._subgraph.tensors[tensor]
        data = np.asarray(self._model.buffers[entry.buffer].data, np.uint8)
        return data.view(_DTYPES[entry.type]).reshape(self.shape(tensor))

    def range(self, tensor: int) -> tuple[float, float]:
        """Returns the least and the largest value that a calibration saw, or 0."""
        entry = self._subgraph.tensors[tensor].quantization
        return min(0.0, float(entry.min[0])), max(0.0, float(entry.max[0]))

    def scale(self, tensor: int) -> float:
        """Returns the scale that `set_scale` gave a tensor."""
        return float(self._subgraph.tensors[tensor].quantization.scale[0])

    def macs(self, operator: Operator) -> int:
        """Counts an operator's multiply-adds (MACs); 0 if it is no convolution."""
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

    # What is changed

    def reshape(self, tensor: int, shape: Shape) -> None:
        """Gives a tensor another shape, of as many numbers."""
        entry = self._subgraph.tensors[tensor]
        entry.shape, entry.shapeSignature = np.array(shape, np.int32), None

    def set_version(self, kind: str, version: int) -> None:
        """Says which version the operations of a kind are of."""
        for code in self._model.operatorCodes:
            if self._kinds[_number(code)] == kind:
                code.version = version

    def set_scale(
        self, tensor: int, scale: npt.ArrayLike, zero: int = 0, axis: int = 0
    ) -> int:
        """Says what a tensor's integers stand for: `(integer - zero) * scale`.

        Args:
          tensor: which; it is returned.
          scale: a number for all, or an array for the places along `axis`.
          zero: the integer that stands for 0.
          axis: a dimension of the tensor.
        """
        entry = self._schema.QuantizationParametersT()
        entry.scale = np.atleast_1d(np.asarray(scale, np.float32))
        entry.zeroPoint = np.full(entry.scale.shape, zero, np.int64)
        entry.quantizedDimension = axis
        self._subgraph.tensors[tensor].quantization = entry
        return tensor

    def constant(self, value: npt.ArrayLike, name: str) -> int:
        """Adds a constant, of its array's type; of float32 if it has float64."""
        array = np.asarray(value)
        if array.dtype == np.float64:
            array = array.astype(np.float32)
        buffer = self._schema.BufferT()
        buffer.data = np.frombuffer(array.tobytes(), np.uint8)
        self._model.buffers.append(buffer)
        tensor = self.tensor(array.shape, name, array.dtype.name)
        self._subgraph.tensors[tensor].buffer = len(self._model.buffers) - 1
        return tensor

    def tensor(self, shape: Shape, name: str, dtype: str = "float32") -> int:
        """Adds a tensor, to be written by an operator."""
        tensors = self._subgraph.tensors
        entry = self._schema.TensorT()
        entry.shape, entry.type = np.array(shape, np.int32), _TYPES[dtype]
        entry.name = f"{name}_{len(tensors)}".encode()
        tensors.append(entry)
        return len(tensors) - 1

    def append(
        self,
        kind: str,
        inputs: Sequence[int],
        output: int | Shape,
        options: str | None = None,
        **values: object,
    ) -> int:
        """Appends an operator; returns the tensor that it writes.

        Args:
          kind: its name in the schema.
          inputs: tensors that it takes.
          output: the tensor to write, or the shape of a new one.
          options: name of its options in the schema, such as MulOptions.
          values: what is not at its default in the options.
        """
        if not isinstance(output, int):
            output = self.tensor(output, kind.lower())
        operator = self._schema.OperatorT()
        operator.opcodeIndex = self._code(getattr(self._schema.BuiltinOperator, kind))
        operator.inputs, operator.outputs = list(inputs), [output]
        if options:
            operator.builtinOptionsType = getattr(self._schema.BuiltinOptions, options)
            operator.builtinOptions = getattr(self._schema, f"{options}T")()
            vars(operator.builtinOptions).update(values)
        self.operators.append(operator)
        return output

    def squeeze(self) -> None:
        """Drops dimensions of one beyond the fourth, and what needed them.

        Keras' group norm brings a fifth dimension of one. Without it XNNPACK is faster
        by a tenth, and an operation need not say the later version that a fifth
        dimension asks for: LiteRT's GPU delegates take no SUB of the third version, and
        with 76 of them in PyNET its graph falls to pieces.
        """
        for tensor in range(self.tensors):
            shape = self.shape(tensor)
            if len(shape) > 4 and set(shape[4:]) == {1}:
                self.reshape(tensor, shape[:4])
        self._drop_empty_reshapes()
        for operator in self.operators:
            if self.kind(operator) == "MEAN":
                axes = self.value(operator.inputs[1]).ravel()
                operator.inputs[1] = self.constant(axes[axes < 4], "axes")
        for kind in _ARITHMETIC:
            alike = [o for o in self.operators if self.kind(o) == kind]
            tensors = [t for o in alike for t in (*o.inputs, *o.outputs)]
            if all(self.is_float32(t) and len(self.shape(t)) <= 4 for t in tensors):
                self.set_version(kind, 1)

    def _drop_empty_reshapes(self) -> None:
        """Drops what reshapes a tensor to the shape that it has."""
        same: dict[int, int] = {}  # what a dropped operator wrote -> what it read
        kept = []
        for operator in self.operators:
            operator.inputs = [same.get(tensor, tensor) for tensor in operator.inputs]
            x, y = operator.inputs[0], operator.outputs[0]
            empty = self.kind(operator) == "RESHAPE" and self.shape(x) == self.shape(y)
            if empty and y not in self.outputs:
                same[y] = x
            else:
                kept.append(operator)
        self.operators = kept

    def _drop_unused(self) -> None:
        """Drops tensors, buffers and operator codes that no operator uses."""
        subgraph, operators = self._subgraph, self.operators
        used = {t for o in operators for t in (*o.inputs, *o.outputs) if t >= 0}
        kept = sorted(used.union(self.inputs, self.outputs))
        place = {tensor: at for at, tensor in enumerate(kept)} | {-1: -1}

        def moved(tensors: Sequence[int]) -> Array:
            return np.array([place[int(tensor)] for tensor in tensors], np.int32)

        subgraph.tensors = [subgraph.tensors[tensor] for tensor in kept]
        subgraph.inputs, subgraph.outputs = moved(self.inputs), moved(self.outputs)
        for operator in operators:
            operator.inputs = moved(operator.inputs)
            operator.outputs = moved(operator.outputs)
        for signature in self._model.signatureDefs or []:
            for named in (*signature.inputs, *signature.outputs):
                named.tensorIndex = place[named.tensorIndex]
        holders = [*subgraph.tensors, *(self._model.metadata or [])]
        buffers = sorted({0, *(holder.buffer for holder in holders)})  # 0 is empty
        self._model.buffers = [self._model.buffers[buffer] for buffer in buffers]
        moves = {buffer: at for at, buffer in enumerate(buffers)}
        for holder in holders:
            holder.buffer = moves[holder.buffer]
        codes = sorted({operator.opcodeIndex for operator in operators})
        self._model.operatorCodes = [self._model.operatorCodes[code] for code in codes]
        for operator in operators:
            operator.opcodeIndex = codes.index(operator.opcodeIndex)

    def _code(self, number: int) -> int:
        """Returns the place of an operator code, which is added if it is new."""
        codes = self._model.operatorCodes
        numbers = [_number(code) for code in codes]
        if number in numbers:
            return numbers.index(number)
        code = self._schema.OperatorCodeT()
        code.builtinCode, code.version = number, 1
        code.deprecatedBuiltinCode = min(number, 127)
        codes.append(code)
        return len(numbers)


def _number(code: Schema) -> int:
    """Returns the number of an operation's kind; old files have it elsewhere."""
    return max(code.builtinCode, code.deprecatedBuiltinCode)


def pack(model: Schema, size: int) -> bytes:
    """Returns a ModelT as a file's content; `size` is about how large that is."""
    import flatbuffers

    builder = flatbuffers.Builder(size)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def squeezed(content: bytes) -> bytes:
    """Returns a file without its dimensions of one beyond the fourth."""
    graph = Graph(content)
    graph.squeeze()
    return graph.content()


def count_macs(content: bytes) -> int:
    """Counts the multiply-adds (MACs) of a file's convolutions."""
    graph = Graph(content)
    return sum(map(graph.macs, graph.operators))
