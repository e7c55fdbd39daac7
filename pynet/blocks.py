"""What PyNET's levels are put together from: named layers of one width and seed.

Ignatov et al. 2020, figure 4; `pynet.network` says what each of them is.
"""

from __future__ import annotations

import dataclasses
import math

import keras
from keras import layers

from pynet import layers as pynet_layers
from pynet.layers import Tensor

_BIAS = {"bias_initializer": keras.initializers.Constant(0.01)}


@dataclasses.dataclass
class Blocks:
    """Builds named layers of one width, seed and precision.

    Attributes:
      order: the names of the layers with weights, in the order of their creation; each
        kernel's seed comes from its place in it.

    Raises:
      ValueError: for a width that cannot be built.
    """

    width: float
    seed: int
    precision: str
    order: list[str] = dataclasses.field(default_factory=list)

    def __post_init__(self) -> None:
        if not self.width > 0 or 32 * self.width != int(32 * self.width):
            raise ValueError(
                f"width is {self.width:g}; expected a multiple of 1/32 (1, 0.5, 0.25, "
                "0.125), since the narrowest blocks have 32 channels at width 1"
            )

    def block(
        self, x: Tensor, name: str, largest: int, filters: int, norm: bool = True
    ) -> Tensor:
        """Builds chains of two convolutions, kernels 3, 5 ... largest, side by side."""
        filters = self._scaled(filters)
        chains = []
        for k in range(3, largest + 1, 2):
            y = self.conv(x, f"{name}_{k}x{k}_1", k, filters, norm)
            chains.append(self.conv(y, f"{name}_{k}x{k}_2", k, filters, norm))
        return self.concat(*chains) if len(chains) > 1 else chains[0]

    def residual(
        self, x: Tensor, name: str, largest: int, filters: int, norm: bool = True
    ) -> Tensor:
        """Builds a block and adds what went into it."""
        return self.add(self.block(x, name, largest, filters, norm), x)

    def conv(
        self, x: Tensor, name: str, kernel: int, filters: int, norm: bool
    ) -> Tensor:
        """Builds a convolution, instance norm if asked, and leaky ReLU."""
        x = self._weighted(layers.Conv2D, name, kernel, filters, **_BIAS)(x)
        if norm:
            self.order.append(f"{name}_norm")
            x = pynet_layers.instance_norm(self.order[-1], self.precision)(x)
        return self._leaky(x, name)

    def up(self, x: Tensor, name: str, filters: int) -> Tensor:
        """Doubles by a transposed convolution without bias, and leaky ReLU."""
        filters = filters if filters == 3 else self._scaled(filters)
        options = {"strides": 2, "use_bias": False}
        y = self._weighted(layers.Conv2DTranspose, name, 3, filters, **options)(x)
        return self._leaky(y, name)

    def to_rgb(self, x: Tensor, name: str) -> Tensor:
        """Builds a head: a convolution to three channels."""
        return self._weighted(layers.Conv2D, name, 3, 3, **_BIAS)(x)

    def concat(self, *parts: Tensor) -> Tensor:
        """Joins the parts' channels one after the other."""
        return layers.Concatenate(dtype=self.precision)(parts)

    def add(self, x: Tensor, y: Tensor) -> Tensor:
        """Adds."""
        return layers.Add(dtype=self.precision)([x, y])

    def halve(self, x: Tensor) -> Tensor:
        """Takes the largest of each two by two."""
        return layers.MaxPooling2D(2, dtype=self.precision)(x)

    def _leaky(self, x: Tensor, name: str) -> Tensor:
        layer = pynet_layers.LeakyReLU
        return layer(0.2, name=f"{name}_leaky", dtype=self.precision)(x)

    def _scaled(self, filters: int) -> int:
        return max(3, round(filters * self.width))  # a picture needs three to pass

    def _weighted(
        self,
        kind: type[keras.Layer],
        name: str,
        kernel: int,
        filters: int,
        **options: object,
    ) -> keras.Layer:
        self.order.append(name)
        # The paper's standard deviation, at the gain that it has at width 1.
        start = keras.initializers.TruncatedNormal(
            stddev=0.01 / math.sqrt(self.width), seed=1000 * self.seed + len(self.order)
        )
        return kind(
            filters,
            kernel,
            padding="same",
            kernel_initializer=start,
            name=name,
            dtype=self.precision,
            **options,
        )
