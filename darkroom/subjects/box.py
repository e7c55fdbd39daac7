"""Cuts out what is in a box that somebody drew around it."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from darkroom.pixels import Array
from darkroom.subjects import cut, fetch, resizing, segmentation

Box = tuple[float, float, float, float]

_SIDE = 256  # of the copy that is cut
_AROUND = 0.5  # of the box's sides, that is looked at as background on each side
_ROUNDS = 4  # of GrabCut
_MOSTLY = 0.8  # of a person, that is in the box for it to be drawn around them
_FILLED = 0.2  # of the box, that they fill then
_CORE = 0.3  # of the way from the box's middle to its sides: subject, for sure
_LEAST = 0.12  # of the oval in the box, that a subject fills: more than its core


class Boxed(NamedTuple):
    """What is in a box.

    Attributes:
      mask: `[H, W]` float32 in [0, 1], soft, with edges that follow the photo.
      note: what should be known of it; empty for nothing.
    """

    mask: Array
    note: str = ""


def parse(text: str) -> Box:
    """Reads a box.

    Raises:
      ValueError: it is no box inside the picture, or all of the picture.
    """
    try:
        x, y, width, height = map(float, text.split(","))
    except ValueError:
        raise ValueError(
            f"--subject is {text}; expected x,y,width,height of a box in fractions of "
            "the photo's width and height, such as 0.3,0.2,0.4,0.6"
        ) from None
    check((x, y, width, height))
    return x, y, width, height


def check(box: Box) -> None:
    """Refuses a box that is not inside the picture, or is all of it.

    Raises:
      ValueError: it is so.
    """
    x, y, width, height = box
    inside = x >= 0 and y >= 0 and x + width <= 1 + 1e-9 and y + height <= 1 + 1e-9
    if not (inside and width > 0 and height > 0):
        raise ValueError(
            f"the box {x:g},{y:g},{width:g},{height:g} is not inside the photo; "
            "expected x, y, width and height with x + width and y + height at most 1"
        )
    if width * height > 0.98:
        raise ValueError(
            "the box is all of the photo; expected one around what should be sharp, "
            "with some of the background outside"
        )


def boxed(picture: Array, box: Box) -> Boxed:
    """Cuts out what is in a box: GrabCut by its colours, then a soft matte.

    A person that it was drawn around is found by the network, if that was fetched.

    Args:
      picture: `[H, W, 3]` uint8, uint16 or float in [0, 1].
      box: x and y of its top left corner, width, height; fractions of the picture's.

    Raises:
      ValueError: as `check`, or this is no picture.
    """
    check(box)
    shape = picture.shape[:2]
    person = _person(picture, _pixels(box, shape, 0.0))
    if person is not None:
        return person
    inner, outer = _pixels(box, shape, 0.0), _pixels(box, shape, _AROUND)
    crop = picture[outer]
    small = resizing.downscaled(crop, _SIDE)
    scale = np.array(small.shape[:2]) / crop.shape[:2]
    labels = np.full(small.shape[:2], cv2.GC_BGD, np.uint8)
    rows, columns = (
        slice(
            int((inside.start - outside.start) * per_pixel),
            max(1, round((inside.stop - outside.start) * per_pixel)),
        )
        for inside, outside, per_pixel in zip(inner, outer, scale, strict=True)
    )
    away = _away(small.shape, rows, columns)
    labels[rows, columns] = cv2.GC_PR_BGD
    labels[away <= 1] = cv2.GC_PR_FGD
    labels[away <= _CORE] = cv2.GC_FGD
    mask = cut.whole(cut.grab(small, labels, _ROUNDS))
    note = ""
    if mask.sum() < _LEAST * np.count_nonzero(away <= 1):
        note = "; nothing in the box stands out from around it: its oval was taken"
        mask = (away <= 1).astype(np.float32)
    full = np.zeros(shape, np.float32)
    full[outer] = resizing.guided_upsample(mask, crop)
    if full.max() < 0.5:  # it is a pixel or two
        full[inner] = 1
    return Boxed(full, note)


def _person(picture: Array, inner: tuple[slice, slice]) -> Boxed | None:
    """Returns the person in the box as the network sees them, if it is one."""
    if not fetch.has_person_network():
        return None
    mask, unsure = segmentation.find_person(picture)
    inside = np.zeros_like(mask)
    inside[inner] = mask[inner]
    is_person = inside.sum() >= max(_MOSTLY * mask.sum(), _FILLED * mask[inner].size)
    return Boxed(inside) if is_person and unsure < segmentation.UNSURE else None


def _pixels(box: Box, shape: tuple[int, ...], around: float) -> tuple[slice, slice]:
    """Returns the rows and columns of a box, and of some of its surroundings."""
    x, y, width, height = box
    return (
        _within(y - around * height, y + height + around * height, shape[0]),
        _within(x - around * width, x + width + around * width, shape[1]),
    )


def _within(start: float, stop: float, side: int) -> slice:
    first = min(max(0, int(start * side)), side - 1)
    return slice(first, max(first + 1, min(side, round(stop * side))))


def _away(shape: tuple[int, ...], rows: slice, columns: slice) -> Array:
    """Returns the distance from a box's middle, `[h, w]`: 1 on the oval inside it."""
    y, x = np.ogrid[: shape[0], : shape[1]]
    down, across = (
        (place + 0.5 - (line.start + line.stop) / 2) / (line.stop - line.start) * 2
        for place, line in ((y, rows), (x, columns))
    )
    return np.hypot(down, across)
