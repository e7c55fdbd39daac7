"""Open photos, each with its depth."""

from __future__ import annotations

import dataclasses
import math
import threading

import cv2
import numpy as np

from darkroom import depth, pixels, subjects
from darkroom.io import images
from darkroom.page import boxes, settings, uploads
from darkroom.pixels import Array
from darkroom.render import autofocus
from darkroom.subjects.box import Boxed

_PREVIEW = 600_000  # pixels, as many as a window shows: the full size follows
_SAME = 0.02  # a difference of disparities that is none to the eye


@dataclasses.dataclass(frozen=True)
class Source:
    """Where a photo's depth comes from: a file, the name of a source, or a box.

    Attributes:
      file: a map that came with the photo.
      name: a network's path, or "prior"; empty to look inside the photo.
      right: a second photo, taken from the right.
      box: what was drawn around the subject.
      invert: the nearest is 0.
      unit: "disparity" or "metres"; empty for a map's disparity, and for what a
        network's file says.
    """

    file: uploads.File | None = None
    name: str = ""
    invert: bool = False
    unit: str = ""
    right: uploads.File | None = None
    box: boxes.Box | None = None

    def files(self) -> list[uploads.File]:
        """Returns the files that came for it."""
        return [file for file in (self.file, self.right) if file]

    def flags(self) -> dict[str, str]:
        """Returns the flags of darkroom.render that say the same."""
        named = self.file.name if self.file else self.name
        return (
            ({"depth": named} if named else {})
            | ({"right": self.right.name} if self.right else {})
            | ({"subject": boxes.spelled(self.box)} if self.box else {})
            | ({"invert_depth": "true"} if self.invert else {})
            | ({"depth_unit": self.unit} if self.unit else {})
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
      origin: in words, where the depth came from.
      full: the photo at its own size.
      small: for previews.
      focus: where it is when nobody says.
      start: where that is, in fractions of width and height.
      is_rough: the depth is a stand-in, and the page offers what is better.
    """

    origin: str
    full: View
    small: View
    focus: autofocus.Focus
    start: tuple[float, float]
    is_rough: bool = False


@dataclasses.dataclass(frozen=True, eq=False)
class Drawing:
    """A picture at full size, and what it was drawn from.

    Attributes:
      scene: the photo with the depth that it had then.
      settings: as of `Settings.without_turn`.
      focus: the disparity in focus.
      picture: `[H, W, 3]` of the photo's type.
    """

    scene: Scene
    settings: settings.Settings
    focus: float
    picture: Array


@dataclasses.dataclass
class Opened:
    """A photo, and what the page has done with it.

    Attributes:
      file: as it came.
      photo: what is in it.
      small: it in at most `_PREVIEW` pixels and 8 bits.
      source: where its depth comes from.
      first: where it came from, or was looked for, when the photo was opened.
      scene: it with its depth; None while there is none.
      turn: of the newest request for a picture.
      quick: held while a preview is drawn.
      slow: held while a large picture is drawn.
      drawing: the last large picture; None while there is none.
    """

    file: uploads.File
    photo: images.Photo
    small: images.Photo
    source: Source = dataclasses.field(default_factory=Source)
    first: Source = dataclasses.field(default_factory=Source)
    scene: Scene | None = None
    turn: int = 0
    quick: threading.Lock = dataclasses.field(default_factory=threading.Lock)
    slow: threading.Lock = dataclasses.field(default_factory=threading.Lock)
    drawing: Drawing | None = None

    @property
    def pixels(self) -> int:
        """How many the photo has."""
        height, width = self.photo.pixels.shape[:2]
        return height * width

    def size(self) -> int:
        """Returns the bytes that it may come to.

        They are of its files, pixels, disparity, subject and a large picture; and of
        what is kept for previews.
        """
        files = len(self.file.data)
        files += sum(len(file.data) for file in self.source.files())
        small = self.small.pixels
        previews = small.nbytes + 8 * small.size // 3
        return files + 2 * self.photo.pixels.nbytes + 8 * self.pixels + previews


def read(file: uploads.File, allowed: uploads.Limits) -> Opened:
    """Opens a photo, without its depth.

    Raises:
      RequestEntityTooLarge: it has too many pixels.
      ValueError: it is no picture, or damaged.
    """
    uploads.check_pixels(file, allowed.pixels)
    with uploads.on_disk(file) as [path]:
        photo = images.read(path)
    height, width = photo.pixels.shape[:2]
    scale = min(1.0, math.sqrt(_PREVIEW / (height * width)))
    size = (max(1, int(height * scale)), max(1, int(width * scale)))
    small = pixels.resize_to(pixels.to_uint8(photo.pixels), size)
    smaller = images.Photo(small, icc=photo.icc, gain_map=photo.gain_map)
    return Opened(file, photo, smaller)


def give_depth(opened: Opened, source: Source, allowed: uploads.Limits) -> None:
    """Finds the photo's depth anew; the old one stays if that fails.

    Raises:
      RequestEntityTooLarge, ValueError: as `find_scene`.
    """
    opened.scene = find_scene(opened.file, opened.photo, opened.small, source, allowed)
    opened.source = source


def find_scene(
    file: uploads.File,
    photo: images.Photo,
    small: images.Photo,
    source: Source,
    allowed: uploads.Limits,
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
    for each in source.files():
        uploads.check_pixels(each, allowed.pixels)
    boxed = subjects.boxed(photo.pixels, source.box) if source.box else None
    near = _found(file, photo, source, boxed)
    request = autofocus.FocusRequest(box=source.box)
    focus = autofocus.find(request, photo.pixels, near.disparity, boxed=boxed)
    full = View(photo, near.disparity, focus.subject)
    size = small.pixels.shape[:2]
    disparity = _nearest(near.disparity, size)
    if focus.subject is None:
        preview = View(small, disparity, None)
        in_focus = np.abs(disparity - focus.disparity) <= _SAME
    else:
        preview = View(small, disparity, _nearest(focus.subject, size))
        in_focus = _nearest(focus.subject, size) >= 0.5
    start = _inside(in_focus)
    return Scene(str(near), full, preview, focus, start, near.is_rough)


def _found(
    file: uploads.File, photo: images.Photo, source: Source, boxed: Boxed | None
) -> depth.PhotoDepth:
    subject = boxed.mask if boxed else None
    with uploads.on_disk(file, *source.files()) as [path, *given]:
        named = str(given[0]) if source.file else source.name
        right = str(given[-1]) if source.right else ""
        return depth.find(
            *(photo, path, named, right, source.invert, source.unit),
            subject=subject,
        )


def _nearest(array: Array, size: tuple[int, ...]) -> Array:
    """Picks the nearest pixels of an array for another size.

    A mean of two surfaces' disparities would be a surface that does not exist.
    """
    rows, columns = (
        ((np.arange(n) + 0.5) * old / n).astype(int)
        for n, old in zip(size, array.shape, strict=True)
    )
    return array[np.ix_(rows, columns)]


def _inside(mask: Array) -> tuple[float, float]:
    """Returns a point (x, y) well inside a mask, rather in the picture's middle."""
    inside = cv2.distanceTransform(np.pad(mask, 1).astype(np.uint8), cv2.DIST_L2, 3)
    y, x = ((np.arange(side) + 0.5) / side for side in mask.shape)
    central = np.exp(-((x - 0.5) ** 2) - (y[:, None] - 0.5) ** 2)
    best = np.argmax(inside[1:-1, 1:-1] * central)
    row, column = np.unravel_index(best, mask.shape)
    return float(x[column]), float(y[row])
