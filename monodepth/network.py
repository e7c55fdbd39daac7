"""The network: a decoder that gives a disparity at four scales, over two encoders.

Godard et al. 2017, section 3.1 and table 5 (vgg); resnet50 as in section 4.

Input: a picture `[B, H, W, 3]` in [0, 1], or the left and the right one, `[B, H, W, 6]`
(`stereo`); H and W are multiples of `MULTIPLE[encoder]`.
Outputs: `disparity_1` (of the picture's size) ... `disparity_4` (of its eighth),
`[B, h, w, 2]` float32 in (0, 0.3): the left view's, then the right one's, fractions of
the picture's width.

  size    encoder: vgg      resnet50         decoder
  1       picture           picture          1 -> disparity_1
  1/2     conv_1            conv_1           2 -> disparity_2, up into 1
  1/4     conv_2            pool             3 -> disparity_3, up into 2
  1/8     conv_3            stage_1          4 -> disparity_4, up into 3
  1/16    conv_4            stage_2          5
  1/32    conv_5            stage_3          6
  1/64    conv_6            stage_4          7 (vgg alone)
  1/128   conv_7

Each step of the decoder enlarges the one below it (upconv), joins it with the encoder's
features of its size and the coarser disparity, and convolves (iconv). Convolutions pad
with zeros alike on all sides and are followed by an ELU; there is no normalisation.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import keras
from keras import layers, ops

from darkroom import pixels

Tensor = Any  # of Keras, which has no types
Shape = tuple[int | None, ...]

ENCODERS = ("vgg", "resnet50")
# An encoder halves its input 7, 6 or 5 times; the third is of `pretrained`.
MULTIPLE = {"vgg": 128, "resnet50": 64, "mobilenet_v2": 32}
SCALES = (1, 2, 3, 4)  # of the disparities: 1 is of the picture's size, 4 of its eighth


def monodepth(
    encoder: str = "vgg",
    stereo: bool = False,
    deconv: bool = False,
    width: float = 1.0,
    seed: int = 0,
    precision: str = "float32",
) -> keras.Model:
    """Builds the network, a picture to the disparities of both views at four scales.

    Args:
      encoder: vgg (31,600,072 parameters) or resnet50 (58,452,008).
      stereo: takes six channels, the left picture's and the right one's.
      deconv: enlarges by transposed convolutions, not by repeated pixels.
      width: scales the channels, for smaller networks.
      seed: of the first kernels: Glorot's uniform ones, each its own; biases are zero.
      precision: float32, mixed_bfloat16 or mixed_float16; outputs are always float32.

    Returns:
      A model with the outputs `disparity_1` ... `disparity_4`. `model.creation_order`
      names its layers with weights in the order of the original's variables.

    Raises:
      ValueError: for an encoder or a width that cannot be built.
    """
    if encoder not in ENCODERS:
        raise ValueError(f"encoder is {encoder}; expected {' or '.join(ENCODERS)}")
    net = Blocks(width, seed, precision, deconv)
    picture = keras.Input((None, None, 6 if stereo else 3), name="picture")
    features = vgg(net, picture) if encoder == "vgg" else resnet50(net, picture)
    model = keras.Model(picture, decoder(net, features), name="monodepth")
    model.creation_order = net.order
    return model


def vgg(net: Blocks, x: Tensor) -> list[Tensor]:
    """Builds the features at 1/2 ... 1/128 of the picture's size."""
    features = []
    for number, kernel in enumerate((7, 5, 3, 3, 3, 3, 3), start=1):
        filters = min(32 * 2 ** (number - 1), 512)
        x = net.conv(x, f"conv_{number}_a", kernel, filters)
        x = net.conv(x, f"conv_{number}_b", kernel, filters, stride=2)
        features.append(x)
    return features


def resnet50(net: Blocks, x: Tensor) -> list[Tensor]:
    """Builds the features at 1/2 ... 1/64 of the picture's size."""
    x = net.conv(x, "conv_1", 7, 64, stride=2)
    features = [x]
    x = net.pool(x, "pool")
    features.append(x)
    for stage, blocks in enumerate((3, 4, 6, 3), start=1):
        for block in range(1, blocks + 1):
            stride = 2 if block == blocks else 1  # in the last block, unlike He et al.
            name = f"stage_{stage}_block_{block}"
            x = net.bottleneck(x, name, 32 * 2**stage, stride)
        features.append(x)
    return features


def decoder(net: Blocks, features: list[Tensor]) -> dict[str, Tensor]:
    """Builds the disparities at the four scales, from the encoder's features."""
    *skips, x = features
    disparities: dict[int, Tensor] = {}
    for number in range(len(skips) + 1, 0, -1):
        filters = min(16 * 2 ** (number - 1), 512)
        parts = [net.up(x, f"upconv_{number}", filters)]
        if skips:
            parts.append(skips.pop())
        if number + 1 in SCALES:
            parts.append(net.double(disparities[number + 1]))
        x = net.conv(net.concat(parts), f"iconv_{number}", 3, filters)
        if number in SCALES:
            disparities[number] = net.disparity(x, f"disparity_{number}")
    return {f"disparity_{scale}": disparities[scale] for scale in SCALES}


