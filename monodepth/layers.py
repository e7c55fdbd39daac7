"""Layers that Keras lacks, or has in a costlier form."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable("monodepth")
class Double(keras.layers.Layer):
    """`[B, H, W, C]` to `[B, 2H, 2W, C]`, every pixel four times.

    One resize, at any size, where UpSampling2D repeats rows, then columns.
    `phone.Repeat` stands in for it in LiteRT files.
    """

    def call(self, x: Any) -> Any:
        _, height, width, _ = ops.shape(x)
        size = (2 * height, 2 * width)
        if keras.backend.backend() == "tensorflow":
            import tensorflow as tf

            # Keras' own fails in a graph of unknown size (3.15.1).
            return tf.image.resize(x, size, "nearest")
        return ops.image.resize(
            x, size, interpolation="nearest", data_format="channels_last"
        )

    def compute_output_shape(self, input_shape: Any) -> Any:
        batch, height, width, channels = input_shape
        return (batch, *(side and 2 * side for side in (height, width)), channels)
