"""Compiles what computes with a network, where Keras runs on TensorFlow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import keras

T = TypeVar("T")


def compiled(
    function: Callable[..., T], *shapes: Sequence[int | None]
) -> Callable[..., T]:
    """Returns the function as one graph, which keeps no layer's output for long.

    It needs a fraction of the memory, as a photo's outputs are large, but its first
    call takes a while: keep it.

    Args:
      function: of float32 tensors.
      shapes: of its arguments, with None for an open side. Without them each new size
        is traced again, and kept.
    """
    if keras.backend.backend() != "tensorflow":
        return function
    import tensorflow as tf

    if not shapes:
        return tf.function(function, reduce_retracing=True)
    signature = [tf.TensorSpec(tuple(shape), tf.float32) for shape in shapes]
    return tf.function(function, input_signature=signature)
