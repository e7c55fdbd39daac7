"""Network files of any depth network, opened and run: `.tflite` and `.onnx`.

LiteRT runs the one, onnxruntime (`pip install onnxruntime`, MIT) the other. What the
numbers mean is for `contracts` and `networks` to say.
"""

from __future__ import annotations

import dataclasses
import os
import pathlib
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from darkroom import program, quiet
from darkroom.io import reading
from darkroom.litert import card
from darkroom.litert import network as litert_network
from darkroom.pixels import Array

SUFFIXES = (".tflite", ".onnx")
# What people have weights in, and what does not run here.
_OTHERS = (".pt", ".pth", ".safetensors", ".keras", ".h5", ".pb", ".mlpackage", ".ckpt")
_ONNX_TYPES = {"float": "float32", "double": "float64"}


@dataclasses.dataclass(frozen=True)
class Tensor:
    """An input or an output of a network.

    Attributes:
      name: as the file has it.
      shape: 0 where a size is free.
      dtype: of its numbers.
      scale, zero_point: a real number is `scale * (stored - zero_point)`; the scale is
        0 where the stored numbers are the real ones.
    """

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    scale: float = 0.0
    zero_point: int = 0

    def __str__(self) -> str:
        """Writes it as sentences have it: `image 1x3xHxW float32`."""
        sizes = "x".join(str(side or "free") for side in self.shape)
        return f"{self.name} {sizes or 'a number'} {self.dtype}"

    def stored(self, values: Array) -> Array:
        """Turns real numbers into the tensor's type."""
        if self.dtype.kind not in "iu":
            return np.ascontiguousarray(values, self.dtype)
        if self.scale:
            values = values / self.scale + self.zero_point
        ends = np.iinfo(self.dtype)
        return np.clip(np.rint(values), ends.min, ends.max).astype(self.dtype)

    def real(self, stored: Array) -> Array:
        """Turns the tensor's numbers into real ones, float32.

        Wide whole numbers and booleans count or tell classes, and stay what they are.
        """
        is_wide = self.dtype.kind in "iu" and self.dtype.itemsize > 2
        if self.dtype.kind == "b" or (is_wide and not self.scale):
            return stored
        values = stored.astype(np.float32)
        return self.scale * (values - self.zero_point) if self.scale else values


class Runtime(Protocol):
    """A network file, ready to run.

    Attributes:
      inputs, outputs: in the file's order.
      card: what our card beside the file says; None where there is none.
    """

    inputs: list[Tensor]
    outputs: list[Tensor]
    card: card.Card | None

    def run(self, arrays: Sequence[Array]) -> Mapping[str, Array]:
        """Runs it on arrays in the inputs' order and types; returns all outputs.

        Raises:
          ValueError: the runtime refuses, in its own words.
        """


def load(path: pathlib.Path) -> Runtime:
    """Opens a network file.

    Raises:
      OSError: there is no such file.
      ValueError: it is damaged, of another kind, or its runtime is not installed.
    """
    if path.suffix.lower() == ".onnx":
        return Onnx(path)
    if path.suffix.lower() == ".tflite":
        return LiteRT(path)
    raise ValueError(
        f"{path}: a depth network is a {' or '.join(SUFFIXES)} file here; bring one: "
        "python -m darkroom.depth fetch"
    )


def reject_weights(path: pathlib.Path) -> None:
    """Raises ValueError for weights in a format that nothing here runs."""
    if path.suffix.lower() in _OTHERS:
        raise ValueError(
            f"{path}: {path.suffix} holds weights, which need their own program; "
            f"expected {' or '.join(SUFFIXES)}: export it there (torch.onnx.export), "
            "or bring a network that is ready: python -m darkroom.depth fetch"
        )


def _refusal(
    path: pathlib.Path, arrays: Sequence[Array], error: Exception
) -> Exception:
    shapes = " and ".join(litert_network.format_shape(each.shape) for each in arrays)
    return ValueError(
        f"{path} cannot be run on {shapes} ({program.sentence(error)[:300]}); if that "
        "is for its size, put a preprocessor_config.json beside it that holds size and "
        "ensure_multiple_of; else export it again, or bring another: python -m "
        "darkroom.depth list"
    )


