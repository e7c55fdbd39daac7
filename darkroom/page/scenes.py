"""A photo's scene: its depth, and who or what of it is in focus."""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np

from darkroom import depth, pixels, subjects
from darkroom.io import images
from darkroom.page import boxes, uploads
from darkroom.pixels import Array
from darkroom.render import autofocus, masks, own_lens, shot
from darkroom.subjects.box import Boxed

_SAME = 0.02  # a difference of disparities that is none to the eye


@dataclasses.dataclass(frozen=True)
class Source:
    """Where a photo's depth comes from: a file, the name of a source, or a box.

    Attributes:
      file: a map that came with the photo.
      name: a network's path, or "prior"; empty to look inside the photo.
      right: a second photo, taken from the right.
      box: what was drawn around the subject.
      matte: a file, how much of each pixel is the subject's.
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
    matte: uploads.File | None = None

    def files(self) -> list[uploads.File]:
        """Returns the files that came for it."""
        return [file for file in (self.file, self.right, self.matte) if file]

    def flags(self) -> dict[str, str]:
        """Returns the flags of darkroom.render that say the same."""
        named = self.file.name if self.file else self.name
        return (
            ({"depth": named} if named else {})
            | ({"right": self.right.name} if self.right else {})
            | ({"subject": boxes.spelled(self.box)} if self.box else {})
            | ({"matte": self.matte.name} if self.matte else {})
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
      matte: `[H, W]` in [0, 1], how much of each pixel is the subject's; or None.
      lens: the photo's own, for f-numbers; None if it is not known.
    """

    photo: images.Photo
    disparity: Array
    subject: Array | None
    matte: Array | None = None
    lens: own_lens.OwnLens | None = None


@dataclasses.dataclass(frozen=True, eq=False)
class Scene:
    """A photo with its depth.

    Attributes:
      origin: in words, where the depth came from, and what should be known of it.
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


def find(
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
    matte = _matte(source, photo.pixels.shape[:2])
    near = _found(file, photo, source, boxed, matte)
    request = autofocus.FocusRequest(box=source.box)
    focus = autofocus.find(
        request, photo.pixels, near.disparity, boxed=boxed, matte=matte
    )
    lens = own_lens.find(photo.exif, photo.pixels.shape[:2], near.inverse_metres)
    full = View(photo, near.disparity, focus.subject, matte, lens)
    preview = _reduced(full, small)
    if preview.subject is None:
        in_focus = np.abs(preview.disparity - focus.disparity) <= _SAME
    else:
        in_focus = preview.subject >= 0.5
    origin = f"{near}{shot.remarks(near, focus, photo)}"
    return Scene(origin, full, preview, focus, _inside(in_focus), near.is_rough)


def _reduced(full: View, small: images.Photo) -> View:
    size = small.pixels.shape[:2]
    scale = len(small.pixels) / len(full.photo.pixels)
    return View(
        small,
        _nearest(full.disparity, size),
        None if full.subject is None else _nearest(full.subject, size),
        None if full.matte is None else pixels.resize_to(full.matte, size),
        None if full.lens is None else full.lens.scaled(scale),
    )


def _matte(source: Source, size: tuple[int, int]) -> Array | None:
    if source.matte is None:
        return None
    with uploads.on_disk(source.matte) as [path]:
        return masks.read_matte(str(path), size)


def _found(
    file: uploads.File,
    photo: images.Photo,
    source: Source,
    boxed: Boxed | None,
    matte: Array | None,
) -> depth.PhotoDepth:
    subject = boxed.mask if boxed else matte
    maps = [each for each in (source.file, source.right) if each]
    with uploads.on_disk(file, *maps) as [path, *given]:
        named = str(given[0]) if source.file else source.name
        right = str(given[-1]) if source.right else ""
        return depth.find(
            *(photo, path, named, right, source.invert, source.unit),
            subject=subject,
            subject_name=depth.BOXED if boxed else depth.MATTED,
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
