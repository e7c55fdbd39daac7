"""LiteRT files (`.tflite`), what phones run: read and run, without TensorFlow.

`darkroom.conversion` writes them.
"""

from __future__ import annotations

import os
import pathlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from darkroom import card, command, quiet

Array = np.ndarray[Any, Any]


class Network:
    """A `.tflite` file with one output, ready to run.

    Attributes:
      path: of the file.
      inputs: the inputs' names and shapes, in the order in which a call takes them.
      output: the shape of the output.
      card: what its card says of it; None where no card is beside it.

    Raises:
      FileNotFoundError: there is no such file.
      ValueError: it is no LiteRT file, damaged, not what its card is of, or has several
        outputs.
    """

    def __init__(self, path: str | pathlib.Path, threads: int | None = None) -> None:
        from ai_edge_litert import interpreter

        self.path = pathlib.Path(path)
        with self.path.open("rb") as file:
            if file.read(8)[4:] != b"TFL3":
                raise ValueError(
                    f"{path} is not a LiteRT file; expected a .tflite that an export "
                    "program wrote"
                )
        self.card = card.read(self.path)
        try:
            with quiet.chatter():
                self._interpreter = interpreter.Interpreter(
                    str(path), num_threads=threads or os.cpu_count()
                )
                self._interpreter.allocate_tensors()
        except (ValueError, RuntimeError) as error:
            raise ValueError(
                f"{path} is damaged or cut short ({command.sentence(error)}); export "
                "it again"
            ) from error
        self._inputs = self._interpreter.get_input_details()
        outputs = self._interpreter.get_output_details()
        if len(outputs) != 1:
            raise ValueError(f"{path} has {len(outputs)} outputs; expected one")
        self._output = outputs[0]
        self.output: tuple[int, ...] = tuple(map(int, self._output["shape"]))
        self.inputs: dict[str, tuple[int, ...]] = {
            _plain(tensor["name"]): tuple(map(int, tensor["shape"]))
            for tensor in self._inputs
        }

    @property
    def signature(self) -> dict[str, Any]:
        """The `name` by which apps call it, and names of its `inputs` and `outputs`."""
        ((name, names),) = self._interpreter.get_signature_list().items()
        return {"name": name, **names}

    def __call__(self, *arrays: Array) -> Array:
        """Runs it once.

        Raises:
          ValueError: the arrays' number or shapes are not those of `inputs`.
        """
        came = [tuple(array.shape) for array in arrays]
        if came != list(self.inputs.values()):
            expected = ", ".join(f"{n} {shape(s)}" for n, s in self.inputs.items())
            raise ValueError(
                f"{self.path} takes {expected}, a fixed size; got "
                f"{', '.join(map(shape, came)) or 'nothing'}: bring it to this size, "
                "or export a file of the other"
            )
        for tensor, array in zip(self._inputs, arrays, strict=True):
            value = np.ascontiguousarray(array, tensor["dtype"])
            self._interpreter.set_tensor(tensor["index"], value)
        self._interpreter.invoke()
        return self._interpreter.get_tensor(self._output["index"])


def shape(sides: Sequence[int]) -> str:
    """1x512x768x4, as sentences say it."""
    return "x".join(map(str, sides))


def _plain(name: str) -> str:
    """The name of a tensor without what the converter put around it."""
    return name.removeprefix("serving_default_").partition(":")[0]
