"""What was found in one photo, in words."""

from __future__ import annotations

import dataclasses

import numpy as np

from darkroom.pixels import Array
from darkroom.subjects import detection, fetch, segmentation, silhouette
from darkroom.subjects.face import Face


@dataclasses.dataclass(frozen=True)
class Found:
    """Faces, and where persons are; guessed from the faces, or seen by the network."""

    faces: list[Face]
    person: Array
    guessed: bool

    def __str__(self) -> str:
        """Says it in one line."""
        boxes = [
            f"{face.width}x{face.height} at {face.x},{face.y} (score {face.score:.2f})"
            for face in self.faces
        ]
        number = f"{len(boxes)} face{'s' * (len(boxes) != 1)}"
        how = f", guessed from the faces (better: {fetch.COMMAND})"
        return (
            f"{': '.join([number, ', '.join(boxes)]) if boxes else number}; "
            f"person {self.person.mean():.0%} of the picture{how * self.guessed}"
        )


def look(picture: Array, detector: detection.Detector) -> Found:
    """Looks for faces and persons in `[H, W, 3]`.

    Raises:
      ValueError: the detector is not there.
    """
    faces = detection.faces(picture, detector)
    if fetch.has_person_network():
        return Found(faces, segmentation.person(picture), guessed=False)
    person = np.zeros(picture.shape[:2], np.float32)
    for face in faces:
        np.maximum(person, silhouette.portrait(picture, face), out=person)
    return Found(faces, person, guessed=True)
