"""How far a depth is from the truth, in the measures of Eigen et al. 2014, section 4.

Depths are in metres, or in any other unit that both share.
"""

from __future__ import annotations

import numpy as np

from darkroom.pixels import Array

NEAREST, FARTHEST = 1e-3, 80.0  # metres; the LIDAR of KITTI sees no farther
CLOSE = 1.25  # the largest ratio that is right in a1; a2 and a3 take its powers


def errors(
    truth: Array,
    prediction: Array,
    valid: Array | None = None,
    nearest: float = NEAREST,
    farthest: float = FARTHEST,
) -> dict[str, float]:
    """Returns the seven errors over the valid pixels.

    Args:
      truth: depths of any shape, above 0 where they are valid.
      prediction: of the same shape; clipped to [`nearest`, `farthest`].
      valid: bool, of the same shape; all pixels without it.
      nearest, farthest: in metres.

    Returns:
      abs_rel, sq_rel (metres), rmse (metres), log_rmse: lower is better. a1, a2, a3,
      the shares of the pixels whose ratio to the truth is below 1.25, 1.25^2, 1.25^3:
      higher is better.

    Raises:
      ValueError: the shapes differ, no pixel is valid, or a depth is not above 0.
    """
    shapes = {each.shape for each in (truth, prediction, valid) if each is not None}
    if len(shapes) > 1:
        raise ValueError(
            f"the prediction has the shape {prediction.shape}, the truth "
            f"{truth.shape}; expected one shape"
        )
    if valid is not None:
        truth, prediction = truth[valid], prediction[valid]
    if not truth.size:
        raise ValueError("no pixel of the truth is valid; expected some above 0")
    truth = truth.astype(np.float64)
    prediction = np.clip(prediction.astype(np.float64), nearest, farthest)
    if not truth.min() > 0 or np.isnan(prediction).any():
        raise ValueError(
            "a valid depth is NaN or not above 0; expected metres: mark the pixels "
            "that are known"
        )
    off, ratio = prediction - truth, prediction / truth
    apart = np.maximum(ratio, 1 / ratio)
    return {
        "abs_rel": float(np.mean(np.abs(off) / truth)),
        "sq_rel": float(np.mean(off**2 / truth)),
        "rmse": float(np.sqrt(np.mean(off**2))),
        "log_rmse": float(np.sqrt(np.mean(np.log(ratio) ** 2))),
        **{f"a{n}": float(np.mean(apart < CLOSE**n)) for n in (1, 2, 3)},
    }
