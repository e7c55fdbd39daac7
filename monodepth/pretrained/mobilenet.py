"""MobileNetV2's features at 1/8, 1/16 and 1/32 of the size, learned on ImageNet.

Sandler et al. 2018, table 2, the first 16 of its 17 bottlenecks. There is no batch
normalisation: that of the trained network is a product and a sum, and goes into the
convolution before it.
"""

from __future__ import annotations

import pathlib
from collections.abc import Iterator, Mapping

import keras
import numpy as np
from keras import layers

from darkroom.importers import pth
from darkroom.pixels import Array
from monodepth.network import Tensor

# Expansion, channels, blocks, and the stride of the first of them.
GROUPS = (
    *((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2)),
    *((6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2)),
)
USED = (2, 4, 5)  # of the groups: the last ones of their size
CHANNELS = tuple(GROUPS[n][1] for n in USED)
# ImageNet's colours, which the network was trained to see as 0 and 1.
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
EPSILON = 1e-5  # of the batch normalisation


def features(picture: Tensor) -> list[Tensor]:
    """Builds the encoder: `[B, H, W, 3]` in [0, 1] to features of three sizes.

    H and W are multiples of 32. The layers are named `mobilenet_0`,
    `mobilenet_1_depthwise` and so on, and are not trainable.

    Returns:
      `[B, H/8, W/8, 32]`, `[B, H/16, W/16, 96]` and `[B, H/32, W/32, 160]`: edges and
      textures, parts, things.
    """
    scale = [1 / each for each in DEVIATION]
    offset = [-mean / each for mean, each in zip(MEAN, DEVIATION, strict=True)]
    x = layers.Rescaling(scale, offset, name="colours")(picture)
    x = _relu6(_conv(x, layers.Conv2D, "mobilenet_0", 3, 2, filters=32))
    block, before = 0, 32
    groups = []
    for expansion, filters, count, first_stride in GROUPS:
        for number in range(count):
            block, start = block + 1, x
            stride = first_stride if number == 0 else 1
            name = f"mobilenet_{block}"
            if expansion > 1:
                wide = expansion * before
                x = _relu6(_conv(x, layers.Conv2D, f"{name}_expand", filters=wide))
            x = _conv(x, layers.DepthwiseConv2D, f"{name}_depthwise", 3, stride)
            x = _conv(_relu6(x), layers.Conv2D, f"{name}_project", filters=filters)
            if number > 0:  # stride 1 and as many channels as before
                x = layers.Add(name=f"{name}_sum")([start, x])
            before = filters
        groups.append(x)
    return [groups[n] for n in USED]


def load(model: keras.Model, path: pathlib.Path) -> None:
    """Sets the weights of `features` from a state dict of torchvision's MobileNetV2.

    Raises:
      OSError: the file cannot be read.
      ValueError: it is of another network.
    """
    arrays = pth.read(path)
    for name, convolution, norm in _names(model):
        layer = model.get_layer(name)
        try:
            kernel, bias = _folded(arrays, convolution, norm)
            axes = (2, 3, 0, 1) if name.endswith("depthwise") else (2, 3, 1, 0)
            layer.set_weights([kernel.transpose(axes), bias])
        except (KeyError, ValueError) as error:
            raise ValueError(
                f"{path} does not hold {convolution} as MobileNetV2 of width 1 has it "
                f"({error}); expected torchvision's state dict"
            ) from None


def _conv(
    x: Tensor,
    kind: type[layers.Layer],
    name: str,
    kernel: int = 1,
    stride: int = 1,
    **more: int,
) -> Tensor:
    padding = "same"
    if stride > 1:  # PyTorch pads by one on all sides, `same` below and right only
        x = layers.ZeroPadding2D(1, name=f"{name}_pad")(x)
        padding = "valid"
    options = {"strides": stride, "padding": padding, "trainable": False}
    return kind(kernel_size=kernel, name=name, **options, **more)(x)


def _relu6(x: Tensor) -> Tensor:
    return layers.ReLU(6.0)(x)


def _names(model: keras.Model) -> Iterator[tuple[str, str, str]]:
    """Yields our layers, each with its convolution and its norm in the state dict."""
    yield "mobilenet_0", "features.0.0", "features.0.1"
    for block in range(1, 1 + sum(count for _, _, count, _ in GROUPS)):
        parts = ("expand", "depthwise", "project")[block == 1 :]
        # A step's three modules are convolution, normalisation and ReLU.
        for part, place in zip(parts, (0, 3, 6)[: len(parts)], strict=True):
            module = f"features.{block}.conv"
            yield (
                f"mobilenet_{block}_{part}",
                f"{module}.{place}",
                f"{module}.{place + 1}",
            )


def _folded(
    arrays: Mapping[str, Array], convolution: str, norm: str
) -> tuple[Array, Array]:
    """Folds a convolution and its normalisation into a kernel and a bias."""
    names = ("weight", "bias", "running_mean", "running_var")
    gain, shift, mean, variance = (arrays[f"{norm}.{name}"] for name in names)
    gain = gain / np.sqrt(variance + EPSILON)
    kernel = arrays[f"{convolution}.weight"] * gain[:, None, None, None]
    return kernel, shift - mean * gain
