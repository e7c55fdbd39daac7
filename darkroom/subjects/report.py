"""What was found in one photo, in words and as a file."""

from __future__ import annotations

import dataclasses
import pathlib

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
        """One line for a person to read."""
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


def output(
    photo: pathlib.Path, show: str | None, photos: int, overwrite: bool
) -> pathlib.Path | None:
    """The picture to write for `photo`: `show`, or a file in it if it is a folder.

    Raises:
      ValueError: it would replace a file, or is one file for several photos.
    """
    if show is None:
        return None
    path = pathlib.Path(show)
    if path.is_dir() or not path.suffix:
        path = path / f"{photo.stem}.jpg"
    elif photos > 1:
        raise ValueError(
            f"--show {show} is one file for {photos} photos; pass a folder"
        )
    if path.exists() and path.samefile(photo):
        raise ValueError(f"{path}: it would replace the photo itself; name another")
    if path.exists() and not overwrite:
        raise ValueError(f"{path} is there already; pass --overwrite to replace it")
    return path
