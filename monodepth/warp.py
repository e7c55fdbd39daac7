"""Rebuilds one picture of a stereo pair from the other by the disparity between them.

Godard et al. 2017, section 3.2. A point that the left picture shows at x stands at
x - d W in the right one, d being the left picture's disparity there.
"""

from __future__ import annotations

from typing import Literal, get_args

import keras
from keras import ops

from monodepth.network import Tensor

Edges = Literal["black", "replicate"]


def resample(source: Tensor, offsets: Tensor, edges: Edges = "black") -> Tensor:
    """Reads each pixel from its own row of `source`, `offsets` W further right.

    Linear between pixels, and differentiable in both arguments. The left picture is the
    right one at -d_left, the right picture the left one at d_right.

    Args:
      source: `[B, H, W, C]` of any channels: colours, a disparity, or both.
      offsets: `[B, H, W, 1]`, fractions of the width W.
      edges: what lies outside: "black" past a blend of one pixel, as in the
        original, or "replicate", the outermost column over and over.

    Returns:
      `[B, H, W, C]`, float32.

    Raises:
      ValueError: `edges` is something else.
    """
    if edges not in get_args(Edges):
        raise ValueError(f"edges is {edges!r}; expected one of {get_args(Edges)}")
    source, offsets = (ops.cast(x, "float32") for x in (source, offsets))
    width = ops.shape(source)[2]
    pixels = offsets[..., 0] * ops.cast(width, "float32")
    places = ops.arange(width, dtype="float32") + pixels
    # One column more than can be asked for: the last one's neighbour, of share 0.
    if edges == "black":
        source = ops.pad(source, ((0, 0), (0, 0), (1, 2), (0, 0)))
        places, last = places + 1, width + 1
    else:
        source = ops.concatenate([source, source[:, :, -1:]], axis=2)
        last = width - 1
    places = ops.clip(places, 0, ops.cast(last, "float32"))
    before = ops.floor(places)
    # NaN has no column: it must reach the loss, where training sees it and stops.
    columns = ops.clip(ops.cast(before, "int32"), 0, last)
    first, second = _gather(source, columns), _gather(source, columns + 1)
    return first + (second - first) * (places - before)[..., None]


def _gather(source: Tensor, columns: Tensor) -> Tensor:
    """Returns `source[b, y, columns[b, y, x]]`, `[B, H, W, C]`."""
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        # take_along_axis of Keras costs 2 to 5 times as much here.
        return tf.gather(source, columns, batch_dims=2)
    return ops.take_along_axis(source, columns[..., None], axis=2)
