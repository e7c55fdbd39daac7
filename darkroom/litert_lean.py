"""Runs a LiteRT file in little memory, once or a few times.

For every convolution XNNPACK keeps a table of where each tap of its kernel finds each
pixel. With PyNET's kernels of up to 9x9 at 512x768 these are 1.6 GB. Here each table is
made when its convolution's turn comes, and dropped: 0.3 GB for all of a network of
width 1/4, the same numbers; a run takes a quarter longer, the start a third as long.
"""

from __future__ import annotations

import atexit
import functools
import math
import os
import pathlib
import sys
from typing import Any

import numpy as np

from darkroom import card, command, litert, quiet

Array = np.ndarray[Any, Any]

# XNNPACK's flags: 8 bits signed, unsigned and dynamic, as is usual; transient tables
_FLAGS = 0x1 | 0x2 | 0x8 | 0x20


class Network:
    """A `.tflite` file of one input and one output; else as `litert.Network`.

    Attributes:
      path: of the file.
      inputs: the inputs' names and shapes; a call takes the first alone.
      output: the shape of the output.

    Raises:
      FileNotFoundError, ValueError: as `litert.Network`.
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
        card.read(self.path)
        try:
            with quiet.chatter():
                # a compiled model trusts its file: a damaged one would end the process
                checked = interpreter.Interpreter(str(path))
        except (ValueError, RuntimeError) as error:
            raise ValueError(
                f"{path} is damaged or cut short ({command.sentence(error)}); export "
                "it again"
            ) from error
        outputs = checked.get_output_details()
        if len(outputs) != 1:
            raise ValueError(f"{path} has {len(outputs)} outputs; expected one")
        self._threads = threads or os.cpu_count() or 1
        self._kind = outputs[0]["dtype"]
        self.output: tuple[int, ...] = tuple(map(int, outputs[0]["shape"]))
        self.inputs: dict[str, tuple[int, ...]] = {
            tensor["name"]: tuple(map(int, tensor["shape"]))
            for tensor in checked.get_input_details()
        }

    def __call__(self, array: Array) -> Array:
        """Runs it once.

        Raises:
          ValueError: the array is not of the input's shape.
        """
        if [array.shape] != list(self.inputs.values()):
            expected = ", ".join(map(litert.shape, self.inputs.values()))
            raise ValueError(
                f"{self.path} takes {expected}, a fixed size; got "
                f"{litert.shape(array.shape)}: bring it to this size, or export a file "
                "of the other"
            )
        with quiet.chatter():
            taken = self._model.create_input_buffers(0)
            given = self._model.create_output_buffers(0)
            taken[0].write(np.ascontiguousarray(array, np.float32))
            self._model.run_by_index(0, taken, given)
            values = given[0].read(math.prod(self.output), self._kind)
        return values.reshape(self.output)

    @functools.cached_property
    def _model(self) -> Any:
        from ai_edge_litert import compiled_model as compiled
        from ai_edge_litert import cpu_options, hardware_accelerator, options

        chosen = options.Options(
            hardware_accelerators=hardware_accelerator.HardwareAccelerator.CPU,
            cpu_options=cpu_options.CpuOptions(self._threads, xnnpack_flags=_FLAGS),
        )
        return compiled.CompiledModel.from_file(
            str(self.path), environment=_environment(), options=chosen
        )


@functools.cache
def _environment() -> Any:
    """The runtime, one for all networks.

    It reports its end, which comes when Python is gone already: to nobody.
    """
    from ai_edge_litert import environment

    def close() -> None:
        sys.stderr.flush()
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)

    atexit.register(close)
    return environment.Environment.create()
