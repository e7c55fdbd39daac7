"""What a training writes for TensorBoard."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import tensorflow as tf


class Log:
    """A TensorBoard log; a picture is written as the strip or sheet it is given as."""

    def __init__(self, folder: str) -> None:
        self._writer = tf.summary.create_file_writer(folder)

    def scalars(self, step: int, **values: float) -> None:
        with self._writer.as_default(step=step):
            for name, value in values.items():
                tf.summary.scalar(name, value)

    def picture(self, step: int, name: str, picture: Any) -> None:
        """Adds a uint8 picture `[H, W, 3]`."""
        with self._writer.as_default(step=step):
            tf.summary.image(name, picture[None])

    def text(self, name: str, text: str) -> None:
        with self._writer.as_default(step=0):
            tf.summary.text(name, "```\n" + text + "```")

    def histograms(self, step: int, variables: Iterable[Any]) -> None:
        with self._writer.as_default(step=step):
            for variable in variables:
                tf.summary.histogram(variable.path, variable)

    def flush(self) -> None:
        self._writer.flush()
