"""The network: a decoder that gives a disparity at four scales, over two encoders.

Godard et al. 2017, section 3.1 and table 5 (vgg); resnet50 as in section 4.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import layers, ops

from monodepth import layers as monodepth_layers

ENCODERS = ("vgg", "resnet50")
# An encoder halves its input 7, 6 or 4 times; `linear` has the network of the third.
MULTIPLE = {"vgg": 128, "resnet50": 64, "mobilenet_v2": 16}
SCALES = (1, 2, 3, 4)  # of the disparities: 1 is of the picture's size, 4 of its eighth


def monodepth(
    encoder: str = "vgg",
    stereo: bool = False,
    deconv: bool = False,
    width: float = 1.0,
    seed: int = 0,
    precision: str = "float32",
) -> keras.Model:
    """A picture to the disparities of both views, at four scales.

    Args:
      encoder: vgg (31,600,072 parameters) or resnet50 (58,452,008).
      stereo: takes six channels, the left picture's and the right one's.
      deconv: enlarges by transposed convolutions, not by repeated pixels.
      width: scales the channels, for smaller networks.
      seed: of the first kernels: Glorot's uniform ones, each its own; biases are zero.
      precision: float32, mixed_bfloat16 or mixed_float16; outputs are always float32.

    Returns:
      A model of `[B, H, W, 3]` (6 with `stereo`), H and W multiples of
      `MULTIPLE[encoder]`. Outputs `disparity_1` (of the picture's size) ...
      `disparity_4` (of its eighth), `[B, h, w, 2]` each: the left view's, then the
      right one's, in (0, 0.3). `model.creation_order` names its layers with weights
      in the order of the original's variables.

    Raises:
      ValueError: for an encoder or a width that cannot be built.
    """
    if encoder not in ENCODERS:
        raise ValueError(f"encoder is {encoder}; expected {' or '.join(ENCODERS)}")
    if not width > 0 or 16 * width != int(16 * width):
        raise ValueError(
            f"width is {width:g}; expected a multiple of 1/16 (1, 0.5, 0.25, 0.125), "
            "since the narrowest layer has 16 channels at width 1"
        )
    order: list[str] = []

    def channels(count: int) -> int:
        return round(count * width)

    def weighted(
        kind: Any, name: str, filters: int, kernel: int, **options: Any
    ) -> Any:
        order.append(name)
        start = keras.initializers.GlorotUniform(seed=1000 * seed + len(order))
        return kind(
            filters,
            kernel,
            kernel_initializer=start,
            name=name,
            dtype=precision,
            **options,
        )

    def pad(x: Any, count: int) -> Any:
        return layers.ZeroPadding2D(count, dtype=precision)(x)

    def conv(
        x: Any,
        name: str,
        filters: int,
        kernel: int = 3,
        stride: int = 1,
        activation: str | None = "elu",
    ) -> Any:
        options = {"strides": stride, "activation": activation, "padding": "same"}
        if stride > 1 and kernel > 1:
            # With a stride, `same` has fewer zeros above and left than below and right.
            x = pad(x, (kernel - 1) // 2)
            options["padding"] = "valid"
        return weighted(layers.Conv2D, name, filters, kernel, **options)(x)

    def vgg(x: Any) -> list[Any]:
        """The features at 1/2 ... 1/128 of the picture's size."""
        features = []
        for number, kernel in enumerate((7, 5, 3, 3, 3, 3, 3), start=1):
            filters = channels(min(32 * 2 ** (number - 1), 512))
            x = conv(x, f"conv_{number}_a", filters, kernel)
            x = conv(x, f"conv_{number}_b", filters, kernel, 2)
            features.append(x)
        return features

    def resnet50(x: Any) -> list[Any]:
        """The features at 1/2 ... 1/64 of the picture's size."""
        x = conv(x, "conv_1", channels(64), 7, 2)
        features = [x]
        # The zeros count: an ELU is negative, too.
        x = layers.MaxPooling2D(3, 2, name="pool", dtype=precision)(pad(x, 1))
        features.append(x)
        for stage, blocks in enumerate((3, 4, 6, 3), start=1):
            filters = channels(32 * 2**stage)
            for block in range(1, blocks + 1):
                stride = 2 if block == blocks else 1
                name = f"stage_{stage}_block_{block}"
                x = bottleneck(x, name, filters, stride)
            features.append(x)
        return features

    def bottleneck(x: Any, name: str, filters: int, stride: int) -> Any:
        y = conv(x, f"{name}_a", filters, 1)
        y = conv(y, f"{name}_b", filters, 3, stride)
        y = conv(y, f"{name}_c", 4 * filters, 1, activation=None)
        shortcut = conv(x, f"{name}_shortcut", 4 * filters, 1, stride, activation=None)
        total = layers.Add(dtype=precision)([y, shortcut])
        return layers.Activation("elu", dtype=precision)(total)

    def up(x: Any, name: str, filters: int) -> Any:
        if not deconv:
            return conv(double(x), name, filters)
        kind = layers.Conv2DTranspose
        x = weighted(kind, name, filters, 3, strides=2, activation="elu")(x)
        # The row and column that hang over; the original pads and crops to the same.
        return layers.Cropping2D(((1, 0), (1, 0)), dtype=precision)(x)

    def double(x: Any) -> Any:
        return monodepth_layers.Double(dtype=precision)(x)

    def disparity(x: Any, name: str) -> Any:
        raw = conv(x, name, 2, activation=None)
        return 0.3 * ops.sigmoid(ops.cast(raw, "float32"))

    picture = keras.Input((None, None, 6 if stereo else 3), name="picture")
    *skips, x = {"vgg": vgg, "resnet50": resnet50}[encoder](picture)
    output: dict[str, Any] = {}
    for number in range(len(skips) + 1, 0, -1):
        filters = channels(min(16 * 2 ** (number - 1), 512))
        parts = [up(x, f"upconv_{number}", filters)]
        if skips:
            parts.append(skips.pop())
        if number + 1 in SCALES:
            parts.append(double(output[f"disparity_{number + 1}"]))
        x = layers.Concatenate(dtype=precision)(parts)
        x = conv(x, f"iconv_{number}", filters)
        if number in SCALES:
            output[f"disparity_{number}"] = disparity(x, f"disparity_{number}")

    output = {f"disparity_{scale}": output[f"disparity_{scale}"] for scale in SCALES}
    model = keras.Model(picture, output, name="monodepth")
    model.creation_order = order
    return model


def check_size(encoder: str, height: int, width: int) -> None:
    """Whether an encoder takes pictures of a size.

    Raises:
      ValueError: it does not; the text names a size that would do.
    """
    multiple = MULTIPLE[encoder]
    if height <= 0 or width <= 0 or height % multiple or width % multiple:
        up = "x".join(
            str(max(multiple, side + -side % multiple)) for side in (height, width)
        )
        halvings = multiple.bit_length() - 1
        raise ValueError(
            f"size is {height}x{width}; expected multiples of {multiple}, since "
            f"{encoder} halves its input {halvings} times: {up} would do"
        )
