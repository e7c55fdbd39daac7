"""The network as phones take it: one photo in, its left disparity out."""

from __future__ import annotations

import keras
from keras import ops

from monodepth import network
from monodepth.network import Tensor


def depth(model: keras.Model) -> keras.Model:
    """Reduces a network to a photo and its finest left disparity, larger is nearer.

    `[B, H, W, 3]` to `[B, H, W, 1]`. It shares the model's weights and gives the very
    same numbers. But XNNPACK, which runs LiteRT files on processors, has no nearest
    resize, and would cut the network into eight pieces; so pixels are repeated in
    operations that it has.

    Raises:
      ValueError: the model takes both pictures.
    """
    if model.input.shape[-1] != 3:
        raise ValueError(
            "the network takes the left and the right picture; expected one that takes "
            "one photo: train it without --stereo"
        )

    def replaced(layer: keras.Layer) -> keras.Layer:
        return Repeat(name=layer.name) if isinstance(layer, network.Double) else layer

    photo = keras.Input(model.input.shape[1:], name="photo")
    left = keras.Model(model.input, model.output["disparity_1"][..., :1])
    return keras.models.clone_model(left, photo, clone_function=replaced)


class Repeat(network.Double):
    """Every pixel four times: beside itself, then each row below itself."""

    def call(self, x: Tensor) -> Tensor:
        _, height, width, channels = ops.shape(x)
        wide = ops.concatenate([x, x], axis=-1)
        wide = ops.reshape(wide, (-1, height, 2 * width, channels))
        rows = ops.concatenate([wide, wide], axis=2)
        return ops.reshape(rows, (-1, 2 * height, 2 * width, channels))
