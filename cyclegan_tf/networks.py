"""The four networks: two that make pictures, two that judge them.

Zhu et al. 2017, section 7.2, and Isola et al. 2017, section 6.1, in their programs'
details. Pictures are `[B, H, W, channels]` in [-1, 1]. All four take

  norm: "instance" (each picture's own statistics) or "batch".
  width: scales the papers' channel counts; 1.0 begins with 64.
  seed: of the first weights and of dropout.
  precision: float32, mixed_bfloat16, mixed_float16 or float64; outputs are float32,
    or float64.

and raise a ValueError for options that cannot be built, and for pictures of a size that
they cannot take. A model's `card` says how to `build` it again; its `creation_order`
names the layers with weights from input to output, which is PyTorch's order too.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import keras

from cyclegan_tf import parts


def resnet_generator(
    blocks: int = 9,
    norm: str = "instance",
    width: float = 1.0,
    dropout: bool = False,
    outputs: int = 3,
    inputs: int = 3,
    own_statistics: bool = False,
    seed: int = 0,
    precision: str = "float32",
    name: str = "generator",
) -> keras.Model:
    """Two halvings, residual blocks, two doublings: 11,378,179 parameters.

    Args:
      blocks: 9, or 6 for small pictures (7,837,699 parameters).
      dropout: half of the values between a block's convolutions, in training only.
      own_statistics: outside training, batch norms use each picture's own.
    """
    card = dict(locals())
    make = parts.Maker(norm, width, seed, precision, own_statistics)
    picture, x = _entry(make, inputs, multiple=4, smallest=8)

    x = make.conv(make.reflect_pad(x, "first", 3), "first", make.maps(1), 7)
    x = make.relu(x, "first")
    for k in (1, 2):
        x = make.zero_pad(x, f"down_{k}")
        x = make.conv(x, f"down_{k}", make.maps(2**k), 3, strides=2)
        x = make.relu(x, f"down_{k}")
    for k in range(1, blocks + 1):
        first, second = f"block_{k}_a", f"block_{k}_b"
        y = make.conv(make.reflect_pad(x, first, 1), first, make.maps(4), 3)
        y = make.relu(y, first)
        if dropout:
            y = make.dropout(y, first)
        y = make.conv(make.reflect_pad(y, second, 1), second, make.maps(4), 3)
        x = keras.layers.Add(name=f"block_{k}", dtype=precision)([x, y])
    for k in (1, 2):
        x = make.up(x, f"up_{k}", make.maps(4 // 2**k), 3)
        x = make.relu(x, f"up_{k}")
    x = make.conv(make.reflect_pad(x, "last", 3), "last", outputs, 7, norm=False)
    return _model("resnet_generator", card, make, picture, x, "tanh")


def unet_generator(
    downsamplings: int = 8,
    norm: str = "batch",
    width: float = 1.0,
    dropout: bool = False,
    outputs: int = 3,
    inputs: int = 3,
    own_statistics: bool = False,
    seed: int = 0,
    precision: str = "float32",
    name: str = "generator",
) -> keras.Model:
    """Halvings down to a pixel, doublings back, each fed the halving of its size.

    Args:
      downsamplings: 8 for 256 px, 7 for 128 px; sides are multiples of 2 to its power.
      dropout: half of the values of the coarse doublings, in training only: the noise
        of Pix2Pix.
      own_statistics: outside training, batch norms use each picture's own.
    """
    card = dict(locals())
    if downsamplings < 5:
        raise ValueError(
            f"downsamplings is {downsamplings}; expected at least 5 (7 for 128 px, 8 "
            "for 256 px)"
        )
    make = parts.Maker(norm, width, seed, precision, own_statistics)
    side = 2**downsamplings
    picture, x = _entry(make, inputs, multiple=side, smallest=side)

    bias = norm == "instance"
    skips = [x]  # by how often they are halved
    for k in range(1, downsamplings + 1):
        name_k, inner = f"down_{k}", 1 < k < downsamplings
        if k > 1:
            x = make.leaky(x, name_k)
        maps = make.maps(2 ** (k - 1))
        options: dict[str, Any] = {"strides": 2, "padding": "same", "bias": bias}
        x = make.conv(x, name_k, maps, 4, norm=inner, **options)
        skips.append(x)
    for k in range(downsamplings, 1, -1):
        x = make.up(make.relu(x, f"up_{k}"), f"up_{k}", skips[k - 1].shape[-1], 4)
        if dropout and 5 <= k < downsamplings:
            x = make.dropout(x, f"up_{k}")
        join = keras.layers.Concatenate(name=f"skip_{k - 1}", dtype=precision)
        x = join([skips[k - 1], x])
    x = make.up(make.relu(x, "up_1"), "up_1", outputs, 4, norm=False)
    return _model("unet_generator", card, make, picture, x, "tanh")


def patch_discriminator(
    layers: int = 3,
    norm: str = "instance",
    width: float = 1.0,
    inputs: int = 3,
    seed: int = 0,
    precision: str = "float32",
    name: str = "discriminator",
) -> keras.Model:
    """Whether each overlapping patch looks real: logits, 30 x 30 of them at 256 px.

    Args:
      layers: halvings; with 3 a patch is 70 x 70 (2,764,737 parameters), with 2
        34 x 34.
      inputs: channels; Pix2Pix judges picture and answer together, 6.
    """
    card = dict(locals())
    make = parts.Maker(norm, width, seed, precision)
    picture, x = _entry(make, inputs, multiple=1, smallest=3 * 2**layers)

    x = make.zero_pad(x, "down_1")
    x = make.conv(x, "down_1", make.maps(1), 4, strides=2, norm=False)
    x = make.leaky(x, "down_1")
    for k in range(2, layers + 1):
        x = make.zero_pad(x, f"down_{k}")
        x = make.conv(x, f"down_{k}", make.maps(2 ** (k - 1)), 4, strides=2)
        x = make.leaky(x, f"down_{k}")
    x = make.conv(make.zero_pad(x, "wide"), "wide", make.maps(2**layers), 4)
    x = make.leaky(x, "wide")
    x = make.conv(make.zero_pad(x, "last"), "last", 1, 4, norm=False)
    return _model("patch_discriminator", card, make, picture, x, "linear")


def pixel_discriminator(
    norm: str = "instance",
    width: float = 1.0,
    inputs: int = 3,
    seed: int = 0,
    precision: str = "float32",
    name: str = "discriminator",
) -> keras.Model:
    """Whether each pixel looks real, by itself: a logit for every pixel."""
    card = dict(locals())
    make = parts.Maker(norm, width, seed, precision)
    picture, x = _entry(make, inputs, multiple=1, smallest=1)

    x = make.leaky(make.conv(x, "first", make.maps(1), 1, norm=False), "first")
    x = make.leaky(make.conv(x, "second", make.maps(2), 1), "second")
    x = make.conv(x, "last", 1, 1, norm=False)
    return _model("pixel_discriminator", card, make, picture, x, "linear")


KINDS = {
    function.__name__: function
    for function in (
        resnet_generator,
        unet_generator,
        patch_discriminator,
        pixel_discriminator,
    )
}


def build(card: Mapping[str, Any], **options: Any) -> keras.Model:
    """The network that a model's `card` describes, whatever else the card says.

    Args:
      card: `kind`, a key of `KINDS`, and that function's arguments.
      options: arguments that shall differ from the card's, or are not in it.

    Raises:
      ValueError: the kind does not exist.
    """
    if card["kind"] not in KINDS:
        raise ValueError(f"kind is {card['kind']}; expected one of {', '.join(KINDS)}")
    function = KINDS[card["kind"]]
    known = inspect.signature(function).parameters
    return function(**({k: card[k] for k in known if k in card} | options))


def _entry(
    make: parts.Maker, channels: int, multiple: int, smallest: int
) -> tuple[Any, Any]:
    """The input, and the same with its size checked."""
    precision = make.picture_precision
    picture = keras.Input((None, None, channels), name="picture", dtype=precision)
    check = parts.CheckedSize(multiple, smallest, name="size", dtype=precision)
    return picture, check(picture)


def _model(
    kind: str,
    options: Mapping[str, Any],
    make: parts.Maker,
    picture: Any,
    raw: Any,
    activation: str,
) -> keras.Model:
    wide = make.picture_precision
    output = keras.layers.Activation(activation, name="output", dtype=wide)(raw)
    model = keras.Model(picture, output, name=options["name"])
    passing = ("seed", "precision", "name")  # another model may choose others
    model.card = {"kind": kind} | {k: options[k] for k in options if k not in passing}
    model.creation_order = make.order
    return model
