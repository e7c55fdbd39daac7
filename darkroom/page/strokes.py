"""The brush's strokes, and the masks that they paint.

They are lines in fractions of the photo, so the same strokes make the mask of the
preview and that at full size.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Literal, get_args

import cv2
import numpy as np

from darkroom.pixels import Array

Brush = Literal["sharp", "blurred"]
Kind = Literal["sharp", "blurred", "erase"]
BRUSHES: tuple[Brush, ...] = get_args(Brush)
KINDS: tuple[Kind, ...] = get_args(Kind)
_SHIFT = 4  # bits of a pixel's fraction that OpenCV's lines keep
_THICKEST = 32_767  # pixels that OpenCV's lines take
_SOFT_SIDE = 640  # a soft stroke has no detail: it is drawn in this size, and enlarged


@dataclasses.dataclass(frozen=True)
class Stroke:
    """One line of the brush.

    Attributes:
      kind: what becomes of what it covers; "erase" takes the brush away again.
      size: the brush's width in the photo's longer sides, above 0, to 1.
      points: (x, y) in fractions of the photo's width and height.
      soft: how much of the brush's radius its rim takes, 0 (hard) to 1.
    """

    kind: Kind
    size: float
    points: tuple[tuple[float, float], ...]
    soft: float = 0.0


def cost(stroke: Stroke) -> float:
    """Returns what a stroke takes to paint, about .4 ms on 12 megapixels for each 1.

    A hard one's points cost as the brush is wide, a soft one as its box is large.
    """
    points = len(stroke.points) + 1
    if not stroke.soft:
        return points * (stroke.size + 0.02)
    corners = np.array(stroke.points)
    box = np.minimum(1, np.ptp(corners, axis=0) + stroke.size)
    return points * 0.02 + 0.25 + 8 * float(box.prod())


def brush_mask(
    strokes: Sequence[Stroke], kind: Brush, size: tuple[int, int]
) -> Array | None:
    """Paints the strokes of one kind; where two kinds cross, the later one holds.

    Args:
      strokes: the first one first.
      kind: what the mask is for.
      size: of the mask, height first.

    Returns:
      `[H, W]` uint8, 255 where it was painted; None if nothing of the kind was.
    """
    if all(stroke.kind != kind for stroke in strokes):
        return None
    painted = np.zeros(size, np.uint8)
    for stroke in strokes:
        if stroke.soft:
            _paint_softly(painted, stroke, stroke.kind == kind)
        else:
            _draw(painted, stroke, 255 if stroke.kind == kind else 0)
    return painted


def _draw(painted: Array, stroke: Stroke, light: int) -> None:
    """Draws a hard line of the brush's width."""
    size = painted.shape
    # OpenCV counts from the middle of the first pixel.
    corners = np.array(stroke.points, np.float64) * size[::-1] - 0.5
    line = (np.vstack([corners, corners[-1:]]) * 2**_SHIFT).round().astype(np.int32)
    wide = min(max(1, round(stroke.size * max(size))), _THICKEST)
    cv2.polylines(painted, [line], False, light, wide, cv2.LINE_8, _SHIFT)


def _paint_softly(painted: Array, stroke: Stroke, is_added: bool) -> None:
    """Adds a line with a soft rim to a mask, or takes it away, in its own box."""
    box = _box(stroke, painted.shape)
    part = painted[box]
    if not part.size:
        return
    share = _soft(stroke, box, painted.shape)
    if is_added:
        np.maximum(part, share, out=part)
    else:
        np.minimum(part, 255 - share, out=part)


def _box(stroke: Stroke, size: tuple[int, ...]) -> tuple[slice, slice]:
    """Returns the rows and columns that a stroke can reach."""
    points = np.array(stroke.points) * size[::-1]
    reach = stroke.size * max(size) / 2 + 1
    least = np.maximum(0, np.floor(points.min(0) - reach)).astype(int)
    most = np.minimum(size[::-1], np.ceil(points.max(0) + reach)).astype(int)
    return slice(least[1], most[1]), slice(least[0], most[0])


def _soft(stroke: Stroke, box: tuple[slice, slice], size: tuple[int, ...]) -> Array:
    """Returns a stroke within its box, uint8: a smooth fall over the brush's rim."""
    rows, columns = (side.stop - side.start for side in box)
    scale = min(1.0, _SOFT_SIDE / max(size))
    small = (max(1, round(columns * scale)), max(1, round(rows * scale)))
    step = np.array(small) / (columns, rows)
    corners = np.array(stroke.points) * size[::-1] - (box[1].start, box[0].start)
    line = np.vstack([corners, corners[-1:]]) * step - 0.5
    away = np.full(small[::-1], 255, np.uint8)
    fixed = (line * 2**_SHIFT).round().astype(np.int32)
    cv2.polylines(away, [fixed], False, 0, 1, cv2.LINE_8, _SHIFT)
    distance = cv2.distanceTransform(away, cv2.DIST_L2, 5)
    radius = max(0.5, stroke.size * max(size) * scale / 2)
    inward = np.clip((radius - distance) / (radius * stroke.soft), 0, 1)
    share = np.rint(255 * inward * inward * (3 - 2 * inward)).astype(np.uint8)
    return cv2.resize(share, (columns, rows), interpolation=cv2.INTER_LINEAR)
