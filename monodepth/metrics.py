"""How far a disparity is from the truth, in pixels and in metres."""

from __future__ import annotations

from typing import Any

import numpy as np

from darkroom.metrics import depth as depth_metrics
from monodepth import truth as truths

Array = np.ndarray[Any, Any]

# Menze, Geiger 2015, section 5: a pixel is bad if it is off by both
BAD_PIXELS, BAD_SHARE = 3.0, 0.05


def end_point_error(truth: Array, prediction: Array) -> float:
    """The mean error in pixels, of disparities in pixels."""
    return float(np.mean(np.abs(prediction - truth)))


def d1(truth: Array, prediction: Array) -> float:
    """The bad pixels in percent: off by 3 pixels and by 5 % of the truth, or more.

    Args:
      truth: disparities in pixels, of any shape, above 0.
      prediction: of the same shape.
    """
    off = np.abs(prediction - truth)
    bad = (off >= BAD_PIXELS) & (off >= BAD_SHARE * truth)
    return 100 * float(np.mean(bad))


def errors(
    truth: truths.Truth, shift: Array, farthest: float = depth_metrics.FARTHEST
) -> dict[str, float]:
    """All scores of one picture, over the pixels that count.

    Args:
      truth: what was measured.
      shift: `[H, W]`, the predicted disparity in pixels.
      farthest: metres beyond which predictions are clipped.

    Returns:
      The eight of the paper's table 1 (d1_all in percent), and `epe`, in pixels.

    Raises:
      ValueError: no pixel counts, or the prediction is of another shape.
    """
    if shift.shape != truth.shift.shape:
        raise ValueError(
            f"the prediction has the shape {shift.shape}, the ground truth "
            f"{truth.shift.shape}; expected one shape"
        )
    metres = depth_metrics.errors(
        truth.depth(truth.shift), truth.depth(shift), truth.counted, farthest=farthest
    )
    pair = truth.shift[truth.counted], shift[truth.counted]
    return {
        **{name: metres[name] for name in ("abs_rel", "sq_rel", "rmse", "log_rmse")},
        "d1_all": d1(*pair),
        **{name: metres[name] for name in ("a1", "a2", "a3")},
        "epe": end_point_error(*pair),
    }
