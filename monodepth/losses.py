"""Measures how well two disparities explain a stereo pair: Godard et al. 2017.

Section 3.3. All are pure functions, in float32 whatever the precision of the network.
`terms` works left and right off as one batch, the left pictures first: a sum over the
two sides is twice the mean.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from keras import ops

from monodepth import warp
from monodepth.network import Tensor

Smoothness = Literal["horizontal", "both"]
Terms = dict[str, Tensor]

SCALES = 4
WINDOW = 3
C1, C2 = 0.01**2, 0.03**2  # of SSIM, for pictures in [0, 1]


def terms(
    truth: Tensor,
    outputs: dict[str, Tensor],
    smoothness: Smoothness = "horizontal",
    edges: warp.Edges = "black",
    ssim_share: float = 0.85,
    smoothness_weight: float = 0.1,
    consistency_weight: float = 1.0,
) -> Terms:
    """Returns the training loss and what it is the sum of (eq. 1), scalars.

    Args:
      truth: `[B, H, W, 6]`, the left and the right picture.
      outputs: `disparity_1` (finest) to `disparity_4`, `[B, h, w, 2]`, each half the
        size of the one before; channel 0 is the left disparity, 1 the right.
      smoothness: "horizontal" counts what the original does; "both" is eq. 3.
      edges: what the warped pictures show of the outside, as in `warp.resample`.
      ssim_share: alpha of eq. 2.
      smoothness_weight: of the finest scale; each coarser one counts half as much.
      consistency_weight: of the agreement of left and right.

    Returns:
      "loss"; "appearance", "smoothness" and "consistency", sums over the scales and
      both sides, without their weights; and of each scale "appearance_1" and so on.
    """
    left, right = ops.split(ops.cast(truth, "float32"), 2, axis=-1)
    pictures = pyramid(ops.concatenate([left, right], axis=0))
    sums: Terms = {"appearance": 0.0, "smoothness": 0.0, "consistency": 0.0}
    for scale, picture in enumerate(pictures, 1):
        disparities = ops.cast(outputs[f"disparity_{scale}"], "float32")
        left, right = ops.split(disparities, 2, axis=-1)
        disparity = ops.concatenate([left, right], axis=0)
        offsets = ops.concatenate([-left, right], axis=0)
        estimate = warp.resample(_swapped(picture), offsets, edges)
        warped = warp.resample(_swapped(disparity), offsets, edges)
        uneven = smoothness_loss(disparity, picture, smoothness)
        of_scale = {
            "appearance": 2 * appearance_loss(picture, estimate, ssim_share),
            "smoothness": 2 * uneven / 2 ** (scale - 1),
            "consistency": 2 * consistency_loss(disparity, warped),
        }
        for name, term in of_scale.items():
            sums[f"{name}_{scale}"] = term
            sums[name] += term
    sums["loss"] = (
        sums["appearance"]
        + smoothness_weight * sums["smoothness"]
        + consistency_weight * sums["consistency"]
    )
    return sums


def pyramid(picture: Tensor, scales: int = SCALES) -> list[Tensor]:
    """Returns `[B, H, W, C]` and its halves, quarters and so on, by area averaging.

    Raises:
      ValueError: a side cannot be halved so often.
    """
    for side in picture.shape[1:3]:
        if side is not None and side % 2 ** (scales - 1):
            raise ValueError(
                f"a picture of {picture.shape[1]}x{picture.shape[2]} cannot be halved "
                f"{scales - 1} times; expected sides of {2 ** (scales - 1)} times n"
            )
    levels = [ops.cast(picture, "float32")]
    while len(levels) < scales:
        levels.append(ops.average_pool(levels[-1], 2, strides=2))
    return levels


def appearance_loss(
    picture: Tensor, estimate: Tensor, ssim_share: float = 0.85
) -> Tensor:
    """Measures how far a rebuilt picture is off: eq. 2, both `[B, H, W, 3]`.

    The original clips each (1 - SSIM) / 2 to [0, 1], where they lie by themselves.
    """
    dissimilarity = (1 - ops.mean(ssim(picture, estimate))) / 2
    absolute = ops.mean(ops.abs(picture - estimate))
    return ssim_share * dissimilarity + (1 - ssim_share) * absolute


def ssim(one: Tensor, other: Tensor) -> Tensor:
    """Returns the structural similarity in windows of 3 x 3, `[B, H - 2, W - 2, C]`.

    Wang et al. 2004, eq. 13, with the simpler window of Godard et al. 2017.

    Raises:
      ValueError: a side is below 3 pixels.
    """
    if any(side is not None and side < WINDOW for side in one.shape[1:3]):
        raise ValueError(
            f"SSIM needs sides of at least {WINDOW} pixels; got "
            f"{one.shape[1]}x{one.shape[2]}, so make the pictures larger"
        )
    mean_one, mean_other = _window_mean(one), _window_mean(other)
    product = mean_one * mean_other
    squares = ops.square(mean_one) + ops.square(mean_other)
    covariance = _window_mean(one * other) - product
    variances = _window_mean(ops.square(one) + ops.square(other)) - squares
    return ((2 * product + C1) * (2 * covariance + C2)) / (
        (squares + C1) * (variances + C2)
    )


def smoothness_loss(
    disparity: Tensor, picture: Tensor, smoothness: Smoothness = "horizontal"
) -> Tensor:
    """Measures how much the disparity changes where the picture does not: eq. 3.

    Args:
      disparity: `[B, H, W, 1]`.
      picture: `[B, H, W, 3]`, whose edges excuse those of the disparity.
      smoothness: as in `terms`.

    Raises:
      ValueError: `smoothness` is something else.
    """
    if smoothness not in get_args(Smoothness):
        raise ValueError(
            f"smoothness is {smoothness!r}; expected one of {get_args(Smoothness)}"
        )
    total = _change_along(2, disparity, picture)
    if smoothness == "both":
        total = total + _change_along(1, disparity, picture)
    return total


def _change_along(axis: int, disparity: Tensor, picture: Tensor) -> Tensor:
    change = ops.abs(ops.diff(disparity, axis=axis))
    edge = ops.mean(ops.abs(ops.diff(picture, axis=axis)), axis=-1, keepdims=True)
    return ops.mean(change * ops.exp(-edge))


def consistency_loss(disparity: Tensor, warped: Tensor) -> Tensor:
    """Measures how far the other side's disparity, warped here, is off: eq. 4."""
    return ops.mean(ops.abs(disparity - warped))


def _swapped(batch: Tensor) -> Tensor:
    """Returns the right half first, then the left one."""
    left, right = ops.split(batch, 2, axis=0)
    return ops.concatenate([right, left], axis=0)


def _window_mean(maps: Tensor) -> Tensor:
    # A pool's gradient costs twice as much on TensorFlow.
    shape = (WINDOW, WINDOW, maps.shape[-1], 1)
    kernel = np.full(shape, 1 / WINDOW**2, "float32")
    return ops.depthwise_conv(maps, kernel, padding="valid")
