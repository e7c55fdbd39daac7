"""What the page's brush has painted, as masks of any size.

The page sends its strokes as lines in fractions of the photo, so the same strokes make
the mask of the preview and that of the photo at full size.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

KINDS = ("sharp", "blurred")
_SHIFT = 4  # bits of a pixel's fraction that OpenCV's lines keep


def check(strokes: Sequence[Any]) -> None:
    """Raises ValueError for a stroke that `mask` could not paint."""
    for stroke in strokes:
        try:
            points = np.array(stroke["points"], np.float64)
            fits = points.ndim == 2 and points.shape[1] == 2 and len(points)
            inside = (points >= 0).all() and (points <= 1).all()
            if not (fits and inside and 0 < stroke["size"] <= 1):
                raise ValueError
            if stroke["kind"] not in KINDS:
                raise ValueError
        except (KeyError, TypeError, ValueError):
            raise ValueError(
                f"a brush stroke came as {str(stroke)[:80]}; expected a kind (sharp or "
                "blurred), a size (above 0, to 1) and points (pairs from 0 to 1)"
            ) from None


def has(strokes: Sequence[Any], kind: str) -> bool:
    """Whether there is a stroke of a kind."""
    return any(stroke["kind"] == kind for stroke in strokes)


def mask(strokes: Sequence[Any], kind: str, size: tuple[int, int]) -> Array | None:
    """Paints the strokes of one kind; where two kinds cross, the later one holds.

    Args:
      strokes: each `{"kind": ..., "size": ..., "points": [[x, y], ...]}`: the brush's
        width in the photo's longer sides, and where it went in fractions of the
        photo's width and height.
      kind: `sharp` or `blurred`.
      size: of the mask, height first.

    Returns:
      `[H, W]` uint8, 255 where it was painted; None if nothing of the kind was.
    """
    import cv2

    if not has(strokes, kind):
        return None
    painted = np.zeros(size, np.uint8)
    for stroke in strokes:
        # OpenCV counts from the middle of the first pixel.
        corners = np.array(stroke["points"], np.float64) * size[::-1] - 0.5
        line = (np.vstack([corners, corners[-1:]]) * 2**_SHIFT).round().astype(np.int32)
        wide = max(1, round(stroke["size"] * max(size)))
        light = 255 if stroke["kind"] == kind else 0
        cv2.polylines(painted, [line], False, light, wide, cv2.LINE_8, _SHIFT)
    return painted
