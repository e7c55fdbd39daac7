"""A box around what should be sharp becomes a depth."""

from __future__ import annotations

from typing import TypeAlias

import cv2
import numpy as np

from darkroom.depth import portrait
from darkroom.pixels import Array
from darkroom.subjects import resizing

Box: TypeAlias = tuple[float, float, float, float]  # x, y, width, height: fractions

_LEAST = 0.02  # of the photo's width and height: less is a click
_SIDE = 320  # of the copy that is cut
_ROUNDS = 3  # of GrabCut


def parse(text: str) -> Box:
    """Reads `x,y,w,h` in fractions of the photo's width and height.

    Raises:
      ValueError: it is no box inside the photo, or one too small to hold anything.
    """
    try:
        x, y, width, height = map(float, text.split(","))
        fits = 0 <= x <= x + width <= 1 + 1e-6 and 0 <= y <= y + height <= 1 + 1e-6
    except ValueError:
        fits = False
    if not (fits and min(width, height) >= _LEAST):
        raise ValueError(
            f"the box came as {text[:60]}; expected x,y,w,h in fractions of the photo, "
            "such as 0.2,0.1,0.5,0.8"
        )
    return x, y, min(width, 1 - x), min(height, 1 - y)


def spelled(box: Box) -> str:
    """Returns a box as `parse` reads it."""
    return ",".join(f"{part:.4g}" for part in box)


def depth(picture: Array, box: Box) -> tuple[Array, Array]:
    """Guesses that what a box holds stands upright on a floor, before the rest.

    Args:
      picture: `[H, W, 3]` uint8.
      box: of the subject.

    Returns:
      The disparity, `[H, W]` float32 in [0, 1]; the subject's soft mask, of the same
      size and type.

    Raises:
      ValueError: there is nothing in the box that differs from what is around it.
    """
    mask = _cut(picture, box)
    inside = mask >= 0.5
    if not inside.any() or inside.all():
        raise ValueError(
            "nothing in the box stands out from what is around it; draw it closer "
            "around the subject, with a little space on all sides"
        )
    rows = np.flatnonzero(inside.any(axis=1))
    row = np.arange(len(mask), dtype=np.float32)[:, None]
    rise = (row - rows[0]) / (rows[-1] + 1 - rows[0])
    floor = np.clip(portrait.PERSON * rise, 0, 1)
    return np.where(inside, np.float32(portrait.PERSON), floor), mask


def _cut(picture: Array, box: Box) -> Array:
    """Finds what a box holds by GrabCut (Rother et al. 2004), `[H, W]` in [0, 1]."""
    small = resizing.downscaled(picture, _SIDE)
    height, width = small.shape[:2]
    x, y, wide, high = box
    left, top = int(x * width), int(y * height)
    right, bottom = int(np.ceil((x + wide) * width)), int(np.ceil((y + high) * height))
    labels = np.full((height, width), cv2.GC_BGD, np.uint8)
    labels[top:bottom, left:right] = cv2.GC_PR_FGD
    if min(np.count_nonzero(labels), np.count_nonzero(labels == cv2.GC_BGD)) > 50:
        cv2.setRNGSeed(0)  # it starts from random clusters of colours
        back, front = np.zeros((1, 65)), np.zeros((1, 65))
        cv2.grabCut(
            small, labels, (0, 0, 1, 1), back, front, _ROUNDS, cv2.GC_INIT_WITH_MASK
        )
    cut = np.isin(labels, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.float32)
    return resizing.guided_upsample(cut, picture)
