"""Instance and batch normalisation in the originals' terms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from keras import layers, ops


class InstanceNorm(layers.Layer):
    """Normalises each channel of each picture over its rows and columns.

    Ulyanov et al. 2016, "Instance Normalization", eq. 4, without scale and shift.
    """

    def __init__(self, epsilon: float = 1e-5, **options: Any) -> None:
        super().__init__(**options)
        self.epsilon = epsilon

    def call(self, x: Any) -> Any:
        wide = ops.cast(x, keras.backend.result_type(x.dtype, "float32"))
        return ops.cast(normalised(wide, self.epsilon), self.compute_dtype)


def normalised(x: Any, epsilon: float) -> Any:
    """Each channel of each picture with mean 0 and variance 1, `[B, H, W, C]`.

    A channel's first value is subtracted before its mean, which changes nothing but
    the rounding: where values are 3 +- 0.01, Keras' GroupNormalization is off by 1e-4.
    The gradient is that of Ioffe, Szegedy 2015, section 3, put together: two means
    where automatic differentiation takes four.
    """

    def mean(values: Any) -> Any:
        return ops.mean(values, axis=(1, 2), keepdims=True)

    @ops.custom_gradient
    def forward(x: Any) -> tuple[Any, Callable[[Any], Any]]:
        x = x - x[:, :1, :1]
        x = x - mean(x)
        scale = ops.rsqrt(mean(ops.square(x)) + epsilon)
        y = x * scale

        def gradient(upstream: Any) -> Any:
            return scale * (upstream - mean(upstream) - y * mean(upstream * y))

        return y, gradient

    return forward(x)


class BatchNorm(layers.BatchNormalization):
    """Batch normalisation in PyTorch's terms: epsilon 1e-5, momentum 0.1 of the new.

    With `own_statistics` each picture is normalised by its own mean and variance
    outside training, as the original's test program does.
    """

    def __init__(self, own_statistics: bool = False, **options: Any) -> None:
        super().__init__(epsilon=1e-5, momentum=0.9, **options)
        self.own_statistics = own_statistics

    def call(self, x: Any, training: bool | None = None) -> Any:
        if training or not self.own_statistics:
            return super().call(x, training=training)
        wide = ops.cast(x, keras.backend.result_type(x.dtype, "float32"))
        mean, variance = ops.moments(wide, axes=(1, 2), keepdims=True)
        y = (wide - mean) * ops.rsqrt(variance + self.epsilon) * self.gamma + self.beta
        return ops.cast(y, self.compute_dtype)
