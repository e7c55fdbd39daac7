"""The page's memory: photos that are kept, and what is decoded or drawn at the moment.

Work is counted in bytes before it begins, from what a file's head says: it makes room
by closing the oldest photos, and waits while other work takes what is left.
"""

from __future__ import annotations

import collections
import contextlib
import secrets
import threading
from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar

from werkzeug import exceptions

# Bytes that one pixel takes at most, measured with 8 and 16 bits and all sources.
OPENING = 30
DRAWING = 63  # besides what a tile takes (lens.tiles); 36 without matte and fringes
SHOWING = 12


class Kept(Protocol):
    """What can be kept."""

    def size(self) -> int:
        """Returns its bytes."""


T = TypeVar("T", bound=Kept)


class Memory(Generic[T]):
    """Keeps photos, under names nobody can guess, and counts work.

    The least recently used photos go first.

    Attributes:
      most: bytes of photos and work together.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._photos = collections.OrderedDict[str, T]()
        self._working = 0  # bytes
        self._queue: collections.deque[object] = collections.deque()  # who waits
        self._changed = threading.Condition()

    def put(self, photo: T) -> str:
        """Takes a photo in, which stays in any case; returns its name."""
        name = secrets.token_urlsafe(12)
        with self._changed:
            self._photos[name] = photo
            self._close_oldest(self.most - self._working, but=1)
        return name

    def get(self, name: str) -> T:
        """Returns a photo.

        Raises:
          NotFound: it is not here any more (404).
        """
        with self._changed:
            if name not in self._photos:
                raise exceptions.NotFound(
                    "this photo is not kept any more; open it again"
                )
            self._photos.move_to_end(name)
            return self._photos[name]

    @contextlib.contextmanager
    def opening(self, name: str, pixels: int) -> Iterator[None]:
        """Counts what is needed to open a photo; all others may be closed for it.

        Raises:
          RequestEntityTooLarge: it needs more than there is (413).
        """
        size = pixels * OPENING
        if size > self.most:
            raise exceptions.RequestEntityTooLarge(
                f"{name}: it takes {size / 1e6:.0f} MB to open its {pixels / 1e6:.1f} "
                f"megapixels; {self.most / 1e6:.0f} MB are given to the page (--memory)"
            )
        with self._work(size, but=0):
            yield

    @contextlib.contextmanager
    def drawing(
        self, pixels: int, each: int = DRAWING, blur: int = 0
    ) -> Iterator[None]:
        """Counts what is needed to draw from an open photo, `each` bytes a pixel.

        Where that is more than there is, it is done while nothing else is.

        Args:
          pixels: of the photo.
          each: bytes of one of them.
          blur: bytes besides, which grow with the blur's radius.

        Raises:
          RequestEntityTooLarge: the blur takes over three times what there is (413).
        """
        if blur > 3 * self.most:
            raise exceptions.RequestEntityTooLarge(
                f"so wide a blur takes {blur / 1e6:.0f} MB; {self.most / 1e6:.0f} MB "
                "are given to the page (--memory); choose a higher f-number"
            )
        with self._work(pixels * each + blur, but=1):
            yield

    @contextlib.contextmanager
    def _work(self, size: int, but: int) -> Iterator[None]:
        with self._changed:
            turn = object()
            self._queue.append(turn)  # or small work would keep out large work for ever
            self._changed.wait_for(lambda: self._queue[0] is turn and self._fits(size))
            self._queue.popleft()
            self._changed.notify_all()
            self._working += size
            self._close_oldest(self.most - self._working, but)
        try:
            yield
        finally:
            with self._changed:
                self._working -= size
                self._changed.notify_all()

    def _fits(self, size: int) -> bool:
        return not self._working or self._working + size <= self.most

    def _close_oldest(self, most: int, but: int) -> None:
        """Closes photos until those that are left take at most so many bytes."""
        kept = sum(photo.size() for photo in self._photos.values())
        while len(self._photos) > but and kept > most:
            kept -= self._photos.popitem(last=False)[1].size()
