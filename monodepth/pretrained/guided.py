"""A coarse map brought to the edges of its picture, inside the network.

Guided filter (He, Sun, Tang 2013): around each pixel the map is fitted by a linear
function of the picture's brightness, so that it changes where the picture does. Made of
means over squares, it runs wherever a network runs.
"""

from __future__ import annotations

import keras
from keras import layers, ops

from monodepth.network import Shape, Tensor

RADIUS = 16  # pixels, two of the map's cells
EPSILON = 1e-3  # a variance of brightness that counts as none


@keras.saving.register_keras_serializable("monodepth")
class Guided(layers.Layer):
    """`[B, H, W, 1]` and its picture `[B, H, W, 3]` to a map of the picture's edges."""

    def call(self, inputs: list[Tensor]) -> Tensor:
        coarse, picture = inputs
        grey = ops.mean(picture, axis=-1, keepdims=True)
        both = [grey, coarse, grey * coarse, grey * grey]
        light, level, product, square = ops.split(
            _means(ops.concatenate(both, axis=-1)), 4, axis=-1
        )
        slope = (product - light * level) / (square - light * light + EPSILON)
        line = ops.concatenate([slope, level - slope * light], axis=-1)
        slope, start = ops.split(_means(line), 2, axis=-1)
        return slope * grey + start

    def compute_output_shape(self, input_shape: list[Shape]) -> Shape:
        return input_shape[0]


def _means(x: Tensor) -> Tensor:
    """Returns the mean around each pixel, of what lies inside the picture."""
    side = 2 * RADIUS + 1
    x = ops.average_pool(x, (1, side), strides=1, padding="same")
    return ops.average_pool(x, (side, 1), strides=1, padding="same")
