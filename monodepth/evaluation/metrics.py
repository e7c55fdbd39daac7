"""Compares a disparity with the truth, in pixels and in metres."""

from __future__ import annotations

from typing import Literal

import numpy as np

from darkroom.metrics import depth as depth_metrics
from darkroom.pixels import Array
from monodepth.evaluation import truth as truths

Alignment = Literal["none", "median", "scale_shift"]

# Menze, Geiger 2015, section 5: a pixel is bad if it is off by both
BAD_PIXELS, BAD_SHARE = 3.0, 0.05


def end_point_error(truth: Array, prediction: Array) -> float:
    """Returns the mean error in pixels, of disparities in pixels."""
    return float(np.mean(np.abs(prediction - truth)))


def d1(truth: Array, prediction: Array) -> float:
    """Returns the bad pixels in percent: off by 3 pixels and 5 % of the truth or more.

    Args:
      truth: disparities in pixels, of any shape, above 0.
      prediction: of the same shape.
    """
    off = np.abs(prediction - truth)
    bad = (off >= BAD_PIXELS) & (off >= BAD_SHARE * truth)
    return 100 * float(np.mean(bad))


def errors(
    truth: truths.Truth, disparity_px: Array, farthest: float = depth_metrics.FARTHEST
) -> dict[str, float]:
    """Returns all scores of one picture, over its valid pixels.

    Args:
      truth: what was measured.
      disparity_px: `[H, W]`, the predicted one.
      farthest: metres beyond which predictions are clipped.

    Returns:
      The eight of the paper's table 1 (d1_all in percent), and `epe`, in pixels.

    Raises:
      ValueError: no pixel is valid, or the prediction is of another shape.
    """
    if disparity_px.shape != truth.disparity_px.shape:
        raise ValueError(
            f"the prediction has the shape {disparity_px.shape}, the ground truth "
            f"{truth.disparity_px.shape}; expected one shape"
        )
    metres = depth_metrics.errors(
        truth.depth(truth.disparity_px),
        truth.depth(disparity_px),
        truth.valid,
        farthest=farthest,
    )
    pair = truth.disparity_px[truth.valid], disparity_px[truth.valid]
    return {
        **{name: metres[name] for name in ("abs_rel", "sq_rel", "rmse", "log_rmse")},
        "d1_all": d1(*pair),
        **{name: metres[name] for name in ("a1", "a2", "a3")},
        "epe": end_point_error(*pair),
    }


def align(kind: Alignment, truth: Array, prediction: Array, valid: Array) -> Array:
    """Brings a relative disparity to the truth's scale.

    Args:
      kind: none: as it is. median: times the ratio of the medians (Zhou et al. 2017,
        section 4.1). scale_shift: times a number plus a number, those of the least
        squares in disparity (Ranftl et al. 2020, eq. 3 and 4).
      truth: `[H, W]`, a disparity.
      prediction: `[H, W]`, a disparity in any unit.
      valid: `[H, W]` bool, the pixels of the truth that are known.

    Raises:
      ValueError: the prediction's median is not above 0, and that was to be scaled.
    """
    if kind == "none" or not valid.any():
        return prediction
    target, guess = truth[valid], prediction[valid]
    if kind == "median":
        middle = np.median(guess)
        if not middle > 0:
            raise ValueError(
                f"the prediction's median is {middle:.4g}, which no factor brings to "
                "the truth's; pass --align scale_shift"
            )
        return prediction * (np.median(target) / middle)
    if guess.min() == guess.max():  # a constant tells nothing but the mean
        return np.full_like(prediction, target.mean())
    spread = guess - guess.mean()
    scale = np.mean(spread * target) / np.mean(spread**2)
    return scale * (prediction - guess.mean()) + target.mean()
