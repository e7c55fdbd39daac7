"""Guesses a depth where none is known."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from darkroom import subjects
from darkroom.pixels import Array

PERSON = 0.75  # a person's disparity; what stands before their feet is nearer
_BODY = 11  # a person's height, in heights of the face from brow to chin
_BUST = 3  # and in what is seen of one whose face is not, and whose feet are not
_SMALL = 0.5  # of the largest face: smaller ones are passers-by


class Guess(NamedTuple):
    """A disparity, `[H, W]` float32 in [0, 1], and what should be known of it."""

    disparity: Array
    note: str = ""


def prior(height: int, width: int) -> Array:
    """Returns a ramp from 0 in the first row to 1 in the last: lower is nearer."""
    column = np.linspace(0, 1, height, dtype=np.float32)
    return np.repeat(column[:, None], width, axis=1)


def guess(picture: Array, subject: Array | None = None) -> Guess | None:
    """Guesses persons as upright planes that stand on a floor, before infinity.

    A floor's disparity grows evenly from 0 at the horizon downwards. The horizon is at
    the eyes: photographer and person are of one height, more or less.

    Args:
      picture: `[H, W, 3]` uint8.
      subject: `[H, W]` in [0, 1], where that is which stands there, whatever it is;
        None to look for persons.

    Returns:
      The guess, or None if there is neither person nor face.
    """
    faces = subjects.faces(picture)
    note = ""
    if subject is None:
        mask, note = _persons(picture, faces)
    else:
        mask = subject >= 0.5
        faces = [face for face in faces if _middle(face, mask)]
    if not mask.any():
        return None
    height = len(mask)
    rows = np.flatnonzero(mask.any(axis=1))
    eyes, feet = rows[0] + 0.1 * (rows[-1] - rows[0]), rows[-1] + 1.0
    if faces:
        eyes = faces[0].y + 0.4 * faces[0].height
    if feet > 0.98 * height:  # they are below the picture
        stature = _BODY * faces[0].height if faces else _BUST * (height - eyes)
        feet = max(feet, eyes + stature)
    row = np.arange(height, dtype=np.float32)[:, None]
    floor = np.clip(PERSON * (row - eyes) / max(feet - eyes, 1), 0, 1)
    disparity = np.where(mask, np.float32(PERSON), floor.astype(np.float32))
    return Guess(disparity, note)


def _middle(face: subjects.Face, mask: Array) -> bool:
    """Tells whether a face's middle is in a mask."""
    height, width = mask.shape
    row = min(max(0, face.y + face.height // 2), height - 1)
    return bool(mask[row, min(max(0, face.x + face.width // 2), width - 1)])


def _persons(picture: Array, faces: list[subjects.Face]) -> tuple[Array, str]:
    """Finds persons by the network, if there is one, else by the faces.

    Returns:
      `[H, W]` bool, nothing of it for nobody; and what should be known of it.
    """
    if subjects.has_person_network():
        person = subjects.find_person(picture, faces)
        if person.mask.max() >= 0.5:
            return person.mask >= 0.5, person.note
    large = [f for f in faces if f.height >= _SMALL * faces[0].height]
    masks = [subjects.portrait(picture, face) >= 0.5 for face in large]
    return np.any([np.zeros(picture.shape[:2], bool), *masks], axis=0), ""
