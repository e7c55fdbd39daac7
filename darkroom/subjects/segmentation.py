"""Finds persons with MediaPipe's selfie segmentation, which `fetch` brings."""

from __future__ import annotations

import functools
import pathlib
import threading
from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

from darkroom import litert
from darkroom.pixels import Array
from darkroom.subjects import cut, fetch, resizing
from darkroom.subjects.face import Face

_SIDE = 1024  # of the copy that is looked at as a whole
_MARGIN = 0.15  # around the person in the second look, a fraction of its height, width
# The network was made for pictures of persons and finds one in a cat. On persons its
# pixels are 0.97 to 0.99 sure in the mean, on most other things 0.95 at most.
_SURE = 0.955
_UNDECIDED = (0.1, 0.9)  # probabilities in between are neither person nor background
# Of a person's size. Along the outline it is 0.05 to 0.2 in good portraits; where the
# network took an arm or a chair for the other it was 0.3 and more.
UNSURE = 0.25
_LOCK = threading.Lock()  # an interpreter serves one thread at a time


class Person(NamedTuple):
    """Where there is a person.

    Attributes:
      mask: `[H, W]` float32 in [0, 1], soft, with edges that follow the photo; all 0 if
        there is none.
      unsure: where the network could not decide, over the person's size.
    """

    mask: Array
    unsure: float = 0.0

    @property
    def note(self) -> str:
        """What should be known of it; empty for nothing."""
        if self.unsure < UNSURE:
            return ""
        return (
            f"; the person's outline is unsure over {self.unsure:.0%} of their size: "
            "paint over it (darkroom page), or draw a box: --subject x,y,width,height"
        )


def person(picture: Array) -> Array:
    """Returns the mask of `find_person`, for want of faces the largest part of it."""
    return find_person(picture).mask


def find_person(picture: Array, faces: Sequence[Face] = ()) -> Person:
    """Finds where there is a person.

    The network sees 256 x 256 pixels, so it looks twice: at the whole picture, then at
    the part with the person in it. Of what it finds the parts stay that `cut.whole`
    keeps.

    Args:
      picture: `[H, W, 3]` uint8, uint16 or float in [0, 1], of any size.
      faces: those in it, whose parts stay.

    Raises:
      ValueError: the network is not there (the text names the command that fetches
        it), or this is no picture.
    """
    mask = np.zeros(picture.shape[:2], np.float32)
    first = _probability(resizing.downscaled(picture, _SIDE))
    inside = first > 0.5
    if not inside.any() or first[inside].mean() < _SURE:
        return Person(mask)
    rows, columns = np.any(inside, axis=1), np.any(inside, axis=0)
    box = _reach(rows, len(mask)), _reach(columns, mask.shape[1])
    second = _probability(picture[box])
    whole = cut.whole(second, _drawn(faces, box, second.shape))
    mask[box] = resizing.guided_upsample(whole, picture[box])
    least, most = _UNDECIDED
    undecided = int(np.count_nonzero((second > least) & (second < most)))
    return Person(mask, undecided / max(1, int(np.count_nonzero(whole >= 0.5))))


def _drawn(
    faces: Sequence[Face], box: tuple[slice, slice], size: tuple[int, ...]
) -> Array:
    """Draws where faces are in a part of the picture, `[h, w]` bool, of any size."""
    drawn = np.zeros(size, bool)
    for face in faces:
        corners = (face.y, face.y + face.height), (face.x, face.x + face.width)
        (top, bottom), (left, right) = (
            np.clip((np.array(ends) - line.start) * n // (line.stop - line.start), 0, n)
            for ends, line, n in zip(corners, box, size, strict=True)
        )
        drawn[top:bottom, left:right] = True
    return drawn


def _reach(line: Array, pixels: int) -> slice:
    """Returns where `line`, `[n]` bool, is true, with a margin, in picture pixels."""
    first, last = np.flatnonzero(line)[[0, -1]]
    margin = _MARGIN * (last + 1 - first)
    start = max(0.0, first - margin) / len(line)
    stop = min(len(line), last + 1 + margin) / len(line)
    return slice(int(start * pixels), int(np.ceil(stop * pixels)))


def _probability(picture: Array) -> Array:
    """Runs the network: `[H, W, 3]` to `[256, 256]` float32."""
    small = cv2.resize(picture, (256, 256), interpolation=cv2.INTER_AREA)
    with _LOCK:
        network = _network(fetch.path())
        output = network(resizing.downscaled(small, 256)[None] / np.float32(255))
    return output[0, ..., 0]


@functools.cache
def _network(path: pathlib.Path) -> litert.Network:
    fetch.check(path)
    return litert.Network(path, threads=1)
