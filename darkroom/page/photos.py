"""The open photos: in memory, under names that nobody can guess."""

from __future__ import annotations

import collections
import dataclasses
import math
import secrets
import threading
from typing import Any

import numpy as np
from werkzeug import exceptions

from darkroom import pixels
from darkroom.io import images
from darkroom.page import files, limits, scenes

Array = np.ndarray[Any, Any]

_PREVIEW = 1_000_000  # pixels


@dataclasses.dataclass
class Opened:
    """A photo, and what has been made of it.

    Attributes:
      file: as it came.
      photo: what is in it.
      small: it in at most a megapixel and 8 bits.
      source: where its depth comes from.
      scene: it with its depth; None while there is none.
      turn: of the newest request for a picture.
      quick: held while a preview is drawn.
      slow: held while a large picture is drawn.
      drawn: what the last large picture was drawn from, its focus, and itself.
    """

    file: files.File
    photo: images.Photo
    small: images.Photo
    source: scenes.Source = dataclasses.field(default_factory=scenes.Source)
    scene: scenes.Scene | None = None
    turn: int = 0
    quick: threading.Lock = dataclasses.field(default_factory=threading.Lock)
    slow: threading.Lock = dataclasses.field(default_factory=threading.Lock)
    drawn: tuple[Any, float, Array] | None = None

    def size(self) -> int:
        """Bytes it may come to: file, pixels, disparity and a large picture."""
        height, width = self.photo.pixels.shape[:2]
        return len(self.file.data) + 2 * self.photo.pixels.nbytes + 4 * height * width


def read(file: files.File, allowed: limits.Limits) -> Opened:
    """Opens a photo, without its depth.

    Raises:
      RequestEntityTooLarge: it has too many pixels.
      ValueError: it is no picture, or damaged.
    """
    with files.laid_out(file) as [path]:
        limits.check_pixels(path, allowed.pixels)
        photo = images.read(path)
    height, width = photo.pixels.shape[:2]
    scale = min(1.0, math.sqrt(_PREVIEW / (height * width)))
    size = (max(1, int(height * scale)), max(1, int(width * scale)))
    small = pixels.resize_to(pixels.to_uint8(photo.pixels), size)
    return Opened(file, photo, images.Photo(small, icc=photo.icc))


def give_depth(opened: Opened, source: scenes.Source, allowed: limits.Limits) -> None:
    """Finds the photo's depth anew; the old one stays if that fails.

    Raises:
      RequestEntityTooLarge, ValueError: as `scenes.find`.
    """
    opened.scene = scenes.find(opened.file, opened.photo, opened.small, source, allowed)
    opened.source = source


class Shelf:
    """Keeps photos up to so many bytes; the least recently used go first."""

    def __init__(self, memory: int) -> None:
        self.memory = memory
        self._photos = collections.OrderedDict[str, Opened]()
        self._lock = threading.Lock()

    def put(self, opened: Opened) -> str:
        """Takes a photo in; returns its name. The newest one stays in any case."""
        name = secrets.token_urlsafe(12)
        with self._lock:
            self._photos[name] = opened
            while len(self._photos) > 1 and self._bytes() > self.memory:
                self._photos.popitem(last=False)
        return name

    def get(self, name: str) -> Opened:
        """Raises NotFound (404) for a photo that is not here any more."""
        with self._lock:
            if name not in self._photos:
                raise exceptions.NotFound(
                    "this photo is not kept any more; open it again"
                )
            self._photos.move_to_end(name)
            return self._photos[name]

    def _bytes(self) -> int:
        return sum(opened.size() for opened in self._photos.values())
