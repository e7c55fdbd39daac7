"""Numbers as colours, for people to look at: disparities, and errors of them.

The colour maps are OpenCV's. Black is what is not known.
"""

from __future__ import annotations

import numpy as np

from darkroom.pixels import Array

SPECKS = 1.0  # percent of a disparity's values, at each end, that do not set its range
DOUBLINGS = 4  # from the limit of an error to either end of its colours


def disparity(
    values: Array, low: float | None = None, high: float | None = None
) -> Array:
    """Colours a disparity: far is dark blue, near light yellow, evenly lighter between.

    Args:
      values: `[H, W]`, larger is nearer; NaN and infinity where it is not known.
      low: what gets the darkest colour; without it, the least value but for specks.
      high: what gets the lightest; without it, the greatest.

    Returns:
      `[H, W, 3]` uint8, RGB.
    """
    import cv2

    known = np.isfinite(values)
    ends = np.percentile(values[known], (SPECKS, 100 - SPECKS)) if known.any() else [0]
    least = ends[0] if low is None else low
    most = ends[-1] if high is None else high
    scale = 1 / (most - least) if most > least else 0.0
    above = np.where(known, values, least) - least
    return _coloured(above * scale, known, cv2.COLORMAP_PLASMA)


def error(values: Array, limit: float) -> Array:
    """Colours an error: blue is right, red wrong, green at the limit; by doublings.

    As KITTI's development kit draws it: the colours run from a sixteenth of the limit
    (3 pixels there) to sixteen times as much.

    Args:
      values: `[H, W]`, at least 0; NaN and infinity where it is not known.
      limit: the largest error that counts as right, in the same unit.

    Returns:
      `[H, W, 3]` uint8, RGB.
    """
    import cv2

    known = np.isfinite(values)
    least = limit / 2**DOUBLINGS
    above = np.log2(np.maximum(np.where(known, values, least), least) / least)
    return _coloured(above / (2 * DOUBLINGS), known, cv2.COLORMAP_TURBO)


def _coloured(fraction: Array, known: Array, colour_map: int) -> Array:
    """Returns a colour map's colours, from 0 to 1; black where nothing is known."""
    import cv2

    steps = np.rint(255 * np.clip(fraction, 0, 1)).astype(np.uint8)
    colours = cv2.applyColorMap(steps, colour_map)[..., ::-1]
    return np.where(known[..., None], colours, np.uint8(0))
