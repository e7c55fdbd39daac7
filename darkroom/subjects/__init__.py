"""Faces and persons in a photo, so that a wrong depth cannot blur them.

`detection` finds faces, itself or by `blazeface`; `segmentation` finds persons with a
network that `fetch` brings on request; `silhouette` guesses a person from a face; `box`
cuts out whatever is in a box (`cut` does it by colours); `masks` brings what must be
sharp into focus, `brushes` softly. An example:

    from darkroom import subjects
    person = subjects.person(picture)
    disparity = subjects.pull(disparity, focus, sharp=person)

`python -m darkroom.subjects` does it from the command line.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from darkroom.subjects.box import boxed
    from darkroom.subjects.brushes import paint
    from darkroom.subjects.detection import faces
    from darkroom.subjects.face import Face
    from darkroom.subjects.fetch import has_person_network
    from darkroom.subjects.masks import pull
    from darkroom.subjects.segmentation import find_person, person
    from darkroom.subjects.silhouette import portrait

__all__ = [
    "Face",
    "boxed",
    "faces",
    "find_person",
    "has_person_network",
    "paint",
    "person",
    "portrait",
    "pull",
]

_HOMES = {
    "Face": "face",
    "boxed": "box",
    "faces": "detection",
    "find_person": "segmentation",
    "has_person_network": "fetch",
    "paint": "brushes",
    "person": "segmentation",
    "portrait": "silhouette",
    "pull": "masks",
}


def __getattr__(name: str) -> object:
    """Imports what is used when it is used: --help needs neither NumPy nor OpenCV."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
