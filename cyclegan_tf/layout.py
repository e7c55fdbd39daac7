"""Pictures laid out as the published depth networks of "Bokeh-Effect" take them."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


def reshaped(network: keras.Model) -> keras.Model:
    """The same network between pictures whose numbers are read in another order.

    That program turned `[H, W, 3]` into `[3, H, W]` by a reshape instead of a
    transposition: each "channel" is a third of the rows with colours interleaved. Its
    weights have learnt such pictures, and need them again.
    """
    picture = keras.Input(network.input.shape[1:], name="picture")
    planes = Planes(name="to_planes")(picture)
    output = Planes(inverse=True, name="from_planes")(network(planes))
    return keras.Model(picture, output, name=network.name)


class Planes(keras.layers.Layer):
    """Reads the numbers of `[H, W, C]` as `[C, H, W]`, or the other way round."""

    def __init__(self, inverse: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.inverse = inverse

    def call(self, x: Any) -> Any:
        batch, height, width, channels = ops.shape(x)
        if self.inverse:
            planes = ops.transpose(x, (0, 3, 1, 2))
            return ops.reshape(planes, (batch, height, width, channels))
        planes = ops.reshape(x, (batch, channels, height, width))
        return ops.transpose(planes, (0, 2, 3, 1))

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape
