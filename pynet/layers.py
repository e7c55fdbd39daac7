"""Small Keras layers that more than one network uses."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable("darkroom")
class SpaceToDepth(keras.layers.Layer):
    """`[B, H, W, C]` to `[B, H/2, W/2, 4C]`, sub-pixel (a, b) at (2a + b) C.

    A convolution with a constant kernel of ones and zeros: exact on every backend,
    one CONV_2D in a LiteRT file, where older phones lack SPACE_TO_DEPTH.
    """

    def call(self, pictures: Any) -> Any:
        channels = pictures.shape[-1]
        ones = np.eye(4 * channels).reshape(2, 2, channels, 4 * channels)
        kernel = ops.cast(ones, self.compute_dtype)
        return ops.conv(pictures, kernel, strides=2, padding="valid")

    def compute_output_shape(self, input_shape: Any) -> Any:
        batch, height, width, channels = input_shape
        halves = (side and side // 2 for side in (height, width))
        return (batch, *halves, 4 * channels)


@keras.saving.register_keras_serializable("darkroom")
class LeakyReLU(keras.layers.Layer):
    """Negative values times `slope`; in training its gradient is taken from its output.

    The output has the input's sign, so a training step keeps one of the two instead
    of both: half a gigabyte less at PyNET's level 3, 512 px.
    """

    def __init__(self, slope: float = 0.2, **options: Any) -> None:
        super().__init__(**options)
        self.slope = slope

    def call(self, x: Any, training: bool = False) -> Any:
        if not training:  # an exported file holds the plain operation
            return ops.leaky_relu(x, self.slope)
        return _leaky_relu(x, self.slope)


def _leaky_relu(x: Any, slope: float) -> Any:
    @ops.custom_gradient
    def leaky(x: Any) -> Any:
        y = ops.leaky_relu(x, slope)

        def gradient(*args: Any, upstream: Any = None) -> Any:
            upstream = args[0] if upstream is None else upstream
            return ops.where(y > 0, upstream, slope * upstream)

        return y, gradient

    return leaky(x)


def instance_norm(name: str, dtype: Any = None) -> keras.layers.Layer:
    """Normalises each channel of each picture over its rows and columns.

    Ulyanov et al. 2016, "Instance Normalization", eq. 4, with scale and shift and
    epsilon 1e-3 inside the root: equal to tensorflow-addons' InstanceNormalization.
    """
    return keras.layers.GroupNormalization(
        groups=-1, epsilon=1e-3, name=name, dtype=dtype
    )
