"""Keras layers that Keras lacks, or has in a costlier form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import ops

Tensor = Any  # of Keras, which has no types
Shape = tuple[int | None, ...]


@keras.saving.register_keras_serializable("darkroom")
class SpaceToDepth(keras.layers.Layer):
    """Moves `[B, H, W, C]` to `[B, H/2, W/2, 4C]`, sub-pixel (a, b) at (2a + b) C.

    A convolution with a constant kernel of ones and zeros: exact on every backend,
    one CONV_2D in a LiteRT file, where older phones lack SPACE_TO_DEPTH.
    """

    def call(self, pictures: Tensor) -> Tensor:
        channels = pictures.shape[-1]
        ones = np.eye(4 * channels).reshape(2, 2, channels, 4 * channels)
        kernel = ops.cast(ones, self.compute_dtype)
        return ops.conv(pictures, kernel, strides=2, padding="valid")

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        batch, height, width, channels = input_shape
        halves = (side and side // 2 for side in (height, width))
        return (batch, *halves, channels and 4 * channels)


@keras.saving.register_keras_serializable("darkroom")
class LeakyReLU(keras.layers.Layer):
    """Multiplies negative values by `slope`; its gradient comes from its output.

    The output has the input's sign, so a training step keeps one of the two instead
    of both: half a gigabyte less at PyNET's level 3, 512 px.
    """

    def __init__(self, slope: float = 0.2, **options: str | None) -> None:
        super().__init__(**options)
        self.slope = slope

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        if not training:  # an exported file holds the plain operation
            return ops.leaky_relu(x, self.slope)
        return _leaky_relu(x, self.slope)


def _leaky_relu(x: Tensor, slope: float) -> Tensor:
    @ops.custom_gradient
    def leaky(x: Tensor) -> tuple[Tensor, Callable[..., Tensor]]:
        y = ops.leaky_relu(x, slope)

        def gradient(*args: Tensor, upstream: Tensor = None) -> Tensor:
            upstream = args[0] if upstream is None else upstream
            return ops.where(y > 0, upstream, slope * upstream)

        return y, gradient

    return leaky(x)


def instance_norm(name: str, dtype: str | None = None) -> keras.layers.Layer:
    """Returns the norm of each channel of each picture over its rows and columns.

    Ulyanov et al. 2016, "Instance Normalization", eq. 4, with scale and shift and
    epsilon 1e-3 inside the root: equal to tensorflow-addons' InstanceNormalization.
    """
    return keras.layers.GroupNormalization(
        groups=-1, epsilon=1e-3, name=name, dtype=dtype
    )
