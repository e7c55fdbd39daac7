"""PyNET: seven levels over one encoder, each level fed by the coarser one.

Ignatov, Patel, Timofte 2020, section 3 and figure 4.

Input: `[B, H, W, 4]`, a photo and its disparity, both in [0, 1] and at HALF the
photo's size; H and W are multiples of 32.
Outputs: pictures `level_1` (the photo's own size) ... `level_7`, `[B, h, w, 3]`
float32 in (-0.08, 1.08).

  side   encoder       decoder                      output
  2                    level 1   head of up(raw)    level_1
                         ^
  1      input         level 2   raw: of up(D1)     level_2
           | sub-pixels  ^
  1/2    E1 ---------> level 3   D1                 level_3
           | pool        ^^
  1/4    E2 ---------> level 4   D2                 level_4
           | pool        ^^
  1/8    E3 ---------> level 5   D3                 level_5
           | pool        ^^
  1/16   E4 ---------> level 6   D4                 level_6
           | pool        ^^
  1/32     +---------> level 7   D5                 level_7

D5 ... D1 are a level's features. A head paints its picture of them, and twin `up`s
(^^) hand them to the finer level: a goes in where that begins, b where it ends.

  conv(k, n)   k x k convolution to n channels, instance norm, leaky ReLU 0.2
  block(m, n)  for each odd k from 3 to m a chain of two conv(k, n), side by side
  residual     a block, and what went into it added
  up(n)        3 x 3 transposed convolution to twice the side, no bias; leaky ReLU 0.2
  head         3 x 3 convolution to RGB; the picture is 0.58 tanh(.) + 0.5

All convolutions are stride 1 and `same`. There is no norm in E1 and from level 3 on: it
would take the picture's own brightness and colour.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import keras
from keras import ops

from pynet import layers
from pynet.blocks import Blocks
from pynet.layers import Tensor

SKIPPABLE = (6, 5, 4, 3)  # without these a picture keeps its size


def pynet(
    width: float = 1.0,
    *,
    size: tuple[int | None, int | None] = (None, None),
    seed: int = 0,
    precision: str = "float32",
    without_filters_of: int | None = None,
) -> keras.Model:
    """Builds the whole pyramid, `[B, H, W, 4]` to a dict of its seven pictures.

    Args:
      width: scales the paper's channel counts; 1.0 is its network (47,551,791
        parameters), 0.25 has about 3 million.
      size: H and W of the input (half the photo's), multiples of 32; None for any.
      seed: of the first weights.
      precision: float32, mixed_bfloat16 or mixed_float16; outputs are always float32.
      without_filters_of: leaves out the filters of a level 6 to 3: the coarser level's
        features, added to the encoder's, pass through it (the "reduced complexity" of
        Madan Y N, "Rendering Natural Camera Bokeh Effect with Deep Learning", EE769
        course report, IIT Bombay, github.com/MadanYN/EE769-Project).

    Returns:
      A model with the outputs `level_7` ... `level_1`. `model.creation_order` names its
      layers with weights in the order of the original's variables.

    Raises:
      ValueError: for a width or a level that cannot be built.
    """
    if without_filters_of not in (None, *SKIPPABLE):
        raise ValueError(
            f"without_filters_of is {without_filters_of}; only the levels 6, 5, 4 and "
            "3 can be left out: the others change the size of the picture"
        )
    net = Blocks(width, seed, precision)
    photo = keras.Input((*size, 4), name="photo_and_depth")
    e1, e2, e3, e4 = encoder(net, photo)
    pictures: dict[str, Tensor] = {}

    features = level_7(net, e4)
    stages: tuple[tuple[int, int, Callable[..., Tensor], Tensor], ...] = (
        (6, 256, level_6, e4),
        (5, 128, level_5, e3),
        (4, 64, level_4, e2),
        (3, 32, level_3, e1),
    )
    for level, filters, stage, skip in stages:
        coarser = f"level_{level + 1}"
        up_a, up_b = (net.up(features, f"{coarser}_up_{t}", filters) for t in "ab")
        pictures[coarser] = picture(net.to_rgb(features, f"{coarser}_rgb"))
        if level == without_filters_of:
            features = net.add(skip, up_b)
        else:
            features = stage(net, skip, up_a, up_b)
    pictures["level_3"] = picture(net.to_rgb(features, "level_3_rgb"))
    raw = level_2(net, features)
    pictures["level_2"] = picture(raw)
    pictures["level_1"] = picture(level_1(net, raw))

    model = keras.Model(photo, pictures, name="pynet")
    model.creation_order = net.order
    return model


def encoder(net: Blocks, photo: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Builds E1 ... E4: the input's features at 1/2, 1/4, 1/8 and 1/16 of its size."""
    sub_pixels = layers.SpaceToDepth(name="sub_pixels", dtype=net.precision)
    e1 = net.block(sub_pixels(photo), "encoder_1", 3, 32, norm=False)
    e2 = net.block(net.halve(e1), "encoder_2", 3, 64)
    e3 = net.block(net.halve(e2), "encoder_3", 3, 128)
    e4 = net.block(net.halve(e3), "encoder_4", 3, 256)
    return e1, e2, e3, e4


