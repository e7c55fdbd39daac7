"""LiteRT files (`.tflite`), what phones run: read and run, without TensorFlow.

`darkroom.litert.convert` writes them.
"""

from __future__ import annotations

import atexit
import functools
import math
import os
import pathlib
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from darkroom import program, quiet
from darkroom.io import reading
from darkroom.litert import card
from darkroom.litert.graph import Array, Shape

Runtime = Any  # interpreters, models and environments of ai_edge_litert: untyped
Run = Callable[[Sequence[Array]], Array]

# XNNPACK's flags: 8 bits signed, unsigned and dynamic, as is usual; transient tables
_LEAN = 0x1 | 0x2 | 0x8 | 0x20


class Network:
    """A `.tflite` file with one output, ready to run.

    For every convolution XNNPACK keeps a table of where each tap of its kernel finds
    each pixel. With PyNET's kernels of up to 9x9 at 512x768 these are 1.6 GB. A `lean`
    network makes each when its convolution's turn comes, and drops it: 0.3 GB for all
    of a network of width 1/4, the same numbers; a run takes a quarter longer, the start
    a third as long.

    Attributes:
      path: of the file.
      inputs: the inputs' names and shapes, in the order in which a call takes them.
      output: the shape of the output.
      signature: the `name` by which apps call it, and the names of its `inputs` and
        `outputs`; empty in some files of others.
      card: what its card says of it; None where none is beside or inside it.

    Raises:
      FileNotFoundError: there is no such file.
      ValueError: it is no LiteRT file, damaged, not what its card is of, or has several
        outputs.
    """

    def __init__(
        self,
        path: str | pathlib.Path,
        threads: int | None = None,
        *,
        lean: bool = False,
    ) -> None:
        self.path = pathlib.Path(path)
        threads = threads or os.cpu_count() or 1
        # opening also checks a file that runs lean: damaged, it would end the process
        runtime, self.card = open_file(self.path, threads, allocate=not lean)
        with reading.decoding(path, "the network"):  # names that are no text, say
            self._inputs = runtime.get_input_details()
            outputs = runtime.get_output_details()
            if len(outputs) != 1:
                raise ValueError(f"{path} has {len(outputs)} outputs; expected one")
            self.output: Shape = tuple(map(int, outputs[0]["shape"]))
            self.inputs: dict[str, Shape] = {
                short_name(tensor["name"]): tuple(map(int, tensor["shape"]))
                for tensor in self._inputs
            }
            signatures = runtime.get_signature_list().items()
            self.signature: dict[str, Any] = next(
                ({"name": name, **names} for name, names in signatures), {}
            )
            self._output = outputs[0]
        self._interpreter: Runtime = None if lean else runtime
        self._run_lean = _lean(self.path, threads, outputs[0]) if lean else None

    def __call__(self, *arrays: Array) -> Array:
        """Runs it once.

        Args:
          arrays: of the shapes of `inputs`.

        Returns:
          An array of the shape `output`.

        Raises:
          ValueError: the arrays' number or shapes are not those of `inputs`.
        """
        shapes = [tuple(array.shape) for array in arrays]
        if shapes != list(self.inputs.values()):
            expected = ", ".join(
                f"{n} {format_shape(s)}" for n, s in self.inputs.items()
            )
            raise ValueError(
                f"{self.path} takes {expected}, a fixed size; got "
                f"{', '.join(map(format_shape, shapes)) or 'nothing'}: bring it to "
                "this size, or export a file of the other"
            )
        values = [
            np.ascontiguousarray(array, tensor["dtype"])
            for tensor, array in zip(self._inputs, arrays, strict=True)
        ]
        try:
            return self._run(values)
        except RuntimeError as error:  # of a file that loads, and cannot be computed
            raise ValueError(
                f"{self.path} is damaged: it loads and does not run "
                f"({program.sentence(error)}); get a whole copy, or export it again"
            ) from error

    def _run(self, values: Sequence[Array]) -> Array:
        if self._run_lean is not None:
            return self._run_lean(values)
        for tensor, value in zip(self._inputs, values, strict=True):
            self._interpreter.set_tensor(tensor["index"], value)
        self._interpreter.invoke()
        return self._interpreter.get_tensor(self._output["index"])


def open_file(
    path: pathlib.Path, threads: int | None = None, *, allocate: bool = True
) -> tuple[Runtime, card.Card | None]:
    """Opens a file with LiteRT's interpreter; returns it, and the file's card.

    Raises:
      FileNotFoundError: there is no such file.
      ValueError: it is no LiteRT file, damaged, or not what its card is of.
    """
    from ai_edge_litert import interpreter

    with path.open("rb") as file:
        if file.read(8)[4:] != b"TFL3":
            raise ValueError(
                f"{path} is not a LiteRT file; expected a .tflite that an export "
                "program wrote"
            )
    about = card.find(path)
    threads = threads or os.cpu_count() or 1
    try:
        with quiet.chatter():
            runtime = interpreter.Interpreter(str(path), num_threads=threads)
            if allocate:
                runtime.allocate_tensors()
    except (ValueError, RuntimeError) as error:
        raise ValueError(
            f"{path} is damaged or cut short ({program.sentence(error)}); "
            "export it again"
        ) from error
    return runtime, about


def format_shape(shape: Sequence[int]) -> str:
    """Returns a shape as sentences have it, such as 1x512x768x4."""
    return "x".join(map(str, shape))


def short_name(name: str) -> str:
    """Returns a tensor's name without what the converter put around it."""
    return name.removeprefix("serving_default_").partition(":")[0]


def _lean(path: pathlib.Path, threads: int, output: dict[str, Any]) -> Run:
    """Returns what runs a file in little memory; `output` describes its output."""

    @functools.cache  # at the first run, which is when its memory is needed
    def compiled() -> Runtime:
        from ai_edge_litert import compiled_model, cpu_options, options
        from ai_edge_litert.hardware_accelerator import HardwareAccelerator

        chosen = options.Options(
            hardware_accelerators=HardwareAccelerator.CPU,
            cpu_options=cpu_options.CpuOptions(threads, xnnpack_flags=_LEAN),
        )
        return compiled_model.CompiledModel.from_file(
            str(path), environment=_environment(), options=chosen
        )

    def run(arrays: Sequence[Array]) -> Array:
        with quiet.chatter():
            model = compiled()
            inputs = model.create_input_buffers(0)
            outputs = model.create_output_buffers(0)
            for buffer, array in zip(inputs, arrays, strict=True):
                buffer.write(array)
            model.run_by_index(0, inputs, outputs)
            values = outputs[0].read(math.prod(output["shape"]), output["dtype"])
        return values.reshape(output["shape"])

    return run


@functools.cache
def _environment() -> Runtime:
    """Returns the environment of lean networks, one for all.

    It reports its end, which comes when Python is gone already: to nobody.
    """
    from ai_edge_litert import environment

    def close() -> None:
        sys.stderr.flush()
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)

    atexit.register(close)
    return environment.Environment.create()
