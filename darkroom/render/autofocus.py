"""Where a photo is sharp: what was asked for, or what it seems to be of."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from darkroom.lens import focus
from darkroom.pixels import Array
from darkroom.render import surface
from darkroom.subjects import box

if TYPE_CHECKING:
    from darkroom.subjects import Face
    from darkroom.subjects.box import Box, Boxed

Subject = Literal["face", "faces", "person", "nearest"]

_SMALLEST_PERSON = 0.02  # share of the picture that a person fills to be its subject
_LARGE_SHARE = 0.08  # of the picture, its middle counting most, that a thing fills
_THICKNESS = 0.12  # of a thing, in disparity


@dataclasses.dataclass(frozen=True)
class FocusRequest:
    """Where the focus is wanted: at most one of the first three.

    Attributes:
      point: x and y, fractions of width and height.
      disparity: in [0, 1].
      on: what to look for. None of all: a face, else a person, else what is nearest.
      box: around the subject: x, y, width and height, fractions of the picture's. It
        is sharp unless one of the others says what is.
    """

    point: tuple[float, float] | None = None
    disparity: float | None = None
    on: Subject | None = None
    box: Box | None = None


ANYTHING = FocusRequest()


@dataclasses.dataclass(frozen=True)
class Focus:
    """Where a photo is in focus.

    Attributes:
      disparity: of what is in focus, most of it.
      name: what is there, as in "a face".
      subject: the mask of what was found and so belongs into focus, or None.
      spread: how deep it is; None for no depth at all.
      note: what should be known of it; empty for nothing.
    """

    disparity: float
    name: str
    subject: Array | None = None
    spread: surface.Spread | None = None
    note: str = ""

    def band(self, focal_range: float | Literal["auto"] | None) -> tuple[float, float]:
        """Returns the disparity that is in focus, and the width of the band around it.

        Args:
          focal_range: that width; None or "auto" for one as deep as what is in focus,
            whose middle is in focus then.
        """
        if focal_range is not None and focal_range != "auto":
            return self.disparity, focal_range
        if self.spread is None:
            return self.disparity, 0.0
        return self.spread.middle, self.spread.high - self.spread.low


def parse(
    point: str | None,
    disparity: float | None,
    on: Subject | None,
    subject: str | None = None,
) -> FocusRequest:
    """Reads what four flags ask for.

    Raises:
      ValueError: more than one is given, a point that is no pair of numbers, or a box
        that is none.
    """
    boxed = None if subject is None else box.parse(subject)
    asked = {"focus": point, "focus_disparity": disparity, "focus_on": on}
    several = [f"--{name}" for name, value in asked.items() if value is not None]
    if len(several) > 1:
        raise ValueError(
            f"{' and '.join(several)} were given; each says where the focus is: give "
            "one of them"
        )
    if point is None:
        return FocusRequest(None, disparity, on, boxed)
    try:
        x, y = map(float, point.split(","))
    except ValueError:
        raise ValueError(
            f"--focus is {point}; expected x,y in fractions of the width and height, "
            "such as 0.5,0.4"
        ) from None
    return FocusRequest((x, y), box=boxed)


def find(
    request: FocusRequest,
    picture: Array,
    disparity: Array,
    focal_range: float | Literal["auto"] | None = None,
    boxed: Boxed | None = None,
    matte: Array | None = None,
) -> Focus:
    """Finds the focus in a photo.

    Args:
      request: what was asked for.
      picture: `[H, W, 3]` uint8 or uint16.
      disparity: `[H, W]`.
      focal_range: how far apart faces may be that are to be sharp together; as of
        `Focus.band`.
      boxed: what is in the box of the request, if that was cut out before.
      matte: `[H, W]`, the subject's, which is in focus if nothing else is asked for.

    Raises:
      ValueError: the point is outside the picture, or there is no such subject.
    """
    if request.point is not None:
        x, y = request.point
        at = focus.at(disparity, x, y)
        spread = surface.under(disparity, x, y, at)
        return Focus(at, f"the point {x:g},{y:g}", None, spread)
    if request.disparity is not None:
        return Focus(request.disparity, "the disparity that was given")
    if request.box is not None and request.on is None:
        from darkroom import subjects

        mask, note = boxed or subjects.boxed(picture, request.box)
        return _of_mask(mask, "what the box holds", disparity, note)
    if matte is not None and request.on is None:
        return _of_mask(matte, "what the matte shows", disparity, "")
    found = None
    if request.on in (None, "face"):
        found = _face(picture, disparity)
    if request.on == "faces":
        found = _faces(picture, disparity, focal_range)
    if found is None and request.on in (None, "person"):
        found = _person(picture, disparity, asked=request.on is not None)
    if found is None and request.on in ("face", "faces", "person"):
        raise ValueError(
            f"no {request.on.removesuffix('s')} was found; pass --focus x,y, the place "
            "of what should be sharp"
        )
    if found is not None:
        return found
    at = nearest(disparity)
    near = np.abs(disparity - at) <= _THICKNESS / 2
    spread = surface.inside(disparity, near, at)
    return Focus(at, "the nearest large thing", None, spread)


def _face(picture: Array, disparity: Array) -> Focus | None:
    from darkroom import subjects

    faces = subjects.faces(picture)
    if not faces:
        return None
    name = "a face" if len(faces) == 1 else f"one of {len(faces)} faces"
    oval, at, spread = _of_face(faces[0], disparity)
    return Focus(at, name, oval, spread)


def _of_face(face: Face, disparity: Array) -> tuple[Array, float, surface.Spread]:
    """Returns a face's oval, `[H, W]` of 0 and 1, its disparity, and how deep it is."""
    rows = (np.arange(len(disparity)) + 0.5 - face.y) / face.height * 2 - 1
    columns = (np.arange(disparity.shape[1]) + 0.5 - face.x) / face.width * 2 - 1
    oval = (rows[:, None] ** 2 + columns**2 <= 1).astype(np.float32)
    at = float(np.median(disparity[oval > 0]))
    return oval, at, surface.around(disparity, oval, at)