def level_7(net: Blocks, e4: Tensor) -> Tensor:
    """Builds D5, at 1/32 of the input's size."""
    x = net.block(net.halve(e4), "level_7_a", 3, 512)
    x = net.residual(x, "level_7_b", 3, 512)
    x = net.residual(x, "level_7_c", 3, 512)
    return net.block(x, "level_7_d", 3, 512)


def level_6(net: Blocks, e4: Tensor, up_a: Tensor, up_b: Tensor) -> Tensor:
    """Builds D4, at 1/16 of the input's size."""
    x = net.block(net.concat(e4, up_a), "level_6_a", 3, 256)
    x = net.residual(x, "level_6_b", 3, 256)
    x = net.residual(x, "level_6_c", 3, 256)
    x = net.block(x, "level_6_d", 3, 256)
    return net.block(net.concat(x, up_b), "level_6_e", 3, 256)


def level_5(net: Blocks, e3: Tensor, up_a: Tensor, up_b: Tensor) -> Tensor:
    """Builds D3, at 1/8 of the input's size."""
    x = net.concat(e3, up_a)
    x = net.residual(x, "level_5_a", 5, 128)
    x = net.residual(x, "level_5_b", 5, 128)
    x = net.residual(x, "level_5_c", 5, 128)
    x = net.block(x, "level_5_d", 5, 128)
    return net.block(net.concat(x, e3, up_b), "level_5_e", 3, 128)


def level_4(net: Blocks, e2: Tensor, up_a: Tensor, up_b: Tensor) -> Tensor:
    """Builds D2, at 1/4 of the input's size."""
    x = net.block(net.concat(e2, up_a), "level_4_a", 5, 64)
    x = net.concat(x, e2)
    x = net.residual(x, "level_4_b", 7, 64)
    x = net.residual(x, "level_4_c", 7, 64)
    x = net.residual(x, "level_4_d", 7, 64)
    x = net.concat(net.block(x, "level_4_e", 7, 64), e2)
    x = net.block(x, "level_4_f", 5, 64)
    return net.block(net.concat(x, up_b), "level_4_g", 3, 64)


def level_3(net: Blocks, e1: Tensor, up_a: Tensor, up_b: Tensor) -> Tensor:
    """Builds D1, at 1/2 of the input's size, without norms."""
    block = functools.partial(net.block, norm=False)
    residual = functools.partial(net.residual, norm=False)
    x = net.concat(block(net.concat(e1, up_a), "level_3_a", 5, 32), e1)
    x = block(x, "level_3_b", 7, 32)
    x = block(x, "level_3_c", 9, 32)
    x = residual(x, "level_3_d", 9, 32)
    x = residual(x, "level_3_e", 9, 32)
    x = residual(x, "level_3_f", 9, 32)
    x = net.concat(block(x, "level_3_g", 7, 32), e1)
    x = net.concat(block(x, "level_3_h", 5, 32), up_b)
    return block(net.concat(x, e1), "level_3_i", 3, 32)


def level_2(net: Blocks, d1: Tensor) -> Tensor:
    """Builds the raw picture, of the input's size, before its tanh."""
    return net.to_rgb(net.up(d1, "level_2_up", 8), "level_2_rgb")


def level_1(net: Blocks, raw: Tensor) -> Tensor:
    """Builds the raw picture of the photo's size, from that of level 2."""
    return net.to_rgb(net.up(raw, "level_1_up", 3), "level_1_rgb")


def picture(raw: Tensor) -> Tensor:
    """Turns a head's raw picture into one in (-0.08, 1.08)."""
    return ops.tanh(ops.cast(raw, "float32")) * 0.58 + 0.5


def one_level(pyramid: keras.Model, level: int) -> keras.Model:
    """Returns the part that a level needs, `[B, H, W, 4]` to its picture.

    It shares the pyramid's layers: training it trains them. Level 7 alone costs
    1.9 % of level 1.
    """
    return keras.Model(
        pyramid.input, pyramid.output[f"level_{level}"], name=f"pynet_level_{level}"
    )


def scale(level: int) -> float:
    """Returns a level's side as a multiple of the input's: 2 at 1, 1/32 at 7."""
    return 2.0 ** (2 - level)
