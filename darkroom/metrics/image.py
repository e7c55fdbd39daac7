"""How close a prediction is to the truth: MSE, PSNR, SSIM, MS-SSIM.

Every metric takes `(truth, prediction)`, pictures `[B, H, W, C]` of one shape, and
computes in float32 whatever their type. Nothing is clipped. All are differentiable
and work on sizes known only at run time; those escape the checks of the smallest size.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from keras import ops

Tensor = Any  # of any backend of Keras, or NumPy's

# Wang, Bovik, Sheikh, Simoncelli 2004, section III.C, for pictures in [0, 1]
WINDOW, SIGMA = 11, 1.5
C1, C2 = 0.01**2, 0.03**2
# Wang, Simoncelli, Bovik 2003, section 3.2: beta and gamma of the five scales
SCALE_WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
# The coarsest of the five scales, 16 times smaller, still holds one window.
SMALLEST_MS_SSIM = WINDOW * 2 ** (len(SCALE_WEIGHTS) - 1)


def mse(truth: Tensor, prediction: Tensor) -> Tensor:
    """Returns the mean squared error over the whole batch, a scalar."""
    truth, prediction = pair(truth, prediction)
    return ops.mean(ops.square(truth - prediction))


def psnr(truth: Tensor, prediction: Tensor, max: float = 1.0) -> Tensor:
    """Returns the peak signal-to-noise ratio of the batch's `mse` in dB, a scalar.

    That is not the mean of the pictures' own ratios.

    Args:
      max: the value of white.
    """
    return (20 * math.log10(max)) - 10 * ops.log10(mse(truth, prediction))


def ssim(truth: Tensor, prediction: Tensor) -> Tensor:
    """Returns the structural similarity of each picture, `[B]`, 1 for equal ones.

    Wang et al. 2004, eq. 13, in a Gaussian window of 11 pixels (sigma 1.5), averaged
    over the places where the window lies inside, and over channels: the value of
    `tf.image.ssim(max_val=1)`, at a third of its cost.

    Raises:
      ValueError: A side is below 11 pixels, or the shapes differ.
    """
    truth, prediction = pair(truth, prediction, "SSIM", WINDOW)
    luminance, contrast_structure = _similarity(truth, prediction)
    return ops.mean(luminance * contrast_structure, axis=(1, 2, 3))


def ms_ssim(truth: Tensor, prediction: Tensor) -> Tensor:
    """Returns the multi-scale structural similarity of each picture, `[B]`.

    Wang et al. 2003, eq. 7, on five scales, each half the one before: the value of
    `tf.image.ssim_multiscale(max_val=1)`.

    Raises:
      ValueError: A side is below 176 pixels, or the shapes differ.
    """
    truth, prediction = pair(truth, prediction, "MS-SSIM", SMALLEST_MS_SSIM)
    product: Tensor = 1.0
    for scale, weight in enumerate(SCALE_WEIGHTS):
        if scale > 0:
            # "same" leaves what lies outside out of the mean, so an odd last row
            # counts as if it were there twice, as in TensorFlow. (Keras 3.15 fails on
            # JAX unless the strides are given too.)
            truth = ops.average_pool(truth, 2, strides=2, padding="same")
            prediction = ops.average_pool(prediction, 2, strides=2, padding="same")
        luminance, score = _similarity(truth, prediction)
        if scale == len(SCALE_WEIGHTS) - 1:
            score = luminance * score
        # Rows first: one float32 sum over a million pixels drifts by 1e-4.
        by_channel = ops.mean(ops.mean(score, axis=2), axis=1)
        product = product * ops.power(ops.relu(by_channel), weight)
    return ops.mean(product, axis=-1)


def _similarity(truth: Tensor, prediction: Tensor) -> tuple[Tensor, Tensor]:
    """Returns luminance, and contrast * structure, `[B, H - 10, W - 10, C]` each."""
    moments = (
        truth,
        prediction,
        truth * prediction,
        ops.square(truth) + ops.square(prediction),
    )
    means = window_means(ops.concatenate(moments, axis=-1))
    truth, prediction, product, squares = ops.split(means, 4, axis=-1)
    mean_product = 2 * truth * prediction
    mean_squares = ops.square(truth) + ops.square(prediction)
    luminance = (mean_product + C1) / (mean_squares + C1)
    covariance = 2 * product - mean_product
    variances = squares - mean_squares
    return luminance, (covariance + C2) / (variances + C2)


def window_means(maps: Tensor, sigma: float = SIGMA) -> Tensor:
    """Returns the Gaussian window's mean around each pixel that has room for it.

    All maps go as channels through one column and one row filter: 22 products per
    pixel instead of 121, and vector units filled by the channels.

    Args:
      maps: `[B, H, W, C]` float32.
      sigma: of the Gaussian in pixels, cut off at `WINDOW`.

    Returns:
      `[B, H - 10, W - 10, C]`.
    """
    offsets = np.arange(WINDOW) - WINDOW // 2
    gaussian = np.exp(-np.square(offsets / sigma) / 2)
    gaussian = (gaussian / gaussian.sum()).astype("float32")
    channels = maps.shape[-1]
    column = np.tile(gaussian[:, None, None, None], (1, 1, channels, 1))
    maps = ops.depthwise_conv(maps, column, padding="valid")
    return ops.depthwise_conv(maps, column.swapaxes(0, 1), padding="valid")


def pair(
    truth: Tensor, prediction: Tensor, name: str = "", smallest: int = 1
) -> tuple[Tensor, Tensor]:
    """Returns both as float32 tensors, once their shapes have been checked.

    Args:
      truth, prediction: pictures `[B, H, W, C]` of one shape.
      name: of the metric, for the error.
      smallest: side in pixels that it can take.

    Raises:
      ValueError: the shapes differ, or a side is too small.
    """
    truth = ops.cast(ops.convert_to_tensor(truth), "float32")
    prediction = ops.cast(ops.convert_to_tensor(prediction), "float32")
    shapes = tuple(truth.shape), tuple(prediction.shape)
    # A difference would broadcast, and the mean of it be a number that means nothing.
    if not _may_be_equal(*shapes):
        raise ValueError(
            f"truth and prediction must be [B, H, W, C] of one shape: "
            f"got {shapes[0]} and {shapes[1]}"
        )
    for side in shapes[0][1:3] + shapes[1][1:3]:
        if side is not None and side < smallest:
            raise ValueError(
                f"{name} needs sides of at least {smallest} pixels: got pictures of "
                f"{shapes[0][1]}x{shapes[0][2]}; use larger ones or leave {name} out"
            )
    return truth, prediction


def _may_be_equal(one: Sequence[int | None], other: Sequence[int | None]) -> bool:
    if len(one) != 4 or len(other) != 4:
        return False
    pairs = zip(one, other, strict=True)
    return all(a == b or a is None or b is None for a, b in pairs)
