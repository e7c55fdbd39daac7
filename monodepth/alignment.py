"""Brings a relative disparity to the truth's scale, as the truth itself tells it."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

Array = np.ndarray[Any, Any]
Kind = Literal["none", "median", "scale_shift"]


def aligned(kind: Kind, truth: Array, prediction: Array, counted: Array) -> Array:
    """The prediction at the truth's scale.

    Args:
      kind: none: as it is. median: times the ratio of the medians (Zhou et al. 2017,
        section 4.1). scale_shift: times a number plus a number, those of the least
        squares in disparity (Ranftl et al. 2020, eq. 3 and 4).
      truth: `[H, W]`, a disparity.
      prediction: `[H, W]`, a disparity in any unit.
      counted: `[H, W]` bool, the pixels of the truth that count.

    Raises:
      ValueError: the prediction's median is not above 0, and that was to be scaled.
    """
    if kind == "none" or not counted.any():
        return prediction
    known, found = truth[counted], prediction[counted]
    if kind == "median":
        middle = np.median(found)
        if not middle > 0:
            raise ValueError(
                f"the prediction's median is {middle:.4g}, which no factor brings to "
                "the truth's; pass --align scale_shift"
            )
        return prediction * (np.median(known) / middle)
    if found.min() == found.max():  # a constant tells nothing but the mean
        return np.full_like(prediction, known.mean())
    spread = found - found.mean()
    scale = np.mean(spread * known) / np.mean(spread**2)
    return scale * (prediction - found.mean()) + known.mean()