@dataclasses.dataclass
class Blocks:
    """Builds named layers of one width, seed and precision.

    Attributes:
      deconv: enlarges by transposed convolutions, not by repeated pixels.
      order: the names of the layers with weights, in the order of their creation; each
        kernel's seed comes from its place in it.

    Raises:
      ValueError: for a width that cannot be built.
    """

    width: float
    seed: int
    precision: str
    deconv: bool = False
    order: list[str] = dataclasses.field(default_factory=list)

    def __post_init__(self) -> None:
        if not self.width > 0 or 16 * self.width != int(16 * self.width):
            raise ValueError(
                f"width is {self.width:g}; expected a multiple of 1/16 (1, 0.5, 0.25, "
                "0.125), since the narrowest layer has 16 channels at width 1"
            )

    def conv(
        self, x: Tensor, name: str, kernel: int, filters: int, stride: int = 1
    ) -> Tensor:
        """Builds a convolution and an ELU."""
        return self._conv(x, name, kernel, self._scaled(filters), stride, "elu")

    def bottleneck(self, x: Tensor, name: str, filters: int, stride: int) -> Tensor:
        """Builds three convolutions to 4 times the filters and a projected shortcut."""
        y = self.conv(x, f"{name}_a", 1, filters)
        y = self.conv(y, f"{name}_b", 3, filters, stride)
        wide = 4 * self._scaled(filters)
        y = self._conv(y, f"{name}_c", 1, wide)
        shortcut = self._conv(x, f"{name}_shortcut", 1, wide, stride)
        total = layers.Add(dtype=self.precision)([y, shortcut])
        return layers.Activation("elu", dtype=self.precision)(total)

    def up(self, x: Tensor, name: str, filters: int) -> Tensor:
        """Doubles by repeated pixels and a convolution, or by a transposed one."""
        if not self.deconv:
            return self.conv(self.double(x), name, 3, filters)
        kind, options = layers.Conv2DTranspose, {"strides": 2, "activation": "elu"}
        x = self._weighted(kind, name, 3, self._scaled(filters), **options)(x)
        # The row and column that hang over; the original pads and crops to the same.
        return layers.Cropping2D(((1, 0), (1, 0)), dtype=self.precision)(x)

    def disparity(self, x: Tensor, name: str) -> Tensor:
        """Builds a head: both views' disparities, `[B, h, w, 2]` in (0, 0.3)."""
        raw = self._conv(x, name, 3, 2)
        return 0.3 * ops.sigmoid(ops.cast(raw, "float32"))

    def double(self, x: Tensor) -> Tensor:
        """Repeats every pixel four times."""
        return Double(dtype=self.precision)(x)

    def pool(self, x: Tensor, name: str) -> Tensor:
        """Takes the largest of each 3 x 3, stride 2; the padding's zeros count, too."""
        x = self._pad(x, 1)  # an ELU is negative where the picture is dark
        return layers.MaxPooling2D(3, 2, name=name, dtype=self.precision)(x)

    def concat(self, parts: list[Tensor]) -> Tensor:
        """Joins the parts' channels one after the other."""
        return layers.Concatenate(dtype=self.precision)(parts)

    def _conv(
        self,
        x: Tensor,
        name: str,
        kernel: int,
        filters: int,
        stride: int = 1,
        activation: str | None = None,
    ) -> Tensor:
        padding = "same"
        if stride > 1 and kernel > 1:
            # With a stride, `same` has fewer zeros above and left than below and right.
            x, padding = self._pad(x, (kernel - 1) // 2), "valid"
        options = {"strides": stride, "activation": activation, "padding": padding}
        return self._weighted(layers.Conv2D, name, kernel, filters, **options)(x)

    def _pad(self, x: Tensor, count: int) -> Tensor:
        return layers.ZeroPadding2D(count, dtype=self.precision)(x)

    def _scaled(self, filters: int) -> int:
        return round(filters * self.width)

    def _weighted(
        self,
        kind: type[keras.Layer],
        name: str,
        kernel: int,
        filters: int,
        **options: object,
    ) -> keras.Layer:
        self.order.append(name)
        start = keras.initializers.GlorotUniform(
            seed=1000 * self.seed + len(self.order)
        )
        return kind(
            filters,
            kernel,
            kernel_initializer=start,
            name=name,
            dtype=self.precision,
            **options,
        )


@keras.saving.register_keras_serializable("monodepth")
class Double(layers.Layer):
    """`[B, H, W, C]` to `[B, 2H, 2W, C]`, every pixel four times.

    One resize, at any size, where UpSampling2D repeats rows, then columns.
    `litert_model.Repeat` stands in for it in LiteRT files.
    """

    def call(self, x: Tensor) -> Tensor:
        _, height, width, _ = ops.shape(x)
        size = (2 * height, 2 * width)
        if keras.backend.backend() == "tensorflow":
            import tensorflow as tf

            # Keras' own fails in a graph of unknown size (3.15.1).
            return tf.image.resize(x, size, "nearest")
        return ops.image.resize(
            x, size, interpolation="nearest", data_format="channels_last"
        )

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        batch, height, width, channels = input_shape
        return (batch, *(side and 2 * side for side in (height, width)), channels)


def check_size(encoder: str, height: int, width: int) -> None:
    """Checks whether an encoder takes pictures of a size.

    Raises:
      ValueError: it does not; the text names a size that would do.
    """
    pixels.check_multiple((height, width), MULTIPLE[encoder], encoder)
