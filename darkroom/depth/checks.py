"""Refuses what cannot be the depth of a photo."""

from __future__ import annotations

import pathlib

import cv2
import numpy as np

from darkroom import pixels
from darkroom.io import decoding, sixteen_bit
from darkroom.pixels import Array

SAME_SHAPE = 0.02  # how far the ratios of the sides may differ, besides rounding
SAME_PICTURE = 0.995  # the correlation from which on a map is the photo itself
UPSIDE_DOWN = -0.2  # the correlation of row and disparity from which on it is said
_SIDE = 96  # of the copies that are correlated


def is_upside_down(disparity: Array) -> bool:
    """Tells whether the disparity shrinks downwards, as in hardly any real photo.

    In 27 maps of 28 real photos it grows: what stands lower is nearer.

    Args:
      disparity: `[h, w]`, not constant.
    """
    rows = disparity.mean(axis=1, dtype=np.float64)
    spread = float(disparity.std(dtype=np.float64))
    row = np.arange(len(rows)) - (len(rows) - 1) / 2
    if spread == 0 or len(rows) < 2:
        return False
    # The correlation of each pixel's row with its value: rows are all of one length.
    return float((rows * row).mean() / (row.std() * spread)) < UPSIDE_DOWN


def reject_flat(disparity: Array, origin: str) -> None:
    """Raises ValueError if all disparities are equal."""
    if disparity.min() == disparity.max():
        raise ValueError(
            f"{origin} has the same depth everywhere; expected one with near and far"
        )


def oriented_like(
    picture: Array, disparity: Array, path: pathlib.Path | None
) -> tuple[Array, bool]:
    """Returns the disparity as the picture lies, and whether it was turned for that.

    A camera held upright stores its photo lying down and says so in EXIF; a map made
    from the photo by a program that does not look there lies down, too.

    Args:
      picture: `[H, W, 3]`, upright.
      disparity: `[h, w]`.
      path: the photo's file, for its EXIF orientation, or None.

    Raises:
      ValueError: its sides have another ratio, turned or not.
    """
    shape, size = disparity.shape, picture.shape[:2]
    if same_ratio(shape, size):
        return disparity, False
    if path and same_ratio(shape[::-1], size):
        orientation = decoding.orientation(path)
        if orientation >= 5:
            return sixteen_bit.turn(disparity, orientation), True
    remedy = ": cut it as the photo was"
    if same_ratio(shape[::-1], size):
        remedy = "; it seems to lie on its side: turn it"
    raise ValueError(
        f"the map is {pixels.hxw(disparity)}, the photo {pixels.hxw(picture)}; "
        f"expected sides of the same ratio{remedy}"
    )


def same_ratio(shape: tuple[int, ...], size: tuple[int, ...]) -> bool:
    """Returns whether a map's sides are to one another as a photo's are."""
    rounding = 1 / min(shape)  # a side may be one pixel off
    return abs(shape[0] * size[1] / (shape[1] * size[0]) - 1) <= SAME_SHAPE + rounding


def reject_photo_itself(picture: Array, disparity: Array) -> None:
    """Raises ValueError if a map is the photo itself, or its grey or negative version.

    Args:
      picture: `[H, W, 3]` uint8.
      disparity: `[h, w]`, not constant.
    """
    side = (_SIDE, _SIDE)
    colours = cv2.resize(picture, side, interpolation=cv2.INTER_AREA).reshape(-1, 3)
    values = cv2.resize(disparity, side, interpolation=cv2.INTER_AREA).reshape(-1)
    if values.std() == 0:
        return
    greys = [*colours.T, colours.mean(axis=1), colours @ (0.299, 0.587, 0.114)]
    for grey in greys:
        correlation = np.corrcoef(grey, values)[0, 1] if grey.std() > 0 else 0.0
        if abs(correlation) > SAME_PICTURE:
            raise ValueError(
                "it is the photo itself in grey; expected a depth map, whose light "
                "tells how near a thing is"
            )
