"""The depth of an open photo, and what in it is focused on when nobody says."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from darkroom import depth
from darkroom.io import images
from darkroom.page import files, limits
from darkroom.render import autofocus

Array = np.ndarray[Any, Any]

_SAME = 0.02  # a difference of disparities that is none to the eye


@dataclasses.dataclass(frozen=True)
class Source:
    """Where a photo's depth comes from: a file, or the name of a source.

    Attributes:
      file: a map that came with the photo.
      name: a network's path, or "prior"; empty to look inside the photo.
      invert: the nearest is 0.
      unit: of a map: "disparity" or "metres".
    """

    file: files.File | None = None
    name: str = ""
    invert: bool = False
    unit: str = "disparity"

    def flags(self) -> dict[str, str]:
        """The flags of darkroom.render that say the same."""
        named = self.file.name if self.file else self.name
        return (
            ({"depth": named} if named else {})
            | ({"invert_depth": "true"} if self.invert else {})
            | ({"depth_unit": self.unit} if self.unit != "disparity" else {})
        )


@dataclasses.dataclass(frozen=True, eq=False)
class View:
    """A photo in one size, and what belongs to it.

    Attributes:
      photo: the picture.
      disparity: `[H, W]` in [0, 1].
      subject: the mask of who was found to focus on; None if nobody was.
    """

    photo: images.Photo
    disparity: Array
    subject: Array | None


@dataclasses.dataclass(frozen=True, eq=False)
class Scene:
    """A photo with its depth.

    Attributes:
      said: in words, where the depth came from.
      full: the photo at its own size.
      small: for previews.
      focus: the disparity in focus when nobody says.
      start: where that is, in fractions of width and height.
    """

    said: str
    full: View
    small: View
    focus: float
    start: tuple[float, float]


def find(
    file: files.File,
    photo: images.Photo,
    small: images.Photo,
    source: Source,
    allowed: limits.Limits,
) -> Scene:
    """Finds the depth of a photo.

    Args:
      file: the photo's, where a phone may have left a depth map.
      photo: what is in it.
      small: the same, smaller.
      source: where to look.
      allowed: what a map may have.

    Raises:
      RequestEntityTooLarge: the map has too many pixels.
      ValueError: it is no depth map, or there is nothing to find a depth from.
    """
    with files.laid_out(*filter(None, (file, source.file))) as [path, *given]:
        for map_path in given:
            limits.check_pixels(map_path, allowed.pixels)
        named = str(given[0]) if given else source.name
        found = depth.find(photo, path, named, "", source.invert, source.unit)
    in_focus = autofocus.find(autofocus.ANYTHING, photo.pixels, found.disparity)
    full = View(photo, found.disparity, in_focus.subject)
    size = small.pixels.shape[:2]
    less = View(
        small, _nearest(found.disparity, size), _nearest(in_focus.subject, size)
    )
    if less.subject is None:
        there = np.abs(less.disparity - in_focus.disparity) <= _SAME
    else:
        there = less.subject >= 0.5
    return Scene(found.origin, full, less, in_focus.disparity, _inside(there))


def _nearest(array: Any, size: tuple[int, ...]) -> Any:
    """An array in another size; None stays None.

    A mean of two surfaces' disparities would be a surface that does not exist.
    """
    if array is None:
        return None
    rows, columns = (
        ((np.arange(n) + 0.5) * old / n).astype(int)
        for n, old in zip(size, array.shape, strict=True)
    )
    return array[np.ix_(rows, columns)]


def _inside(there: Array) -> tuple[float, float]:
    """A point (x, y) well inside of what is true, rather in the picture's middle."""
    import cv2

    inside = cv2.distanceTransform(np.pad(there, 1).astype(np.uint8), cv2.DIST_L2, 3)
    y, x = ((np.arange(side) + 0.5) / side for side in there.shape)
    central = np.exp(-((x - 0.5) ** 2) - (y[:, None] - 0.5) ** 2)
    best = np.argmax(inside[1:-1, 1:-1] * central)
    row, column = np.unravel_index(best, there.shape)
    return float(x[column]), float(y[row])
