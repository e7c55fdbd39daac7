"""What is in one photo: faces and persons, in words and as a picture."""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np

from darkroom import pixels
from darkroom.pixels import Array
from darkroom.subjects import detection, fetch, segmentation, silhouette
from darkroom.subjects.face import Face

_BOX = (255, 190, 0)
_DIMMED = 0.3


@dataclasses.dataclass(frozen=True)
class Subjects:
    """The faces in a photo, and where persons are.

    Attributes:
      faces: in the photo's pixels.
      person: `[H, W]` float32 in [0, 1].
      guessed: whether persons are guessed from faces, for want of the network.
    """

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

    def overlay(self, picture: Array) -> Array:
        """Draws boxes around the faces, and dims all but persons.

        Args:
          picture: the photo, `[H, W, 3]` uint8, uint16 or float in [0, 1].

        Returns:
          `[H, W, 3]` uint8.
        """
        light = _DIMMED + (1 - _DIMMED) * self.person
        shown = np.rint(pixels.to_uint8(picture) * light[..., None]).astype(np.uint8)
        thick = max(2, max(shown.shape) // 400)
        for face in self.faces:
            opposite = (face.x + face.width, face.y + face.height)
            cv2.rectangle(shown, (face.x, face.y), opposite, _BOX, thick)
        return shown


def look(picture: Array, detector: detection.Detector) -> Subjects:
    """Looks for faces and persons.

    Args:
      picture: `[H, W, 3]` uint8, uint16 or float in [0, 1].
      detector: of faces, as in `detection.faces`.

    Raises:
      ValueError: the detector is not there.
    """
    faces = detection.faces(picture, detector)
    if fetch.has_person_network():
        return Subjects(
            faces, segmentation.find_person(picture, faces).mask, guessed=False
        )
    person = np.zeros(picture.shape[:2], np.float32)
    for face in faces:
        np.maximum(person, silhouette.portrait(picture, face), out=person)
    return Subjects(faces, person, guessed=True)
