"""Open photos, and what the page has done with them."""

from __future__ import annotations

import dataclasses
import math
import threading

from darkroom import pixels, remembered
from darkroom.io import images
from darkroom.page import settings, uploads
from darkroom.page.scenes import Scene, Source, find
from darkroom.pixels import Array

# Bytes a pixel of a preview: disparity, subject, light, lights, patches and grain.
_REMEMBERED = 58
_PREVIEW = 600_000  # pixels, as many as a window shows: the full size follows


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

        They are of its files, pixels, disparity, subject, matte and a large picture;
        and of what is kept for previews.
        """
        files = len(self.file.data)
        files += sum(len(file.data) for file in self.source.files())
        files += 4 * self.pixels if self.source.matte else 0
        small = self.small.pixels
        previews = small.nbytes + _REMEMBERED * small.size // 3
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
    remembered.keep(small)
    smaller = images.Photo(small, icc=photo.icc, gain_map=photo.gain_map)
    return Opened(file, photo, smaller)


def give_depth(opened: Opened, source: Source, allowed: uploads.Limits) -> None:
    """Finds the photo's depth anew; the old one stays if that fails.

    Raises:
      RequestEntityTooLarge, ValueError: as `scenes.find`.
    """
    opened.scene = find(opened.file, opened.photo, opened.small, source, allowed)
    opened.source = source
