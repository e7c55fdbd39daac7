"""The four networks: two generators, two discriminators.

Zhu et al. 2017, section 7.2, and Isola et al. 2017, section 6.1, in their programs'
details. Pictures are `[B, H, W, channels]` in [-1, 1]; discriminators return logits.

resnet_generator                        unet_generator (256 px)

  size  encoder      decoder              size   encoder          decoder
  1     first 64     last 3, tanh         1      picture          up_1 3, tanh
  1/2   down_1 128   up_2 64              1/2    down_1 64   -->  up_2 64
  1/4   down_2 256   up_1 128             1/4    down_2 128  -->  up_3 128
        block_1 ... block_9               1/8    down_3 256  -->  up_4 256
                                          1/16   down_4 512  -->  up_5 512
  block: conv, norm, ReLU, conv, norm,    ...
         added to what came in            1/256  down_8 512       (up_8 at 1/128)

  -->: the channels of the encoder, then those of the decoder

patch_discriminator: down_1 64, down_2 128, down_3 256, wide 512, last 1; kernels of 4
pixel_discriminator: first 64, second 128, last 1; kernels of 1

A convolution is followed by its norm, but for the first of the U-Net and of the
discriminators, the U-Net's innermost, and all last ones. ResNets have ReLU after the
norm, but for a block's second one; the U-Net has leaky ReLU 0.2 before a `down` and
ReLU before an `up`; discriminators have leaky ReLU 0.2 after the norm.

All four functions take a norm (instance or batch), a name for the model and the
keywords of `Options`, and raise a ValueError for what cannot be built; the models raise
one for pictures of a size that they cannot take. A model's `card` says how to `build`
it again; its `creation_order` names the layers with weights from input to output, which
is PyTorch's order too.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any, TypedDict, Unpack

import keras

from cyclegan_tf.blocks import Blocks
from cyclegan_tf.layers import CheckedSize, Planes, Tensor


class Options(TypedDict, total=False):
    """What all four networks take; `Blocks` says what it means, and the defaults."""

    width: float
    inputs: int
    seed: int
    precision: str


def resnet_generator(
    blocks: int = 9,
    norm: str = "instance",
    *,
    dropout: bool = False,
    outputs: int = 3,
    own_statistics: bool = False,
    name: str = "generator",
    **options: Unpack[Options],
) -> keras.Model:
    """Builds a ResNet generator: 11,378,179 parameters with nine blocks.

    Args:
      blocks: 9, or 6 for small pictures (7,837,699 parameters).
      dropout: half of the values between a block's convolutions, in training only.
      outputs: channels of the picture that it makes.
      own_statistics: outside training, batch norms use each picture's own.
    """
    net = Blocks(norm, own_statistics=own_statistics, **options)
    picture, x = _entry(net, multiple=4, smallest=8)
    x = _resnet_encoder(net, x)
    for number in range(1, blocks + 1):
        x = _residual_block(net, x, f"block_{number}", dropout)
    x = _resnet_decoder(net, x, outputs)
    card = {"blocks": blocks, "dropout": dropout, "outputs": outputs}
    card["own_statistics"] = own_statistics
    return _model(net, picture, x, "tanh", name, "resnet_generator", card)


def _resnet_encoder(net: Blocks, x: Tensor) -> Tensor:
    """The picture's features at 1/4 of its size."""
    x = net.conv(net.reflect_pad(x, "first", 3), "first", 7, net.channels(1))
    x = net.relu(x, "first")
    for k in (1, 2):
        down = net.zero_pad(x, f"down_{k}")
        down = net.conv(down, f"down_{k}", 3, net.channels(2**k), stride=2)
        x = net.relu(down, f"down_{k}")
    return x


def _residual_block(net: Blocks, x: Tensor, name: str, dropout: bool) -> Tensor:
    """Two convolutions, added to what came in; no ReLU after the sum."""
    first, second = f"{name}_a", f"{name}_b"
    y = net.conv(net.reflect_pad(x, first, 1), first, 3, net.channels(4))
    y = net.relu(y, first)
    if dropout:
        y = net.dropout(y, first)
    y = net.conv(net.reflect_pad(y, second, 1), second, 3, net.channels(4))
    return net.add(x, y, name)


