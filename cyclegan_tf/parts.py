"""The named layers that the four networks are made of."""

from __future__ import annotations

import dataclasses
from typing import Any

import keras
from keras import layers, ops

from cyclegan_tf import norms

BASE = 64  # maps of the first convolution at width 1


@dataclasses.dataclass
class Maker:
    """Makes the named layers of one network, all of one norm, width and precision.

    Kernels start as N(0, 0.02) (Zhu et al. 2017, section 7.1), biases at 0, the gains
    of batch norms as N(1, 0.02).

    Raises:
      ValueError: for a norm or a width that cannot be built.
    """

    norm: str
    width: float
    seed: int
    precision: str
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

    def maps(self, factor: int) -> int:
        """Channels as a multiple of the first convolution's; 8 times at most."""
        return int(BASE * self.width) * min(factor, 8)

    def conv(
        self,
        x: Any,
        name: str,
        filters: int,
        kernel: int,
        *,
        strides: int = 1,
        padding: str = "valid",
        norm: bool = True,
        bias: bool | None = None,
    ) -> Any:
        """A convolution and its norm; right before a batch norm it has no bias."""
        options: dict[str, Any] = {"strides": strides, "padding": padding}
        kind = layers.Conv2D
        y = self._weighted(kind, name, filters, kernel, norm, bias, **options)(x)
        return self._normalised(y, f"{name}_norm") if norm else y

    def up(
        self, x: Any, name: str, filters: int, kernel: int, *, norm: bool = True
    ) -> Any:
        """A transposed convolution of stride 2 and its norm: exactly twice the size.

        Kernel 4 is PyTorch's padding 1. Kernel 3 is its padding 1 with output padding
        1: without the first row and column. `same` has the right shape there too, and
        is off by a pixel.
        """
        kind = layers.Conv2DTranspose
        padding = "valid" if kernel == 3 else "same"
        options: dict[str, Any] = {"strides": 2, "padding": padding}
        y = self._weighted(kind, name, filters, kernel, norm, **options)(x)
        if kernel == 3:
            y = WithoutFirst(name=f"{name}_crop", dtype=self.precision)(y)
        return self._normalised(y, f"{name}_norm") if norm else y

    def zero_pad(self, x: Any, name: str) -> Any:
        """One row or column of zeros on every side."""
        return layers.ZeroPadding2D(1, name=f"{name}_pad", dtype=self.precision)(x)

    def reflect_pad(self, x: Any, name: str, width: int) -> Any:
        """`width` mirrored rows and columns on every side."""
        return ReflectPadding(width, name=f"{name}_pad", dtype=self.precision)(x)

    def relu(self, x: Any, name: str) -> Any:
        """max(x, 0)."""
        return layers.ReLU(name=f"{name}_relu", dtype=self.precision)(x)

    def leaky(self, x: Any, name: str) -> Any:
        """Leaky ReLU of slope 0.2."""
        return layers.LeakyReLU(0.2, name=f"{name}_leaky", dtype=self.precision)(x)

    def dropout(self, x: Any, name: str) -> Any:
        """Half of the values dropped while training; none otherwise."""
        name = f"{name}_dropout"
        seed = 1000 * self.seed + 500 + len(self.order)
        return layers.Dropout(0.5, seed=seed, name=name, dtype=self.precision)(x)

    def _weighted(
        self,
        kind: Any,
        name: str,
        filters: int,
        kernel: int,
        norm: bool,
        bias: bool | None = None,
        **options: Any,
    ) -> Any:
        if bias is None:
            bias = not (norm and self.norm == "batch")
        return kind(
            filters,
            kernel,
            use_bias=bias,
            kernel_initializer=self._normal(0, name),
            name=name,
            dtype=self.precision,
            **options,
        )

    def _normalised(self, x: Any, name: str) -> Any:
        if self.norm == "instance":
            return norms.InstanceNorm(name=name, dtype=self.precision)(x)
        return norms.BatchNorm(
            self.own_statistics,
            gamma_initializer=self._normal(1, name),
            name=name,
            dtype=self.precision,
        )(x)

    def _normal(self, mean: float, name: str) -> Any:
        self.order.append(name)
        seed = 1000 * self.seed + len(self.order)
        return keras.initializers.RandomNormal(mean, 0.02, seed=seed)


class ReflectPadding(layers.Layer):
    """`width` rows and columns more on every side, mirrored without the edge."""

    def __init__(self, width: int, **options: Any) -> None:
        super().__init__(**options)
        self.width = width

    def call(self, x: Any) -> Any:
        sides = (self.width, self.width)
        return ops.pad(x, ((0, 0), sides, sides, (0, 0)), mode="reflect")


class WithoutFirst(layers.Layer):
    """Drops the first row and the first column.

    A slice by size: the gradient of one by bounds, as Cropping2D takes it, runs on a
    single core.
    """

    def call(self, x: Any) -> Any:
        pictures, rows, columns, channels = ops.shape(x)
        size = (pictures, rows - 1, columns - 1, channels)
        return ops.slice(x, (0, 1, 1, 0), size)


class CheckedSize(layers.Layer):
    """Passes pictures on whose size the network can take, and refuses the others."""

    def __init__(self, multiple: int, smallest: int, **options: Any) -> None:
        super().__init__(**options)
        self.multiple, self.smallest = multiple, smallest

    def call(self, picture: Any) -> Any:
        for side in picture.shape[1:3]:
            if side is not None and (side % self.multiple or side < self.smallest):
                height, width = picture.shape[1:3]
                of = f"multiples of {self.multiple}, " if self.multiple > 1 else ""
                error = ValueError(
                    f"the picture is {height}x{width}; this network takes sides that "
                    f"are {of}at least {self.smallest}: crop, pad or resize it"
                )
                # Keras would wrap the sentence in a list of all arguments
                error._keras_call_info_injected = True  # type: ignore[attr-defined]
                raise error
        return picture
