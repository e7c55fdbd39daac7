"""Where a photo is sharp: what was asked for, or what it seems to be of."""

from __future__ import annotations

import dataclasses
from typing import Any, Literal

import numpy as np

from darkroom.lens import focus

Array = np.ndarray[Any, Any]
Subject = Literal["face", "person", "nearest"]

_SMALLEST = 0.02  # of the picture: what of it a person must fill to be its subject
_LARGE = 0.08  # of the picture, its middle counting most: what is a thing of its own
_DEEP = 0.12  # how much disparity such a thing takes up


@dataclasses.dataclass(frozen=True)
class Aim:
    """What was asked for: at most one of these.

    Attributes:
      point: x and y, fractions of width and height.
      disparity: in [0, 1].
      on: what to look for. None of all: a face, else a person, else what is nearest.
    """

    point: tuple[float, float] | None = None
    disparity: float | None = None
    on: Subject | None = None


@dataclasses.dataclass(frozen=True)
class Taken:
    """What it became in a photo: the disparity in focus, in words, and who is there.

    Attributes:
      focus: the disparity in focus.
      said: what is there.
      subject: the mask of what was found and so belongs into focus, or None.
    """

    focus: float
    said: str
    subject: Array | None = None


def parse(point: str | None, disparity: float | None, on: Subject | None) -> Aim:
    """What three flags ask for.

    Raises:
      ValueError: more than one is given, or a point that is no pair of numbers.
    """
    asked = {"focus": point, "focus_disparity": disparity, "focus_on": on}
    several = [f"--{name}" for name, value in asked.items() if value is not None]
    if len(several) > 1:
        raise ValueError(
            f"{' and '.join(several)} were given; each says where the focus is: give "
            "one of them"
        )
    if point is None:
        return Aim(None, disparity, on)
    try:
        x, y = map(float, point.split(","))
    except ValueError:
        raise ValueError(
            f"--focus is {point}; expected x,y in fractions of the width and height, "
            "such as 0.5,0.4"
        ) from None
    return Aim((x, y))


def take(aim: Aim, picture: Array, disparity: Array) -> Taken:
    """Finds the focus in a photo.

    Args:
      aim: what was asked for.
      picture: `[H, W, 3]` uint8 or uint16.
      disparity: `[H, W]`.

    Raises:
      ValueError: the point is outside the picture, or there is no such subject.
    """
    if aim.point is not None:
        x, y = aim.point
        return Taken(focus.at(disparity, x, y), f"the point {x:g},{y:g}")
    if aim.disparity is not None:
        return Taken(aim.disparity, "the disparity that was given")
    taken = None
    if aim.on in (None, "face"):
        taken = _face(picture, disparity)
    if taken is None and aim.on in (None, "person"):
        taken = _person(picture, disparity, asked=aim.on is not None)
    if taken is None and aim.on in ("face", "person"):
        raise ValueError(
            f"no {aim.on} was found; pass --focus x,y, the place of what should be "
            "sharp"
        )
    return taken or Taken(nearest(disparity), "the nearest large thing")


def _face(picture: Array, disparity: Array) -> Taken | None:
    from darkroom import subjects

    found = subjects.faces(picture)
    if not found:
        return None
    face = found[0]
    rows = (np.arange(len(disparity)) + 0.5 - face.y) / face.height * 2 - 1
    columns = (np.arange(disparity.shape[1]) + 0.5 - face.x) / face.width * 2 - 1
    oval = rows[:, None] ** 2 + columns**2 <= 1
    said = "a face" if len(found) == 1 else f"one of {len(found)} faces"
    return Taken(float(np.median(disparity[oval])), said, oval.astype(np.float32))


def _person(picture: Array, disparity: Array, asked: bool) -> Taken | None:
    from darkroom import subjects

    if not asked and not subjects.has_person_network():
        return None
    mask = subjects.person(picture)
    there = mask >= 0.5
    if there.mean() < _SMALLEST:
        return None
    return Taken(float(np.median(disparity[there])), "a person", mask)


def nearest(disparity: Array) -> float:
    """The disparity of the nearest thing that is large.

    From near to far, the first slice of disparities `_DEEP` thick that holds `_LARGE`
    of the picture; the fullest, where none does. The middle of the picture counts
    more than its rim: the floor at the photographer's feet is no subject.
    """
    step = max(1, max(disparity.shape) // 256)
    small = disparity[step // 2 :: step, step // 2 :: step]
    up, left = (np.linspace(-1, 1, side) for side in small.shape)
    weight = np.exp(-2 * (up[:, None] ** 2 + left**2)).ravel()
    order = np.argsort(-small, axis=None)
    near = small.ravel()[order]
    held = np.append(0, np.cumsum(weight[order])) / weight.sum()
    ends = np.searchsorted(-near, -(near - _DEEP), side="right")
    share = held[ends] - held[:-1]
    enough = share >= _LARGE
    first = int(np.argmax(enough if enough.any() else share))
    middle = (held[first] + held[ends[first]]) / 2
    return float(near[np.searchsorted(held[1:], middle)])
