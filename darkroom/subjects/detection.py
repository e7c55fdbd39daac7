"""Finds faces: by a cascade that OpenCV brings, or by a network if it is installed."""

from __future__ import annotations

import pathlib
from typing import Literal

import cv2
import numpy as np

from darkroom.pixels import Array
from darkroom.subjects import blazeface, resizing
from darkroom.subjects.face import Face, distinct

Detector = Literal["auto", "haar", "network"]

# On eight portraits and twenty photos without a face, alt2 found every frontal face
# and nothing else; the default cascade found a face in a lamp, a tie and a button.
_CASCADE = "haarcascade_frontalface_alt2.xml"
# Each is then looked at closely by a cascade that was trained apart, in a copy where a
# face has 64 pixels, as it is and in a mirror. Windows that agree are counted: 72 and
# more on the faces of nine photos in 16 sizes and brightnesses, at most 38 on 29 things
# that alt2 took for faces in 50 photos without one.
_SECOND_CASCADE = "haarcascade_frontalface_alt.xml"
_CLOSE = 64
_AROUND = 1.8  # faces: the part that is looked at
_AGREED = 45
_SIDE = 640  # of the copy that the cascade searches
_SMALLEST = 24  # pixels of it


def faces(picture: Array, detector: Detector = "auto") -> list[Face]:
    """Finds the faces in a photo, first the one that is most likely its subject.

    Args:
      picture: `[H, W, 3]` uint8, uint16 or float in [0, 1], of any size.
      detector: "network" needs the extra `faces`; "haar" comes with OpenCV and sees
        frontal faces only; "auto" takes the network where it is installed.

    Returns:
      No two for one face, the largest and surest first; empty if there is none.

    Raises:
      ValueError: no such detector, or it is not installed, or this is no picture.
    """
    if detector == "auto":
        detector = "network" if blazeface.is_installed() else "haar"
    detectors = {"haar": frontal_faces, "network": blazeface.find}
    if detector not in detectors:
        raise ValueError(
            f"there is no face detector {detector}; expected auto, haar or network"
        )
    height, width = picture.shape[:2]
    clipped = [face.clipped(height, width) for face in detectors[detector](picture)]
    shown = distinct(face for face in clipped if face.width > 0 and face.height > 0)
    return sorted(shown, key=lambda face: -face.score * face.width)


def frontal_faces(picture: Array) -> list[Face]:
    """Finds frontal faces by a cascade of Haar features (Viola and Jones 2001).

    Args:
      picture: as in `faces`.

    Returns:
      Those from 4 % of the picture's longer side upwards.

    Raises:
      ValueError: OpenCV is too new to have cascades, or this is no picture.
    """
    if not hasattr(cv2, "CascadeClassifier"):
        raise ValueError(
            f"OpenCV {cv2.__version__} has no face cascades; expected a version below "
            "5: pip install 'opencv-python-headless<5'"
        )
    small = resizing.downscaled(picture, _SIDE)
    scale = max(picture.shape[:2]) / max(small.shape[:2])
    boxes = _cascade(_CASCADE).detectMultiScale(
        cv2.cvtColor(small, cv2.COLOR_RGB2GRAY),
        scaleFactor=1.1,
        minNeighbors=5,
        minSize=(_SMALLEST, _SMALLEST),
    )
    faces = [Face(*(round(scale * float(n)) for n in box)) for box in boxes]
    if not faces:
        return []
    second = _cascade(_SECOND_CASCADE)
    return [face for face in faces if _agreed(picture, face, second)]


def _agreed(picture: Array, face: Face, cascade: cv2.CascadeClassifier) -> bool:
    """Tells whether a second cascade sees a face there, too."""
    near = resizing.framed(picture, face, _AROUND, round(_CLOSE * _AROUND))
    grey = cv2.cvtColor(near, cv2.COLOR_RGB2GRAY)
    windows = [
        cascade.detectMultiScale(
            np.ascontiguousarray(look),
            scaleFactor=1.05,
            minNeighbors=0,
            minSize=(round(0.7 * _CLOSE),) * 2,
            maxSize=(round(1.4 * _CLOSE),) * 2,
        )
        for look in (grey, grey[:, ::-1])
    ]
    return sum(map(len, windows)) >= _AGREED


def _cascade(name: str) -> cv2.CascadeClassifier:
    """Reads one of OpenCV's; a new one each time, as threads cannot share it."""
    folder = pathlib.Path(cv2.__file__).parent / "data"
    return cv2.CascadeClassifier(str(folder / name))
