"""First weights with which the network begins as its photo, and has only to blur.

Not in the paper. From small random kernels the coarse levels learn a grey, soft
picture first (instance norm takes each picture's colour away) and the finest
branch, which alone can carry colour, learns last. Here that branch starts as a
path for the picture: encoder_1 -> level_3_i -> level_2_up -> level_1_up. All its
signals are positive, so leaky ReLU lets them through.

Level 2's picture is the tanh of `raw`, around zero, but level 1 goes on from `raw`
through a leaky ReLU, which passes only what is positive. So between these two stages
`raw` is shifted (`raise_raw`) and level 1 begins as level 2's picture, enlarged.

Kernels are (rows, columns, in, out), of transposed convolutions (..., OUT, IN).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from darkroom.pixels import Array

if TYPE_CHECKING:
    import keras

LUMA = np.array([0.299, 0.587, 0.114])
# Cb = CB (blue - luma), Cr = CR (red - luma): ITU-R BT.601
CB, CR = 0.564, 0.713
OFFSET = 0.3  # keeps the raw picture positive, so that level 1's leaky ReLU passes it
GAIN = 1.2 / 0.58  # undoes the slope of tanh(.) * 0.58 + 0.5 around the middle
QUIET = 0.1  # what is left of the random kernels beside the path

# What stays frozen while the levels above 3 train: they share it, and would take the
# picture's path apart before the levels that need it.
FROZEN = ("encoder_1_3x3_1", "encoder_1_3x3_2")

_BRANCH = {
    *FROZEN,
    "level_3_i_3x3_1",
    "level_3_i_3x3_2",
    "level_2_up",
    "level_2_rgb",
    "level_1_up",
    "level_1_rgb",
}


def raise_raw(pyramid: keras.Model) -> None:
    """Shifts level 2's raw picture so that level 1 begins as level 2's, enlarged.

    `raw` was the picture before its tanh, around zero; it becomes the picture plus
    an offset that keeps it positive. Level 1's last convolution undoes both.
    """

    def shift(kernel: Array, bias: Array) -> None:
        kernel /= GAIN
        bias[:] = bias / GAIN + 0.5 + OFFSET

    _change(pyramid, "level_2_rgb", shift)


def start(pyramid: keras.Model) -> None:
    """Sets the finest branch of a fresh pyramid to pass the picture through.

    The narrow network (8 to 15 channels in the finest blocks) carries the luminance
    of the four sub-pixels and the colour of their mean, the wide one (16 and more)
    all twelve colour sub-pixels.

    Raises:
      ValueError: the network is narrower than that, or lacks the branch.
    """
    names = {layer.name for layer in pyramid.layers}
    if missing := sorted(_BRANCH - names):
        raise ValueError(
            f"the identity start needs the layer {missing[0]}, which this network does "
            "not have; use --start paper"
        )
    channels = pyramid.get_layer("encoder_1_3x3_1").filters
    if channels < 8:
        raise ValueError(
            f"the identity start needs 8 channels in the finest blocks, this width has "
            f"{channels}; use --width 0.25 or more, or --start paper"
        )
    path = _Wide() if channels >= 16 else _Narrow()
    _change(pyramid, "encoder_1_3x3_1", path.split)
    for name in ("encoder_1_3x3_2", "level_3_i_3x3_1", "level_3_i_3x3_2"):
        _change(pyramid, name, lambda kernel, bias: _pass(kernel, bias, path.count))
    _change(pyramid, "level_3_rgb", path.average)
    _change(pyramid, "level_2_up", path.join)
    _change(pyramid, "level_2_rgb", path.to_rgb)
    _change(pyramid, "level_1_up", _double)
    _change(pyramid, "level_1_rgb", _smooth)


class _Narrow:
    """A path of four luminances, two colour differences, one depth: seven channels."""

    count = 7

    def split(self, kernel: Array, bias: Array) -> None:
        # the channels beyond the path keep their random kernels
        kernel[..., :7] = 0
        for sub in range(4):
            rgb = slice(4 * sub, 4 * sub + 3)
            kernel[1, 1, rgb, sub] = LUMA
            kernel[1, 1, rgb, 4] = CB * (np.array([0, 0, 1]) - LUMA) / 4
            kernel[1, 1, rgb, 5] = CR * (np.array([1, 0, 0]) - LUMA) / 4
            kernel[1, 1, 4 * sub + 3, 6] = 1 / 4
        bias[:7] = 0
        bias[4:6] = 0.5

    def join(self, kernel: Array) -> None:
        kernel *= QUIET
        kernel[:, :, :3] = 0
        for sub in range(4):
            kernel[sub // 2, sub % 2, 0, sub] = 1
        kernel[:2, :2, 1, 4] = kernel[:2, :2, 2, 5] = 1

    def average(self, kernel: Array, bias: Array) -> None:
        kernel *= QUIET
        kernel[:, :, :6] = 0
        for colour, mix in enumerate(_from_luma()):
            kernel[1, 1, :4, colour] = GAIN * mix[0] / 4
            kernel[1, 1, 4:6, colour] = GAIN * mix[1:]
            bias[colour] = -GAIN * 0.5 * mix.sum()

    def to_rgb(self, kernel: Array, bias: Array) -> None:
        kernel *= QUIET
        kernel[:, :, :3] = 0
        for colour, mix in enumerate(_from_luma()):
            kernel[1, 1, :3, colour] = GAIN * mix
            bias[colour] = -GAIN * 0.5 * mix.sum()


class _Wide:
    """A path of all twelve colour sub-pixels and one depth: thirteen channels."""

    count = 13

    def split(self, kernel: Array, bias: Array) -> None:
        kernel[..., :13] = 0
        for sub in range(4):
            for colour in range(3):
                kernel[1, 1, 4 * sub + colour, 3 * sub + colour] = 1
            kernel[1, 1, 4 * sub + 3, 12] = 1 / 4
        bias[:13] = 0

    def join(self, kernel: Array) -> None:
        kernel *= QUIET
        kernel[:, :, :3] = 0
        for sub in range(4):
            for colour in range(3):
                kernel[sub // 2, sub % 2, colour, 3 * sub + colour] = 1

    def average(self, kernel: Array, bias: Array) -> None:
        kernel *= QUIET
        kernel[:, :, :12] = 0
        for colour in range(3):
            kernel[1, 1, colour:12:3, colour] = GAIN / 4
        bias[:] = -GAIN * 0.5

    def to_rgb(self, kernel: Array, bias: Array) -> None:
        kernel *= QUIET
        kernel[:, :, :3] = 0
        for colour in range(3):
            kernel[1, 1, colour, colour] = GAIN
        bias[:] = -GAIN * 0.5


def _from_luma() -> tuple[Array, Array, Array]:
    """Returns red, green and blue, each as a mix of luma, Cb and Cr."""
    red = np.array([1, 0, 1 / CR])
    blue = np.array([1, 1 / CB, 0])
    green = (np.array([1, 0, 0]) - LUMA[0] * red - LUMA[2] * blue) / LUMA[1]
    return red, green, blue


def _pass(kernel: Array, bias: Array, count: int) -> None:
    """Lets the last inputs, as many as there are outputs, through at the centre tap."""
    outputs = kernel.shape[-1]
    kernel[:, :, -outputs:] *= QUIET
    bias[:] = 0
    first = kernel.shape[-2] - outputs
    for channel in range(outputs):
        kernel[:, :, first + channel, channel] = 0
        kernel[1, 1, first + channel, channel] = 1


def _double(kernel: Array) -> None:
    kernel[:] = 0
    for colour in range(3):
        kernel[:2, :2, colour, colour] = 1


def _smooth(kernel: Array, bias: Array) -> None:
    """Filters with [1 2 1]/4 both ways: bilinear of the doubled pixels, from `raw`."""
    kernel[:] = 0
    for colour in range(3):
        kernel[:, :, colour, colour] = np.outer((1, 2, 1), (1, 2, 1)) / 16 * GAIN
    bias[:] = -(OFFSET + 0.5) * GAIN


def _change(pyramid: keras.Model, name: str, change: Callable[..., None]) -> None:
    """Lets `change(kernel, bias)`, or `change(kernel)`, change a layer's weights."""
    layer = pyramid.get_layer(name)
    weights = layer.get_weights()
    change(*weights)
    layer.set_weights(weights)
