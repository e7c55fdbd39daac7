"""What the four networks are put together from: named layers of one norm and width."""

from __future__ import annotations

import dataclasses

import keras
from keras import layers

from cyclegan_tf import layers as own_layers
from cyclegan_tf.layers import Tensor

BASE = 64  # channels of the first convolution at width 1


@dataclasses.dataclass
class Blocks:
    """Builds the layers of one network, all of one norm, width and precision.

    Kernels start as N(0, 0.02) (Zhu et al. 2017, section 7.1), biases at 0, the gains
    of batch norms as N(1, 0.02). All methods but `channels` take what goes in and the
    name of the convolution that they belong to, and return what comes out.

    Attributes:
      norm: "instance" (each picture's own statistics) or "batch".
      width: scales the papers' channel counts; 1.0 begins with 64.
      inputs: channels of the picture.
      seed: of the first weights and of dropout.
      precision: float32, mixed_bfloat16, mixed_float16 or float64; the network's
        output is float32, or float64.
      own_statistics: outside training, batch norms use each picture's own statistics.
      order: the layers with weights, as they were built.

    Raises:
      ValueError: for a norm or a width that cannot be built.
    """

    norm: str
    width: float = 1.0
    inputs: int = 3
    seed: int = 0
    precision: str = "float32"
    own_statistics: bool = False
    order: list[str] = dataclasses.field(default_factory=list)

    def __post_init__(self) -> None:
        if self.norm not in ("instance", "batch"):
            raise ValueError(f"norm is {self.norm}; expected instance or batch")
        if not self.width > 0 or BASE * self.width != int(BASE * self.width):
            raise ValueError(
                f"width is {self.width:g}; expected a multiple of 1/{BASE} (1, 0.5, "
                "0.25, 0.125), since the first convolution has 64 maps at width 1"
            )

    @property
    def picture_precision(self) -> str:
        """Of what goes in and comes out: float32 where convolutions are narrower."""
        return keras.DTypePolicy(self.precision).variable_dtype

    def channels(self, factor: int) -> int:
        """Returns a multiple of the first convolution's channels; 8 times at most."""
        return int(BASE * self.width) * min(factor, 8)

    def conv(
        self,
        x: Tensor,
        name: str,
        kernel: int,
        filters: int,
        *,
        stride: int = 1,
        padding: str = "valid",
        norm: bool = True,
        bias: bool | None = None,
    ) -> Tensor:
        """A convolution and its norm; right before a batch norm it has no bias."""
        convolution = layers.Conv2D(
            filters,
            kernel,
            strides=stride,
            padding=padding,
            use_bias=self._needs_bias(norm) if bias is None else bias,
            kernel_initializer=self._normal(0, name),
            name=name,
            dtype=self.precision,
        )
        x = convolution(x)
        return self._normalized(x, f"{name}_norm") if norm else x

    def up(
        self, x: Tensor, name: str, kernel: int, filters: int, *, norm: bool = True
    ) -> Tensor:
        """A transposed convolution of stride 2 and its norm: exactly twice the size.

        Kernel 4 is PyTorch's padding 1. Kernel 3 is its padding 1 with output padding
        1: without the first row and column. `same` has the right shape there too, and
        is off by a pixel.
        """
        convolution = layers.Conv2DTranspose(
            filters,
            kernel,
            strides=2,
            padding="valid" if kernel == 3 else "same",
            use_bias=self._needs_bias(norm),
            kernel_initializer=self._normal(0, name),
            name=name,
            dtype=self.precision,
        )
        x = convolution(x)
        if kernel == 3:
            x = own_layers.WithoutFirst(name=f"{name}_crop", dtype=self.precision)(x)
        return self._normalized(x, f"{name}_norm") if norm else x

    def zero_pad(self, x: Tensor, name: str) -> Tensor:
        """One row or column of zeros on every side."""
        return layers.ZeroPadding2D(1, name=f"{name}_pad", dtype=self.precision)(x)

    def reflect_pad(self, x: Tensor, name: str, width: int) -> Tensor:
        """`width` mirrored rows and columns on every side."""
        return own_layers.ReflectPadding(
            width, name=f"{name}_pad", dtype=self.precision
        )(x)

    def relu(self, x: Tensor, name: str) -> Tensor:
        """max(x, 0)."""
        return layers.ReLU(name=f"{name}_relu", dtype=self.precision)(x)

    def leaky(self, x: Tensor, name: str) -> Tensor:
        """Leaky ReLU of slope 0.2."""
        return layers.LeakyReLU(0.2, name=f"{name}_leaky", dtype=self.precision)(x)

    def dropout(self, x: Tensor, name: str) -> Tensor:
        """Half of the values dropped while training; none otherwise."""
        name = f"{name}_dropout"
        seed = 1000 * self.seed + 500 + len(self.order)
        return own_layers.Dropout(0.5, seed=seed, name=name, dtype=self.precision)(x)

    def add(self, x: Tensor, y: Tensor, name: str) -> Tensor:
        """The sum of two."""
        return layers.Add(name=name, dtype=self.precision)([x, y])

    def concat(self, x: Tensor, y: Tensor, name: str) -> Tensor:
        """The channels of one, then those of the other."""
        return layers.Concatenate(name=name, dtype=self.precision)([x, y])

    def _needs_bias(self, norm: bool) -> bool:
        return not (norm and self.norm == "batch")

    def _normalized(self, x: Tensor, name: str) -> Tensor:
        if self.norm == "instance":
            return own_layers.InstanceNorm(name=name, dtype=self.precision)(x)
        return own_layers.BatchNorm(
            self.own_statistics,
            gamma_initializer=self._normal(1, name),
            name=name,
            dtype=self.precision,
        )(x)

    def _normal(self, mean: float, name: str) -> keras.Initializer:
        """N(mean, 0.02) from a seed of its own; notes the layer."""
        self.order.append(name)
        seed = 1000 * self.seed + len(self.order)
        return keras.initializers.RandomNormal(mean, 0.02, seed=seed)