def _faces(
    picture: Array, disparity: Array, focal_range: float | Literal["auto"] | None
) -> Focus | None:
    """Focuses on as many faces as one band holds, the largest first among equals."""
    from darkroom import subjects

    faces = subjects.faces(picture)
    if not faces:
        return None
    ovals, at, spreads = zip(*(_of_face(f, disparity) for f in faces), strict=True)
    widest = focal_range if isinstance(focal_range, (float, int)) else surface.DEEPEST
    held = together(at, widest)
    low, high = min(at[k] for k in held), max(at[k] for k in held)
    name = "a face" if len(faces) == 1 else f"{len(held)} of {len(faces)} faces"
    subject = np.max([ovals[k] for k in held], axis=0)
    whole = surface.Spread(
        min(spreads[k].low for k in held), max(spreads[k].high for k in held)
    )
    if whole.high - whole.low > max(widest, surface.DEEPEST):  # the faces alone, then
        whole = surface.Spread(low, high)
    return Focus((low + high) / 2, name, subject, whole)


def together(at: Sequence[float], widest: float) -> list[int]:
    """Returns which of some disparities are within one band; the most that can be.

    Args:
      at: the disparities, what matters most first.
      widest: the band's width.

    Returns:
      Their places in `at`; of several as large sets that which holds the first.
    """
    sets = [
        [k for k, d in enumerate(at) if low <= d <= low + widest + 1e-9] for low in at
    ]
    return max(sets, key=lambda held: (len(held), [-k for k in held]))


def _person(picture: Array, disparity: Array, asked: bool) -> Focus | None:
    from darkroom import subjects

    if not asked and not subjects.has_person_network():
        return None
    person = subjects.find_person(picture, subjects.faces(picture) if asked else ())
    if (person.mask >= 0.5).mean() < _SMALLEST_PERSON:
        return None
    return _of_mask(person.mask, "a person", disparity, person.note)


def _of_mask(mask: Array, name: str, disparity: Array, note: str) -> Focus:
    """Focuses on what a mask, which is not empty, shows."""
    at = float(np.median(disparity[mask >= 0.5]))
    return Focus(at, name, mask, surface.inside(disparity, mask, at), note)


def nearest(disparity: Array) -> float:
    """Returns the disparity of the nearest thing that is large.

    A thing is a slice of disparities `_THICKNESS` thick. From near to far, the first
    slice that holds `_LARGE_SHARE` of the picture is taken; the fullest one, where none
    does. Pixels in the middle of the picture count more than those at its rim: the
    floor at the photographer's feet is no subject.

    Args:
      disparity: `[H, W]`, larger is nearer.

    Returns:
      The disparity that halves the slice: half of its weight is nearer.
    """
    step = max(1, max(disparity.shape) // 256)  # a sample is enough
    top, left = (min(step // 2, side - 1) for side in disparity.shape)
    sample = disparity[top::step, left::step]
    y, x = (np.linspace(-1, 1, side) for side in sample.shape)
    central = np.exp(-2 * (y[:, None] ** 2 + x**2)).ravel()

    order = np.argsort(-sample, axis=None)  # from near to far
    sorted_disparity = sample.ravel()[order]
    # share[k] of the picture's weight belongs to the k nearest pixels
    share = np.append(0, np.cumsum(central[order])) / central.sum()

    # The slice that starts at each pixel ends before the first that is too far away
    far_end = sorted_disparity - _THICKNESS
    ends = np.searchsorted(-sorted_disparity, -far_end, side="right")
    share_of_slice = share[ends] - share[:-1]

    is_large = share_of_slice >= _LARGE_SHARE
    start = int(np.argmax(is_large if is_large.any() else share_of_slice))
    middle = (share[start] + share[ends[start]]) / 2
    return float(sorted_disparity[np.searchsorted(share[1:], middle)])
