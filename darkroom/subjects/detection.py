"""Finds faces: one answer from whichever detector there is."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any, Literal

import numpy as np

Array = np.ndarray[Any, Any]


@dataclasses.dataclass(frozen=True)
class Face:
    """A box from brow to chin, in pixels, with its top left corner at (x, y).

    The score is the detector's certainty in [0, 1]; a cascade only says yes.
    """

    x: int
    y: int
    width: int
    height: int
    score: float = 1.0


def faces(
    picture: Array, detector: Literal["auto", "haar", "network"] = "auto"
) -> list[Face]:
    """The faces in a photo, first the one that is most likely its subject.

    Args:
      picture: `[H, W, 3]` uint8, uint16 or float in [0, 1], of any size.
      detector: "network" needs the extra `faces`; "haar" comes with OpenCV and sees
        frontal faces only; "auto" takes the network where it is installed.

    Returns:
      No two for one face, the largest and surest first; empty if there is none.

    Raises:
      ValueError: no such detector, or it is not installed, or this is no picture.
    """
    from darkroom.subjects import blazeface, haar

    if detector == "auto":
        detector = "network" if blazeface.is_installed() else "haar"
    detectors = {"haar": haar.find, "network": blazeface.find}
    if detector not in detectors:
        raise ValueError(
            f"there is no face detector {detector}; expected auto, haar or network"
        )
    inside = (
        _clipped(face, *picture.shape[:2]) for face in detectors[detector](picture)
    )
    found = distinct(face for face in inside if face.width > 0 and face.height > 0)
    return sorted(found, key=lambda face: -face.score * face.width)


def distinct(found: Iterable[Face]) -> list[Face]:
    """The surest of those that cover one another by half of the smaller, or more."""
    kept: list[Face] = []
    for face in sorted(found, key=lambda face: -face.score):
        if all(_shared(face, other) < 0.5 for other in kept):
            kept.append(face)
    return kept


def _shared(one: Face, other: Face) -> float:
    """How much of the smaller box lies in the larger, 0 to 1."""
    width = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    height = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    smaller = min(one.width * one.height, other.width * other.height)
    return max(0, width) * max(0, height) / smaller


def _clipped(face: Face, height: int, width: int) -> Face:
    left, top = max(0, face.x), max(0, face.y)
    right, bottom = min(width, face.x + face.width), min(height, face.y + face.height)
    return Face(left, top, right - left, bottom - top, face.score)
