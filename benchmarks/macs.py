"""Counts what a training step computes: the multiply-adds of its convolutions."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

# Of each kind of operation: which input or output a filter is laid over.
_OVER: dict[str, Callable[[tf.Operation], tf.Tensor]] = {
    "Conv2D": lambda each: each.outputs[0],
    "Conv2DBackpropInput": lambda each: each.inputs[2],
    "Conv2DBackpropFilter": lambda each: each.inputs[2],
}


class Work(NamedTuple):
    """What one picture of a training step costs, and what workers tell one another.

    Attributes:
      forward: multiply-adds of the network alone.
      gradient_bytes: of the variables that learn, in float32.
    """

    forward: int
    gradient_bytes: int

    @property
    def step(self) -> int:
        """Multiply-adds with the gradients of the kernels and of what came in.

        Each takes as many as the convolution itself; the first one's input needs none,
        which counts for nothing here. Losses by networks (VGG-19) are not in it.
        """
        return 3 * self.forward


def count(function: Callable[..., object], *shapes: tuple[int, ...]) -> int:
    """Counts the multiply-adds of the convolutions in a function of float32 tensors.

    Every operation that the traced outputs need is counted, those of gradients too,
    from the shapes of its filter `[k, k, in, out]` and of what that is laid over.
    """
    import tensorflow as tf

    specs = [tf.TensorSpec(shape, tf.float32) for shape in shapes]
    graph = tf.function(lambda *inputs: function(*inputs)).get_concrete_function(*specs)
    needed: dict[str, tf.Operation] = {}
    waiting = [output.op for output in graph.outputs]
    while waiting:
        operation = waiting.pop()
        if operation.name not in needed:
            needed[operation.name] = operation
            waiting += [each.op for each in operation.inputs]
    return sum(_of_operation(each) for each in needed.values() if each.type in _OVER)


def _of_operation(operation: tf.Operation) -> int:
    batch, rows, columns, channels = _OVER[operation.type](operation).shape
    if operation.type == "Conv2DBackpropFilter":
        high, wide, inputs, _ = operation.outputs[0].shape
    else:
        high, wide, inputs, _ = operation.inputs[1].shape
    return math.prod((batch, rows, columns, channels, high, wide, inputs))


def of_level(pyramid: keras.Model, level: int, patch: int) -> Work:
    """Returns the work of one patch of a level of PyNET.

    Args:
      pyramid: `pynet.network.pynet(...)`.
      level: 7 to 1.
      patch: the side of the input, half the photo's.
    """
    from pynet import network

    model = network.one_level(pyramid, level)
    gradient = sum(math.prod(each.shape) for each in model.trainable_variables)
    return Work(count(model, (1, patch, patch, 4)), 4 * gradient)
