"""Masks change the disparity: what must be sharp, and what must be blurred."""

from __future__ import annotations

import numpy as np

from darkroom import pixels
from darkroom.pixels import Array

_FLAT = 0.1  # a disparity that keeps within this of the focus cannot blur anything


def pull(
    disparity: Array,
    focus: float,
    sharp: Array | None = None,
    blurred: Array | None = None,
) -> Array:
    """Moves what `sharp` marks into focus, and what `blurred` marks out of it.

    A mask counts from 0.5 on: a mixed disparity would be a surface between person and
    background that does not exist, and would be blurred as such all along the edge.
    What is blurred goes to the disparity farthest from the focus on its own side; to
    the other side where its own reaches less than half as far. Sharp wins over blurred.

    Args:
      disparity: `[H, W]` in [0, 1].
      focus: the disparity that is in focus.
      sharp: `[H, W]` in [0, 1], or uint8 or uint16.
      blurred: the same.

    Returns:
      `[H, W]` float32; `disparity` is left as it was.

    Raises:
      ValueError: a mask is not of the disparity's size.
    """
    pulled = disparity.astype(np.float32)
    if blurred is not None:
        far, near = _ends(disparity, focus)
        behind, before = focus - far, near - focus
        ahead = disparity > focus
        if min(behind, before) < max(behind, before) / 2:
            ahead[:] = before > behind
        marked = _marked(blurred, disparity, "blurred")
        np.copyto(pulled, far, where=marked)
        np.copyto(pulled, near, where=marked & ahead)
    if sharp is not None:
        np.copyto(pulled, focus, where=_marked(sharp, disparity, "sharp"))
    return pulled


def _ends(disparity: Array, focus: float) -> tuple[float, float]:
    """Returns the disparities farthest from the focus, behind it and before it."""
    far, near = float(disparity.min()), float(disparity.max())
    return (far, near) if max(focus - far, near - focus) > _FLAT else (0.0, 1.0)


def _marked(mask: Array, disparity: Array, name: str) -> Array:
    if mask.shape != disparity.shape:
        raise ValueError(
            f"the mask of what is {name} has the shape {mask.shape}, the disparity "
            f"{disparity.shape}; they must be of one size"
        )
    return pixels.to_float(mask) >= 0.5