def _resnet_decoder(net: Blocks, x: Tensor, outputs: int) -> Tensor:
    """The picture of these features, before its tanh."""
    for k in (1, 2):
        x = net.relu(net.up(x, f"up_{k}", 3, net.channels(4 // 2**k)), f"up_{k}")
    return net.conv(net.reflect_pad(x, "last", 3), "last", 7, outputs, norm=False)


def unet_generator(
    downsamplings: int = 8,
    norm: str = "batch",
    *,
    dropout: bool = False,
    outputs: int = 3,
    own_statistics: bool = False,
    name: str = "generator",
    **options: Unpack[Options],
) -> keras.Model:
    """Builds a U-Net generator: halvings down to a pixel, doublings back.

    Args:
      downsamplings: 8 for 256 px, 7 for 128 px; sides are multiples of 2 to its power.
      dropout: half of the values of the coarse doublings, in training only: the noise
        of Pix2Pix.
      outputs: channels of the picture that it makes.
      own_statistics: outside training, batch norms use each picture's own.
    """
    if downsamplings < 5:
        raise ValueError(
            f"downsamplings is {downsamplings}; expected at least 5 (7 for 128 px, 8 "
            "for 256 px)"
        )
    net = Blocks(norm, own_statistics=own_statistics, **options)
    side = 2**downsamplings
    picture, x = _entry(net, multiple=side, smallest=side)
    x = _unet_decoder(net, _unet_encoder(net, x, downsamplings), dropout, outputs)
    card = {"downsamplings": downsamplings, "dropout": dropout, "outputs": outputs}
    card["own_statistics"] = own_statistics
    return _model(net, picture, x, "tanh", name, "unet_generator", card)


def _unet_encoder(net: Blocks, x: Tensor, downsamplings: int) -> list[Tensor]:
    """What comes out of down_1, down_2 ...; the last is a pixel of a square."""
    features = []
    bias = net.norm == "instance"  # the first and the last go with the others
    for k in range(1, downsamplings + 1):
        name = f"down_{k}"
        if k > 1:
            x = net.leaky(x, name)
        x = net.conv(
            x,
            name,
            4,
            net.channels(2 ** (k - 1)),
            stride=2,
            padding="same",
            norm=1 < k < downsamplings,
            bias=bias,
        )
        features.append(x)
    return features


def _unet_decoder(
    net: Blocks, features: list[Tensor], dropout: bool, outputs: int
) -> Tensor:
    """The picture of these features, before its tanh."""
    *skips, x = features
    for k in range(len(features), 1, -1):
        skip, name = skips.pop(), f"up_{k}"
        x = net.up(net.relu(x, name), name, 4, skip.shape[-1])
        if dropout and 5 <= k < len(features):
            x = net.dropout(x, name)
        x = net.concat(skip, x, f"skip_{k - 1}")
    return net.up(net.relu(x, "up_1"), "up_1", 4, outputs, norm=False)


def patch_discriminator(
    layers: int = 3,
    norm: str = "instance",
    *,
    name: str = "discriminator",
    **options: Unpack[Options],
) -> keras.Model:
    """Builds a PatchGAN: whether each overlapping patch looks real, 30 x 30 at 256 px.

    Args:
      layers: halvings; with 3 a patch is 70 x 70 (2,764,737 parameters), with 2
        34 x 34. Pix2Pix has picture and answer together as 6 `inputs`.
    """
    net = Blocks(norm, **options)
    picture, x = _entry(net, multiple=1, smallest=3 * 2**layers)
    for k in range(1, layers + 1):
        name_k, filters = f"down_{k}", net.channels(2 ** (k - 1))
        x = net.zero_pad(x, name_k)
        x = net.leaky(net.conv(x, name_k, 4, filters, stride=2, norm=k > 1), name_k)
    x = net.conv(net.zero_pad(x, "wide"), "wide", 4, net.channels(2**layers))
    x = net.leaky(x, "wide")
    x = net.conv(net.zero_pad(x, "last"), "last", 4, 1, norm=False)
    card = {"layers": layers}
    return _model(net, picture, x, "linear", name, "patch_discriminator", card)


def pixel_discriminator(
    norm: str = "instance",
    *,
    name: str = "discriminator",
    **options: Unpack[Options],
) -> keras.Model:
    """Builds a discriminator of single pixels: a logit for each."""
    net = Blocks(norm, **options)
    picture, x = _entry(net, multiple=1, smallest=1)
    x = net.leaky(net.conv(x, "first", 1, net.channels(1), norm=False), "first")
    x = net.leaky(net.conv(x, "second", 1, net.channels(2)), "second")
    x = net.conv(x, "last", 1, 1, norm=False)
    return _model(net, picture, x, "linear", name, "pixel_discriminator", {})


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
    """Builds the network that a model's `card` describes, whatever else the card says.

    Args:
      card: `kind`, a key of `KINDS`, and that function's arguments.
      options: arguments that shall differ from the card's, or are not in it.

    Raises:
      ValueError: the kind does not exist.
    """
    if card["kind"] not in KINDS:
        raise ValueError(f"kind is {card['kind']}; expected one of {', '.join(KINDS)}")
    function = KINDS[card["kind"]]
    known = inspect.signature(function).parameters.keys() | Options.__annotations__
    return function(**({k: card[k] for k in known if k in card} | options))


def with_reshaped_pictures(network: keras.Model) -> keras.Model:
    """Returns the network between pictures whose numbers are read in another order.

    "Bokeh Effect: Deep Learning Framework for Depth Estimation" turned `[H, W, 3]`
    into `[3, H, W]` by a reshape instead of a transposition: each "channel" is a third
    of the rows with colours interleaved. Its weights have learnt such pictures, and
    need them again.
    """
    picture = keras.Input(network.input.shape[1:], name="picture")
    planes = Planes(name="to_planes")(picture)
    output = Planes(inverse=True, name="from_planes")(network(planes))
    return keras.Model(picture, output, name=network.name)


def _entry(net: Blocks, multiple: int, smallest: int) -> tuple[Tensor, Tensor]:
    """The input, and the same with its size checked."""
    precision = net.picture_precision
    picture = keras.Input((None, None, net.inputs), name="picture", dtype=precision)
    check = CheckedSize(multiple, smallest, name="size", dtype=precision)
    return picture, check(picture)


def _model(
    net: Blocks,
    picture: Tensor,
    raw: Tensor,
    activation: str,
    name: str,
    kind: str,
    card: Mapping[str, object],
) -> keras.Model:
    """The model, with its `card` and `creation_order`."""
    wide = net.picture_precision
    output = keras.layers.Activation(activation, name="output", dtype=wide)(raw)
    model = keras.Model(picture, output, name=name)
    # Not seed, precision and name: another model of these weights may choose others
    shared = {"norm": net.norm, "width": net.width, "inputs": net.inputs}
    model.card = {"kind": kind} | dict(card) | shared
    model.creation_order = net.order
    return model
