"""KID: how far two sets of pictures are apart, whatever picture belongs to which.

Bińkowski, Sutherland, Arbel, Gretton 2018, "Demystifying MMD GANs", section 3: the
squared maximum mean discrepancy of features under a cubic kernel. Its estimate has no
bias, so that few pictures are enough where FID needs thousands. Theirs are features of
Inception; here they are of LPIPS' AlexNet, whose weights a package has, so numbers
rank the sets of one table and cannot be compared with published ones.
"""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Sequence

import keras
import numpy as np
from PIL import Image

from darkroom import pixels
from darkroom.metrics import lpips
from darkroom.pixels import Array

SIDE = 224  # that pictures are brought to: AlexNet's own


def kernel_distance(one: Array, other: Array) -> float:
    """Returns the unbiased estimate of the squared MMD; it may be below 0.

    Args:
      one: features, `[N, D]`, N at least 2.
      other: `[M, D]`, M at least 2.

    Raises:
      ValueError: a set has fewer than two pictures, or the features differ in number.
    """
    if min(len(one), len(other)) < 2 or one.shape[1] != other.shape[1]:
        raise ValueError(
            f"features of {one.shape} and {other.shape} cannot be compared; expected "
            "at least two pictures in each set, and as many features of both"
        )
    a, b = (np.asarray(each, np.float64) for each in (one, other))

    def kernel(x: Array, y: Array) -> Array:
        return (x @ y.T / x.shape[1] + 1) ** 3

    def among(x: Array) -> float:
        values = kernel(x, x)  # a picture with itself would be the bias
        return float((values.sum() - np.trace(values)) / (len(x) * (len(x) - 1)))

    return among(a) + among(b) - 2 * float(kernel(a, b).mean())


def alexnet_features(path: pathlib.Path) -> Callable[[Sequence[Array]], Array]:
    """Returns what makes features of pictures: AlexNet's last maps, averaged.

    Pictures are enlarged or reduced as Parmar, Zhang, Zhu 2022 ("On aliased resizing")
    do it: by Pillow's bicubic, which does not alias, on floats, and not rounded.

    Args:
      path: `lpips.find()`.

    Returns:
      A function of pictures `[H, W, 3]`, uint8 or float in [0, 1]: `[N, 256]`.

    Raises:
      OSError, ValueError: as `lpips.read`.
    """
    model = lpips.alexnet(path)

    def features(pictures: Sequence[Array]) -> Array:
        rows = []
        for picture in pictures:
            maps = model(resized(picture)[None], training=False)[-1]
            rows.append(np.mean(keras.ops.convert_to_numpy(maps)[0], axis=(0, 1)))
        return np.stack(rows)

    return features


def resized(picture: Array) -> Array:
    """Brings a picture to `SIDE` x `SIDE` pixels, float32 in about [0, 1]."""
    channels = [
        Image.fromarray(np.ascontiguousarray(channel)).resize(
            (SIDE, SIDE), Image.Resampling.BICUBIC
        )
        for channel in np.moveaxis(pixels.to_float(picture), -1, 0)
    ]
    return np.stack([np.asarray(channel) for channel in channels], axis=-1)
