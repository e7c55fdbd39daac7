"""The brush changes the disparity softly: a grey mask moves a part of the way.

A person's mask is cut at one half (`masks.pull`): what lies between person and
background is an edge, and no surface. A soft brush is meant as it looks: half painted
is half as blurred.
"""

from __future__ import annotations

import cv2
import numpy as np

from darkroom import pixels
from darkroom.pixels import Array
from darkroom.subjects import masks

_EDGE = 0.4  # what a mask rises by within 3 x 3 pixels where it is an edge, no ramp


def paint(
    disparity: Array,
    focus: float,
    sharp: Array | None = None,
    blurred: Array | None = None,
) -> Array:
    """Moves what is marked into focus or out of it, as far as the masks say.

    Where a mask rises within five pixels it has an edge, which is cut at one half as a
    person's is; a brush's soft rim is wider. Where all is 0 or 1 this is `masks.pull`,
    bit for bit.

    Args:
      disparity: `[H, W]` in [0, 1].
      focus: the disparity that is in focus.
      sharp: `[H, W]` in [0, 1], or uint8 or uint16; None for nothing.
      blurred: the same.

    Returns:
      `[H, W]` float32; `disparity` is left as it was.

    Raises:
      ValueError: a mask is not of the disparity's size.
    """
    painted = disparity.astype(np.float32)
    if blurred is not None:
        far = masks.pull(disparity, focus, None, _touched(blurred))
        painted = _mixed(painted, far, _share(blurred))
    if sharp is not None:
        near = masks.pull(painted, focus, _touched(sharp))
        painted = _mixed(painted, near, _share(sharp))
    return painted


def _touched(mask: Array) -> Array:
    return (mask > 0).astype(np.float32)


def _share(mask: Array) -> Array:
    """Returns how far what is under a mask moves, `[H, W]` float32 in [0, 1]."""
    share = pixels.to_float(mask)
    nine = np.ones((3, 3), np.uint8)
    steep = cv2.dilate(share, nine) - cv2.erode(share, nine) >= _EDGE
    return np.where(steep, (share >= 0.5).astype(np.float32), share)


def _mixed(before: Array, after: Array, share: Array) -> Array:
    """Returns `before` where the share is 0 and `after` where it is 1, exactly."""
    return before * (1 - share) + after * share
