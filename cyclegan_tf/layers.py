"""Keras layers that Keras has not, or has otherwise than the original programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from keras import layers, ops

Tensor = Any  # of Keras, which has no types


class InstanceNorm(layers.Layer):
    """Normalizes each channel of each picture over its rows and columns.

    Ulyanov et al. 2016, "Instance Normalization", eq. 4, without scale and shift.
    """

    def __init__(self, epsilon: float = 1e-5, **options: object) -> None:
        super().__init__(**options)
        self.epsilon = epsilon

    def call(self, x: Tensor) -> Tensor:
        wide = ops.cast(x, keras.backend.result_type(x.dtype, "float32"))
        return ops.cast(normalized(wide, self.epsilon), self.compute_dtype)


def normalized(x: Tensor, epsilon: float) -> Tensor:
    """Returns each channel of each picture with mean 0 and variance 1, `[B, H, W, C]`.

    A channel's first value is subtracted before its mean, which changes nothing but
    the rounding: where values are 3 +- 0.01, Keras' GroupNormalization is off by 1e-4.
    The gradient is that of Ioffe, Szegedy 2015, section 3, put together: two means
    where automatic differentiation takes four.
    """

    def mean(values: Tensor) -> Tensor:
        return ops.mean(values, axis=(1, 2), keepdims=True)

    @ops.custom_gradient
    def forward(x: Tensor) -> tuple[Tensor, Callable[[Tensor], Tensor]]:
        x = x - x[:, :1, :1]
        x = x - mean(x)
        scale = ops.rsqrt(mean(ops.square(x)) + epsilon)
        y = x * scale

        def gradient(upstream: Tensor) -> Tensor:
            return scale * (upstream - mean(upstream) - y * mean(upstream * y))

        return y, gradient

    return forward(x)


class BatchNorm(layers.BatchNormalization):
    """Batch normalization in PyTorch's terms: epsilon 1e-5, momentum 0.1 of the new.

    With `own_statistics` each picture is normalized by its own mean and variance
    outside training (Isola et al. 2017, section 3.4: at batch 1 an instance norm).
    """

    def __init__(self, own_statistics: bool = False, **options: object) -> None:
        super().__init__(epsilon=1e-5, momentum=0.9, **options)
        self.own_statistics = own_statistics

    def call(self, x: Tensor, training: bool | None = None) -> Tensor:
        if training or not self.own_statistics:
            return super().call(x, training=training)
        wide = ops.cast(x, keras.backend.result_type(x.dtype, "float32"))
        mean, variance = ops.moments(wide, axes=(1, 2), keepdims=True)
        y = (wide - mean) * ops.rsqrt(variance + self.epsilon) * self.gamma + self.beta
        return ops.cast(y, self.compute_dtype)

    def _moments(self, inputs: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Keras' mean and variance, over the pictures of all replicas.

        Its own `synchronized` takes the variance as a difference of squares.
        """
        if _replicas() == 1:
            return super()._moments(inputs, mask)
        import tensorflow as tf

        def mean(values: Tensor) -> Tensor:
            own, context = ops.mean(values, (0, 1, 2)), tf.distribute
            return context.get_replica_context().all_reduce(context.ReduceOp.MEAN, own)

        centre = mean(inputs)
        return centre, mean(ops.square(inputs - centre))


class Dropout(layers.Dropout):
    """Drops what one device would, where replicas of tf.distribute share a batch.

    Keras' own draws the same numbers on each of them.
    """

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        if not training or _replicas() == 1:
            return super().call(x, training=training)
        import tensorflow as tf

        share, context = ops.shape(x)[0], tf.distribute.get_replica_context()
        whole = ops.ones((share * _replicas(), *ops.shape(x)[1:]), x.dtype)
        kept = super().call(whole, training=True)
        first = share * context.replica_id_in_sync_group
        return x * kept[first : first + share]


def _replicas() -> int:
    """How many devices share a batch."""
    if keras.backend.backend() != "tensorflow":
        return 1
    import tensorflow as tf

    return tf.distribute.get_strategy().num_replicas_in_sync


class ReflectPadding(layers.Layer):
    """Adds `width` rows and columns on every side, mirrored without the edge."""

    def __init__(self, width: int, **options: object) -> None:
        super().__init__(**options)
        self.width = width

    def call(self, x: Tensor) -> Tensor:
        sides = (self.width, self.width)
        return ops.pad(x, ((0, 0), sides, sides, (0, 0)), mode="reflect")


class WithoutFirst(layers.Layer):
    """Drops the first row and the first column.

    A slice by size: the gradient of one by bounds, as Cropping2D takes it, runs on a
    single core.
    """

    def call(self, x: Tensor) -> Tensor:
        pictures, rows, columns, channels = ops.shape(x)
        size = (pictures, rows - 1, columns - 1, channels)
        return ops.slice(x, (0, 1, 1, 0), size)


class CheckedSize(layers.Layer):
    """Passes pictures on whose size the network can take, and refuses the others."""

    def __init__(self, multiple: int, smallest: int, **options: object) -> None:
        super().__init__(**options)
        self.multiple, self.smallest = multiple, smallest

    def call(self, picture: Tensor) -> Tensor:
        for side in picture.shape[1:3]:
            if side is not None and (side % self.multiple or side < self.smallest):
                height, width = picture.shape[1:3]
                of = f"multiples of {self.multiple}, " if self.multiple > 1 else ""
                error = ValueError(
                    f"the picture is {height}x{width}; this network takes sides that "
                    f"are {of}at least {self.smallest}: crop, pad or resize it"
                )
                # Keras would wrap the sentence in a list of all arguments
                error._keras_call_info_injected = True  # type: ignore[attr-defined]
                raise error
        return picture


class Planes(layers.Layer):
    """Reads the numbers of `[H, W, C]` as `[C, H, W]`, or the other way round."""

    def __init__(self, inverse: bool = False, **options: object) -> None:
        super().__init__(**options)
        self.inverse = inverse

    def call(self, x: Tensor) -> Tensor:
        batch, height, width, channels = ops.shape(x)
        if self.inverse:
            planes = ops.transpose(x, (0, 3, 1, 2))
            return ops.reshape(planes, (batch, height, width, channels))
        planes = ops.reshape(x, (batch, channels, height, width))
        return ops.transpose(planes, (0, 2, 3, 1))

    def compute_output_shape(self, input_shape: Tensor) -> Tensor:
        return input_shape
