"""The layers of the four networks, and how a network puts them together.

`Blocks` names, seeds and orders the layers of one network. The Keras layers below it
are those that Keras has not, or has otherwise than the original programs.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import keras
from keras import layers, ops

Tensor = Any  # of Keras, which has no types

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
            x = WithoutFirst(name=f"{name}_crop", dtype=self.precision)(x)
        return self._normalized(x, f"{name}_norm") if norm else x

    def zero_pad(self, x: Tensor, name: str) -> Tensor:
        """One row or column of zeros on every side."""
        return layers.ZeroPadding2D(1, name=f"{name}_pad", dtype=self.precision)(x)

    def reflect_pad(self, x: Tensor, name: str, width: int) -> Tensor:
        """`width` mirrored rows and columns on every side."""
        return ReflectPadding(width, name=f"{name}_pad", dtype=self.precision)(x)

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
        return Dropout(0.5, seed=seed, name=name, dtype=self.precision)(x)

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
            return InstanceNorm(name=name, dtype=self.precision)(x)
        return BatchNorm(
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


class InstanceNorm(layers.Layer):
    """Normalizes each channel of each picture over its rows and columns.

    Ulyanov et al. 2016, "Instance Normalization", eq. 4, without scale and shift.
    """

    def __init__(self, epsilon: float = 1e-5, **options: object) -> None:
        super().__init__(**options)
        self.epsilon = epsilon

    def call(self, x: Tensor) -> Tensor:
        wide = ops.cast(x, keras.backend.result_type(x.dtype, "float32"))
        return ops.cast(normalized(wide, self.epsilon), self.compute_dtype)


def normalized(x: Tensor, epsilon: float) -> Tensor:
    """Returns each channel of each picture with mean 0 and variance 1, `[B, H, W, C]`.

    A channel's first value is subtracted before its mean, which changes nothing but
    the rounding: where values are 3 +- 0.01, Keras' GroupNormalization is off by 1e-4.
    The gradient is that of Ioffe, Szegedy 2015, section 3, put together: two means
    where automatic differentiation takes four.
    """

    def mean(values: Tensor) -> Tensor:
        return ops.mean(values, axis=(1, 2), keepdims=True)

    @ops.custom_gradient
    def forward(x: Tensor) -> tuple[Tensor, Callable[[Tensor], Tensor]]:
        x = x - x[:, :1, :1]
        x = x - mean(x)
        scale = ops.rsqrt(mean(ops.square(x)) + epsilon)
        y = x * scale

        def gradient(upstream: Tensor) -> Tensor:
            return scale * (upstream - mean(upstream) - y * mean(upstream * y))

        return y, gradient

    return forward(x)


class BatchNorm(layers.BatchNormalization):
    """Batch normalization in PyTorch's terms: epsilon 1e-5, momentum 0.1 of the new.

    With `own_statistics` each picture is normalized by its own mean and variance
    outside training (Isola et al. 2017, section 3.4: at batch 1 an instance norm).
    """

    def __init__(self, own_statistics: bool = False, **options: object) -> None:
        super().__init__(epsilon=1e-5, momentum=0.9, **options)
        self.own_statistics = own_statistics

    def call(self, x: Tensor, training: bool | None = None) -> Tensor:
        if training or not self.own_statistics:
            return super().call(x, training=training)
        wide = ops.cast(x, keras.backend.result_type(x.dtype, "float32"))
        mean, variance = ops.moments(wide, axes=(1, 2), keepdims=True)
        y = (wide - mean) * ops.rsqrt(variance + self.epsilon) * self.gamma + self.beta
        return ops.cast(y, self.compute_dtype)

    def _moments(self, inputs: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Keras' mean and variance, over the pictures of all replicas.

        Its own `synchronized` takes the variance as a difference of squares.
        """
        if _replicas() == 1:
            return super()._moments(inputs, mask)
        import tensorflow as tf

        def mean(values: Tensor) -> Tensor:
            own, context = ops.mean(values, (0, 1, 2)), tf.distribute
            return context.get_replica_context().all_reduce(context.ReduceOp.MEAN, own)

        centre = mean(inputs)
        return centre, mean(ops.square(inputs - centre))


class Dropout(layers.Dropout):
    """Drops what one device would, where replicas of tf.distribute share a batch.

    Keras' own draws the same numbers on each of them.
    """

    def call(self, x: Tensor, training: bool = False) -> Tensor:
        if not training or _replicas() == 1:
            return super().call(x, training=training)
        import tensorflow as tf

        share, context = ops.shape(x)[0], tf.distribute.get_replica_context()
        whole = ops.ones((share * _replicas(), *ops.shape(x)[1:]), x.dtype)
        kept = super().call(whole, training=True)
        first = share * context.replica_id_in_sync_group
        return x * kept[first : first + share]


def _replicas() -> int:
    """How many devices share a batch."""
    if keras.backend.backend() != "tensorflow":
        return 1
    import tensorflow as tf

    return tf.distribute.get_strategy().num_replicas_in_sync


class ReflectPadding(layers.Layer):
    """Adds `width` rows and columns on every side, mirrored without the edge."""

    def __init__(self, width: int, **options: object) -> None:
        super().__init__(**options)
        self.width = width

    def call(self, x: Tensor) -> Tensor:
        sides = (self.width, self.width)
        return ops.pad(x, ((0, 0), sides, sides, (0, 0)), mode="reflect")


class WithoutFirst(layers.Layer):
    """Drops the first row and the first column.

    A slice by size: the gradient of one by bounds, as Cropping2D takes it, runs on a
    single core.
    """

    def call(self, x: Tensor) -> Tensor:
        pictures, rows, columns, channels = ops.shape(x)
        size = (pictures, rows - 1, columns - 1, channels)
        return ops.slice(x, (0, 1, 1, 0), size)


class CheckedSize(layers.Layer):
    """Passes pictures on whose size the network can take, and refuses the others."""

    def __init__(self, multiple: int, smallest: int, **options: object) -> None:
        super().__init__(**options)
        self.multiple, self.smallest = multiple, smallest

    def call(self, picture: Tensor) -> Tensor:
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


class Planes(layers.Layer):
    """Reads the numbers of `[H, W, C]` as `[C, H, W]`, or the other way round."""

    def __init__(self, inverse: bool = False, **options: object) -> None:
        super().__init__(**options)
        self.inverse = inverse

    def call(self, x: Tensor) -> Tensor:
        batch, height, width, channels = ops.shape(x)
        if self.inverse:
            planes = ops.transpose(x, (0, 3, 1, 2))
            return ops.reshape(planes, (batch, height, width, channels))
        planes = ops.reshape(x, (batch, channels, height, width))
        return ops.transpose(planes, (0, 2, 3, 1))

    def compute_output_shape(self, input_shape: Tensor) -> Tensor:
        return input_shape
