"""Reads TensorFlow 1 checkpoints without building the graphs that they came from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from darkroom import program, quiet
from darkroom.pixels import Array

Variable = Any  # keras.Variable has no type of its value

ENDINGS = re.compile(r"\.(index|meta|data-\d{5}-of-\d{5})$")


class Checkpoint:
    """A checkpoint, of which arrays are read when they are asked for.

    Attributes:
      prefix: its path without .index or .data-*; whoever names it may leave them.
      shapes: of all its arrays, by name: optimizer slots and counters too.

    Raises:
      ValueError: there is none.
    """

    def __init__(self, path: str) -> None:
        with quiet.chatter():
            import tensorflow as tf

        self.prefix = ENDINGS.sub("", path)
        self._errors = (tf.errors.OpError, IndexError, RuntimeError)
        try:
            self._reader = tf.train.load_checkpoint(self.prefix)
        except (*self._errors, ValueError) as error:
            raise ValueError(
                f"no TensorFlow checkpoint at {self.prefix}: expected "
                f"{self.prefix}.index and {self.prefix}.data-00000-of-00001"
            ) from error
        shapes = self._reader.get_variable_to_shape_map()
        self.shapes = {name: tuple(shape) for name, shape in shapes.items()}

    def __getitem__(self, name: str) -> Array:
        """Reads an array of the checkpoint.

        Raises:
          ValueError: its file is damaged.
        """
        try:
            return self._reader.get_tensor(name)
        except self._errors as error:
            raise ValueError(
                f"{self.prefix} is damaged: {program.sentence(error)}"
            ) from error


def assign(variables: Sequence[Variable], arrays: Sequence[Array]) -> None:
    """Sets Keras variables from arrays in the same order.

    Kernels need no transpose: both keep (rows, columns, in, out), and (..., OUT, IN) in
    transposed convolutions.

    Raises:
      ValueError: their number or a shape differs; nothing has been set then.
    """
    if len(arrays) != len(variables):
        raise ValueError(f"{len(arrays)} arrays came for {len(variables)} variables")
    for number, (variable, array) in enumerate(zip(variables, arrays, strict=True)):
        if tuple(variable.shape) != tuple(array.shape):
            raise ValueError(
                f"variable {number} ({variable.path}) has shape "
                f"{tuple(variable.shape)}, the checkpoint's {tuple(array.shape)}"
            )
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)
