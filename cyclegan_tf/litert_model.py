"""Generators as LiteRT files hold them: a photo in, a picture or a disparity out."""

from __future__ import annotations

import keras
from keras import layers, ops

from cyclegan_tf import outputs
from cyclegan_tf.layers import ReflectPadding, Tensor


def portrait(model: keras.Model) -> keras.Model:
    """Returns `[B, H, W, 3]` to `[B, H, W, 3]`, in [0, 1], with the model's weights."""
    photo, picture = _outside(model)
    return keras.Model(photo, picture, name="portrait")


def depth(model: keras.Model) -> keras.Model:
    """Returns `[B, H, W, 3]` in [0, 1] to the disparity `[B, H, W, 1]`, 1 is nearest.

    What `outputs.disparity` makes of the greys that the model makes.
    """
    photo, picture = _outside(model)
    return keras.Model(photo, Disparity(name="disparity")(picture), name="depth")


def _outside(model: keras.Model) -> tuple[Tensor, Tensor]:
    """A photo, and the picture that it becomes.

    XNNPACK, which runs LiteRT files on processors, cannot mirror, and would cut a
    ResNet to pieces; so edges are mirrored in operations that it has.
    """

    def replaced(layer: keras.Layer) -> keras.Layer:
        if not isinstance(layer, ReflectPadding):
            return layer
        return Mirrored(layer.width, name=layer.name)

    inner = keras.models.clone_model(model, clone_function=replaced, recursive=True)
    photo = keras.Input(model.input.shape[1:], name="photo")
    inside = layers.Rescaling(2.0, -1.0, name="inside")(photo)
    return photo, layers.Rescaling(0.5, 0.5, name="outside")(inner(inside))


class Mirrored(ReflectPadding):
    """The same padding, put together from single rows and columns."""

    def call(self, x: Tensor) -> Tensor:
        first = [x[:, k : k + 1] for k in range(self.width, 0, -1)]
        last = [x[:, -k - 1 : -k] for k in range(1, self.width + 1)]
        x = _joined(first, x, last, axis=1)
        first = [x[:, :, k : k + 1] for k in range(self.width, 0, -1)]
        last = [x[:, :, -k - 1 : -k] for k in range(1, self.width + 1)]
        return _joined(first, x, last, axis=2)


def _joined(first: list[Tensor], x: Tensor, last: list[Tensor], axis: int) -> Tensor:
    """Joins in three steps, since XNNPACK joins no more than five at once."""
    edges = [ops.concatenate(edge, axis=axis) for edge in (first, last)]
    return ops.concatenate([edges[0], x, edges[1]], axis=axis)


class Disparity(layers.Layer):
    """Turns greys, 1 is farthest, into disparities: 1 is nearest."""

    def call(self, picture: Tensor) -> Tensor:
        grey = ops.mean(picture, axis=-1, keepdims=True)
        return outputs.NEAREST / ops.maximum(grey, outputs.NEAREST)
