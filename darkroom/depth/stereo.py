"""Disparity from a second photo, taken a step to the right: semi-global matching.

The pair is rectified: a point is on the same row in both photos, and farther left in
the right one.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from darkroom import pixels
from darkroom.depth import scaling, upsample
from darkroom.pixels import Array

LONGER_SIDE = 800  # matched at most at this size; the photo's edges make up for it
COARSE_SIDE = 240  # where the range of shifts is looked for
SHIFTS = (-0.2, 0.4)  # the range that is searched, as fractions of the width
BLOCK = 3
SMOOTH = (4, 64)  # what a shift's change by one and by more costs, per value matched


class Match(NamedTuple):
    """What two photos tell.

    Attributes:
      disparity: `[h, w]` float32 in [0, 1], of the left photo, at `LONGER_SIDE`.
      unmatched: the share of the picture that the other photo does not show, or on
        which the two matches, from left to right and back, do not agree.
    """

    disparity: Array
    unmatched: float


def match(left: Array, right: Array) -> Match:
    """Matches two photos by semi-global matching (Hirschmueller 2008).

    What has no match is given the farther of what is known beside it, as it is hidden
    from one camera; then all steps are moved to the photo's edges.

    Args:
      left: `[H, W, 3]` uint8.
      right: of the same size.

    Raises:
      ValueError: the sizes differ, few pixels find a partner, nothing is shifted, or
        the right photo was taken from the left.
    """
    if left.shape != right.shape:
        raise ValueError(
            f"the right photo is {pixels.hxw(right)}, the left one "
            f"{pixels.hxw(left)}; expected a rectified pair of one size"
        )
    small = _shrunk(left, COARSE_SIDE), _shrunk(right, COARSE_SIDE)
    width = small[0].shape[1]
    shift, known = _matched(*small, int(SHIFTS[0] * width), int(SHIFTS[1] * width))
    if known.mean() < 0.4:
        raise ValueError(
            f"only {known.mean():.0%} of the pixels are found in the right photo; "
            "expected a rectified pair: the same scene, a point on the same row in both"
        )
    least, most = np.percentile(shift[known], (0.5, 99.5)) / width
    if (most - least) * width < 1:
        raise ValueError(
            "the right photo shows nothing nearer than the rest; expected one taken "
            "from farther to the right"
        )
    if most <= 0:
        raise ValueError(
            "the right photo was taken from the left of the photo; pass one from its "
            "right, or swap the two"
        )
    pair = _shrunk(left, LONGER_SIDE), _shrunk(right, LONGER_SIDE)
    width = pair[0].shape[1]
    margin = 2 / COARSE_SIDE
    shift, known = _matched(
        *pair, int((least - margin) * width), int((most + margin) * width) + 1
    )
    whole = scaling.filled(shift, known).astype(np.float32)
    near = scaling.stretched(cv2.medianBlur(whole, 5))
    aligned = upsample.along_edges(near, pair[0])
    return Match(scaling.stretched(aligned), float(1 - known.mean()))


def _matched(left: Array, right: Array, least: int, most: int) -> tuple[Array, Array]:
    """Returns shifts to the left, `[H, W]` in pixels, and where both photos agree."""
    count = -(-(most - least) // 16) * 16
    matcher = cv2.StereoSGBM.create(
        minDisparity=least,
        numDisparities=count,
        blockSize=BLOCK,
        P1=SMOOTH[0] * 3 * BLOCK**2,
        P2=SMOOTH[1] * 3 * BLOCK**2,
        uniquenessRatio=5,
        preFilterCap=31,
        speckleWindowSize=100,
        speckleRange=2,
        mode=cv2.STEREO_SGBM_MODE_SGBM_3WAY,
    )
    # OpenCV gives no shifts to the border columns that a shift can leave
    edge = max(abs(least), abs(least + count))
    wide = (0, 0, edge, edge, cv2.BORDER_REPLICATE)
    pair = [cv2.copyMakeBorder(photo, *wide) for photo in (left, right)]
    inner = slice(edge, -edge)
    shift = matcher.compute(*pair)[:, inner] / np.float32(16)
    mirrored = [np.ascontiguousarray(photo[:, ::-1]) for photo in pair[::-1]]
    back = matcher.compute(*mirrored)[:, inner][:, ::-1] / np.float32(16)
    partner = np.arange(shift.shape[1]) - np.rint(shift).astype(np.int32)
    inside = (partner >= 0) & (partner < shift.shape[1])
    partner = np.clip(partner, 0, shift.shape[1] - 1)
    agree = np.abs(np.take_along_axis(back, partner, axis=1) - shift) <= 1
    return shift, inside & agree & (shift >= least)


def _shrunk(photo: Array, longer_side: int) -> Array:
    scale = min(1.0, longer_side / max(photo.shape[:2]))
    return cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
