"""The network: seven levels over one encoder, each level fed by the coarser one.

Ignatov et al. 2020, section 3 and figure 4. All convolutions are stride 1, `same`.
"""

from __future__ import annotations

import math
from typing import Any

import keras
from keras import layers, ops

from pynet import layers as darkroom_layers

LEVELS = (7, 6, 5, 4, 3, 2, 1)  # in the order of training: coarsest first
INPUT_MULTIPLE = 32  # the encoder halves the input five times


def pynet(
    width: float = 1.0,
    *,
    size: tuple[int | None, int | None] = (None, None),
    seed: int = 0,
    precision: str = "float32",
    without_filters_of: int | None = None,
) -> keras.Model:
    """The whole pyramid, `[B, H, W, 4]` to a dict of its seven pictures.

    Args:
      width: scales the paper's channel counts; 1.0 is its network (47,551,791
        parameters), 0.25 has about 3 million.
      size: H and W of the input (half the photo's), multiples of 32; None for any.
      seed: of the first weights.
      precision: float32, mixed_bfloat16 or mixed_float16; outputs are always float32.
      without_filters_of: leaves out the filters of a level 6 to 3 (the ablation of
        the EE769 report): the coarser level's features, added to the encoder's,
        pass through it.

    Returns:
      A model with the outputs `level_1` (twice the input's size) ... `level_7`
      (1/32 of it), pictures in (-0.08, 1.08). `model.creation_order` names its
      layers with weights in the order of the original's variables.

    Raises:
      ValueError: for a width or a level that cannot be built.
    """
    if not width > 0 or 32 * width != int(32 * width):
        raise ValueError(
            f"width is {width:g}; expected a multiple of 1/32 (1, 0.5, 0.25, 0.125), "
            "since the narrowest blocks have 32 channels at width 1"
        )
    if without_filters_of not in (None, 6, 5, 4, 3):
        raise ValueError(
            f"without_filters_of is {without_filters_of}; only the levels 6, 5, 4 and "
            "3 can be left out: the others change the size of the picture"
        )
    order: list[str] = []

    def channels(count: int) -> int:
        return max(3, round(count * width))  # a picture needs three to pass

    def weighted(
        kind: Any, name: str, filters: int, kernel: int, **options: Any
    ) -> Any:
        order.append(name)
        # Standard deviation of the paper, at the gain it has at width 1.
        start = keras.initializers.TruncatedNormal(
            stddev=0.01 / math.sqrt(width), seed=1000 * seed + len(order)
        )
        return kind(
            filters,
            kernel,
            padding="same",
            kernel_initializer=start,
            name=name,
            dtype=precision,
            **options,
        )

    def leaky(x: Any, name: str) -> Any:
        return darkroom_layers.LeakyReLU(0.2, name=f"{name}_leaky", dtype=precision)(x)

    def concat(*parts: Any) -> Any:
        return layers.Concatenate(dtype=precision)(parts)

    def add(x: Any, y: Any) -> Any:
        return layers.Add(dtype=precision)([x, y])

    def conv(x: Any, name: str, filters: int, kernel: int, norm: bool) -> Any:
        x = weighted(layers.Conv2D, name, filters, kernel, bias_initializer=_BIAS)(x)
        if norm:
            order.append(f"{name}_norm")
            x = darkroom_layers.instance_norm(order[-1], precision)(x)
        return leaky(x, name)

    def block(x: Any, largest: int, count: int, name: str, norm: bool = True) -> Any:
        """Chains of two convolutions with kernels 3, 5 ... largest, side by side."""
        chains = []
        for k in range(3, largest + 1, 2):
            y = conv(x, f"{name}_{k}x{k}_1", channels(count), k, norm)
            chains.append(conv(y, f"{name}_{k}x{k}_2", channels(count), k, norm))
        return concat(*chains) if len(chains) > 1 else chains[0]

    def up(x: Any, count: int, name: str) -> Any:
        filters = count if count == 3 else channels(count)
        kind = layers.Conv2DTranspose
        return leaky(
            weighted(kind, name, filters, 3, strides=2, use_bias=False)(x), name
        )

    def to_rgb(x: Any, name: str) -> Any:
        return weighted(layers.Conv2D, name, 3, 3, bias_initializer=_BIAS)(x)

    def picture(raw: Any) -> Any:
        return ops.tanh(ops.cast(raw, "float32")) * 0.58 + 0.5

    def halve(x: Any) -> Any:
        return layers.MaxPooling2D(2, dtype=precision)(x)

    photo = keras.Input((*size, 4), name="photo_and_depth")
    sub_pixels = darkroom_layers.SpaceToDepth(name="sub_pixels", dtype=precision)(photo)
    e1 = block(sub_pixels, 3, 32, "encoder_1", norm=False)
    e2 = block(halve(e1), 3, 64, "encoder_2")
    e3 = block(halve(e2), 3, 128, "encoder_3")
    e4 = block(halve(e3), 3, 256, "encoder_4")
    output = {}

    a = block(halve(e4), 3, 512, "level_7_a")
    b = add(block(a, 3, 512, "level_7_b"), a)
    c = add(block(b, 3, 512, "level_7_c"), b)
    d5 = block(c, 3, 512, "level_7_d")
    t4a, t4b = (up(d5, 256, f"level_7_up_{twin}") for twin in "ab")
    output["level_7"] = picture(to_rgb(d5, "level_7_rgb"))

    if without_filters_of == 6:
        d4 = add(e4, t4b)
    else:
        p = block(concat(e4, t4a), 3, 256, "level_6_a")
        q = add(block(p, 3, 256, "level_6_b"), p)
        r = add(block(q, 3, 256, "level_6_c"), q)
        s = block(r, 3, 256, "level_6_d")
        d4 = block(concat(s, t4b), 3, 256, "level_6_e")
    t3a, t3b = (up(d4, 128, f"level_6_up_{twin}") for twin in "ab")
    output["level_6"] = picture(to_rgb(d4, "level_6_rgb"))

    if without_filters_of == 5:
        d3 = add(e3, t3b)
    else:
        x = concat(e3, t3a)
        p = add(block(x, 5, 128, "level_5_a"), x)
        q = add(block(p, 5, 128, "level_5_b"), p)
        r = add(block(q, 5, 128, "level_5_c"), q)
        s = block(r, 5, 128, "level_5_d")
        d3 = block(concat(s, e3, t3b), 3, 128, "level_5_e")
    t2a, t2b = (up(d3, 64, f"level_5_up_{twin}") for twin in "ab")
    output["level_5"] = picture(to_rgb(d3, "level_5_rgb"))

    if without_filters_of == 4:
        d2 = add(e2, t2b)
    else:
        y = concat(block(concat(e2, t2a), 5, 64, "level_4_a"), e2)
        p = add(block(y, 7, 64, "level_4_b"), y)
        q = add(block(p, 7, 64, "level_4_c"), p)
        r = add(block(q, 7, 64, "level_4_d"), q)
        s = concat(block(r, 7, 64, "level_4_e"), e2)
        d2 = block(concat(block(s, 5, 64, "level_4_f"), t2b), 3, 64, "level_4_g")
    t1a, t1b = (up(d2, 32, f"level_4_up_{twin}") for twin in "ab")
    output["level_4"] = picture(to_rgb(d2, "level_4_rgb"))

    # No norm from here on: it would take the picture's own brightness and colour.
    if without_filters_of == 3:
        d1 = add(e1, t1b)
    else:
        y = concat(block(concat(e1, t1a), 5, 32, "level_3_a", norm=False), e1)
        z = block(y, 7, 32, "level_3_b", norm=False)
        p = block(z, 9, 32, "level_3_c", norm=False)
        q = add(block(p, 9, 32, "level_3_d", norm=False), p)
        r = add(block(q, 9, 32, "level_3_e", norm=False), q)
        s = add(block(r, 9, 32, "level_3_f", norm=False), r)
        u = concat(block(s, 7, 32, "level_3_g", norm=False), e1)
        v = concat(block(u, 5, 32, "level_3_h", norm=False), t1b)
        d1 = block(concat(v, e1), 3, 32, "level_3_i", norm=False)
    output["level_3"] = picture(to_rgb(d1, "level_3_rgb"))

    raw = to_rgb(up(d1, 8, "level_2_up"), "level_2_rgb")
    output["level_2"] = picture(raw)
    # Level 1 goes on from `raw`, before its tanh.
    output["level_1"] = picture(to_rgb(up(raw, 3, "level_1_up"), "level_1_rgb"))

    model = keras.Model(photo, output, name="pynet")
    model.creation_order = order
    return model


_BIAS = keras.initializers.Constant(0.01)


def one_level(pyramid: keras.Model, level: int) -> keras.Model:
    """The part of the pyramid that a level needs, `[B, H, W, 4]` to its picture.

    It shares the pyramid's layers: training it trains them. Level 7 alone costs
    1.9 % of level 1.
    """
    return keras.Model(
        pyramid.input, pyramid.output[f"level_{level}"], name=f"pynet_level_{level}"
    )


def scale(level: int) -> float:
    """The side of a level's picture as a multiple of the input's: 2 at 1, 1/32 at 7."""
    return 2.0 ** (2 - level)
