"""Tells photos that were there before, whatever their size or compression."""

from __future__ import annotations

import hashlib
import pathlib

import cv2
import numpy as np

from darkroom import pixels
from darkroom.pixels import Array

ALIKE = 6  # bits of 63 that may differ; other photos differ in about half
_SIDE, _WAVES = 32, 8


class KnownPhotos:
    """The photos of before, a few bytes for each."""

    def __init__(self, alike: int = ALIKE) -> None:
        """Takes photos for the same that differ in up to `alike` bits."""
        self._alike = alike
        self._files: dict[bytes, str] = {}
        self._names: list[str] = []
        self._prints = np.empty((0, _WAVES * _WAVES - 1), bool)

    def same_file(self, path: pathlib.Path, name: str) -> str | None:
        """Returns the photo of before with the same bytes; else notes this one.

        Raises:
          OSError: the file cannot be read.
        """
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").digest()
        before = self._files.setdefault(digest, name)
        return None if before == name else before

    def similar(self, picture: Array, name: str) -> str | None:
        """Returns the photo of before that looks the same; else notes this one."""
        bits = fingerprint(picture)
        apart = np.count_nonzero(self._prints != bits, axis=1)
        if apart.size and apart.min() <= self._alike:
            return self._names[int(apart.argmin())]
        self._prints = np.vstack([self._prints, bits])
        self._names.append(name)
        return None


def fingerprint(picture: Array) -> Array:
    """Computes 63 bits of what a picture shows: `[63]` bool.

    Which of its 63 longest waves (a discrete cosine transform of 32 x 32 grey pixels)
    are stronger than their median; light and compression hardly change that.
    """
    grey = cv2.cvtColor(pixels.to_uint8(picture), cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    waves = cv2.dct(small.astype(np.float32))[:_WAVES, :_WAVES].ravel()[1:]
    return waves > np.median(waves)
