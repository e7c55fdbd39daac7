"""A face in a photo: where it is, and how sure its detector was."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable


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

    def clipped(self, height: int, width: int) -> Face:
        """Returns the part of it in a picture of this size; it may be empty."""
        left, top = max(0, self.x), max(0, self.y)
        right = min(width, self.x + self.width)
        bottom = min(height, self.y + self.height)
        return Face(left, top, right - left, bottom - top, self.score)

    def overlap(self, other: Face) -> float:
        """Returns how much of the smaller box lies in the larger, 0 to 1."""
        right = min(self.x + self.width, other.x + other.width)
        bottom = min(self.y + self.height, other.y + other.height)
        width, height = right - max(self.x, other.x), bottom - max(self.y, other.y)
        smaller = min(self.width * self.height, other.width * other.height)
        return max(0, width) * max(0, height) / smaller


def distinct(faces: Iterable[Face]) -> list[Face]:
    """Returns the surest of those that overlap by half of the smaller, or more."""
    kept: list[Face] = []
    for face in sorted(faces, key=lambda face: -face.score):
        if all(face.overlap(other) < 0.5 for other in kept):
            kept.append(face)
    return kept
