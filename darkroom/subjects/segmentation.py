"""Finds persons with MediaPipe's selfie segmentation, which `fetch` brings."""

from __future__ import annotations

import functools
import pathlib
import threading

import cv2
import numpy as np

from darkroom import litert
from darkroom.pixels import Array
from darkroom.subjects import fetch, resizing

_SIDE = 1024  # of the copy that is looked at as a whole
_MARGIN = 0.15  # around the person in the second look, a fraction of its height, width
# The network was made for pictures of persons and finds one in a cat. On persons its
# pixels are 0.97 to 0.99 sure in the mean, on most other things 0.95 at most.
_SURE = 0.955
_LOCK = threading.Lock()  # an interpreter serves one thread at a time


def person(picture: Array) -> Array:
    """Finds where there is a person.

    The network sees 256 x 256 pixels, so it looks twice: at the whole picture, then at
    the part with the person in it.

    Args:
      picture: `[H, W, 3]` uint8, uint16 or float in [0, 1], of any size.

    Returns:
      A soft mask, `[H, W]` float32 in [0, 1], with edges that follow the photo; all 0
      if there is none.

    Raises:
      ValueError: the network is not there (the text names the command that fetches
        it), or this is no picture.
    """
    mask = np.zeros(picture.shape[:2], np.float32)
    first = _probability(resizing.downscaled(picture, _SIDE))
    inside = first > 0.5
    if not inside.any() or first[inside].mean() < _SURE:
        return mask
    rows, columns = np.any(inside, axis=1), np.any(inside, axis=0)
    box = _reach(rows, len(mask)), _reach(columns, mask.shape[1])
    mask[box] = resizing.guided_upsample(_probability(picture[box]), picture[box])
    return mask


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
