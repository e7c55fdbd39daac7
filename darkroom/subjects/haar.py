"""Faces by a cascade of Haar features (Viola and Jones 2001), which OpenCV brings."""

from __future__ import annotations

import pathlib
from typing import Any

import cv2
import numpy as np

from darkroom.subjects import detection, thumbnail

Array = np.ndarray[Any, Any]

# On eight portraits and twenty photos without a face, alt2 found every frontal face
# and nothing else; the default cascade found a face in a lamp, a tie and a button.
_CASCADE = "haarcascade_frontalface_alt2.xml"
_SIDE = 640  # of the copy that is searched
_SMALLEST = 24  # pixels of it


def find(picture: Array) -> list[detection.Face]:
    """Frontal faces from 4 % of the picture's longer side upwards.

    Raises:
      ValueError: OpenCV is too new to have cascades, or this is no picture.
    """
    if not hasattr(cv2, "CascadeClassifier"):
        raise ValueError(
            f"OpenCV {cv2.__version__} has no face cascades; expected a version below "
            "5: pip install 'opencv-python-headless<5'"
        )
    folder = pathlib.Path(cv2.__file__).parent / "data"
    small = thumbnail.of(picture, _SIDE)
    scale = max(picture.shape[:2]) / max(small.shape[:2])
    cascade = cv2.CascadeClassifier(str(folder / _CASCADE))
    boxes = cascade.detectMultiScale(
        cv2.cvtColor(small, cv2.COLOR_RGB2GRAY),
        scaleFactor=1.1,
        minNeighbors=5,
        minSize=(_SMALLEST, _SMALLEST),
    )
    return [detection.Face(*(round(scale * float(n)) for n in box)) for box in boxes]