class LiteRT:
    """A `.tflite` file with any number of outputs, of fixed or free sizes."""

    def __init__(self, path: pathlib.Path) -> None:
        self.path = path
        self._interpreter, self.card = litert_network.open_file(path, allocate=False)
        with reading.decoding(path, "the network"):  # names that are no text, say
            given = self._interpreter.get_input_details()
            made = self._interpreter.get_output_details()
            names = self._signature_names()
            self.inputs = [_of_litert(details, names) for details in given]
            self.outputs = [_of_litert(details, names) for details in made]
            self._places = [details["index"] for details in given]
            self._answers = [details["index"] for details in made]
        self._shapes: list[tuple[int, ...]] = []  # what its memory is laid out for

    def _signature_names(self) -> dict[int, str]:
        """Returns the names by which apps call the tensors, by the tensors' index."""
        for name in self._interpreter.get_signature_list():
            runner = self._interpreter.get_signature_runner(name)
            details = runner.get_input_details() | runner.get_output_details()
            return {each["index"]: key for key, each in details.items()}
        return {}

    def run(self, arrays: Sequence[Array]) -> dict[str, Array]:
        """Runs it once."""
        try:
            with quiet.chatter():
                shapes = [array.shape for array in arrays]
                if shapes != self._shapes:
                    for place, shape in zip(self._places, shapes, strict=True):
                        self._interpreter.resize_tensor_input(place, shape)
                    self._interpreter.allocate_tensors()
                    self._shapes = shapes
                for place, array in zip(self._places, arrays, strict=True):
                    self._interpreter.set_tensor(place, array)
                self._interpreter.invoke()
        except (ValueError, RuntimeError) as error:
            raise _refusal(self.path, arrays, error) from error
        return {
            tensor.name: tensor.real(self._interpreter.get_tensor(place))
            for tensor, place in zip(self.outputs, self._answers, strict=True)
        }


def _of_litert(details: Mapping[str, Any], names: Mapping[int, str]) -> Tensor:
    shape = details.get("shape_signature")
    if shape is None or not len(shape):
        shape = details["shape"]
    scale, zero_point = details["quantization"]
    return Tensor(
        names.get(details["index"]) or litert_network.short_name(details["name"]),
        tuple(max(0, int(side)) for side in shape),
        np.dtype(details["dtype"]),
        float(scale),
        int(zero_point),
    )


class Onnx:
    """An `.onnx` file; weights that lie beside it in files of their own are found."""

    card: card.Card | None = None

    def __init__(self, path: pathlib.Path) -> None:
        path.open("rb").close()  # an OSError in Python's words
        try:
            import onnxruntime
        except ImportError:
            raise ValueError(
                f"{path}: ONNX needs one more package: pip install onnxruntime; or "
                "take a .tflite: python -m darkroom.depth list"
            ) from None
        self.path = path
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4
        options.intra_op_num_threads = os.cpu_count() or 1
        try:
            self._session = onnxruntime.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime's own, which have no common base
            raise ValueError(
                f"{path} is no ONNX file, damaged or cut short, or its weights are "
                f"not beside it ({program.sentence(error)}); get a whole copy"
            ) from error
        with reading.decoding(path, "the network"):
            self.inputs = [_of_onnx(each) for each in self._session.get_inputs()]
            self.outputs = [_of_onnx(each) for each in self._session.get_outputs()]

    def run(self, arrays: Sequence[Array]) -> dict[str, Array]:
        """Runs it once."""
        names = [tensor.name for tensor in self.inputs]
        try:
            answers = self._session.run(None, dict(zip(names, arrays, strict=True)))
        except Exception as error:  # as above
            raise _refusal(self.path, arrays, error) from error
        return {
            tensor.name: tensor.real(answer)
            for tensor, answer in zip(self.outputs, answers, strict=True)
        }


def _of_onnx(argument: Any) -> Tensor:
    kind = argument.type.removeprefix("tensor(").removesuffix(")")
    shape = [side if isinstance(side, int) else 0 for side in argument.shape]
    try:
        dtype = np.dtype(_ONNX_TYPES.get(kind, kind))
    except TypeError:  # a sequence, or a type that NumPy has not
        dtype = np.dtype(object)
    return Tensor(argument.name, tuple(max(0, side) for side in shape), dtype)
