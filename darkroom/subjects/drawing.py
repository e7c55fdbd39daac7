"""Shows what was found: boxes around faces, the background dimmed."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from darkroom import pixels
from darkroom.pixels import Array
from darkroom.subjects.face import Face

_BOX = (255, 190, 0)
_DIMMED = 0.3


def overlay(picture: Array, faces: Sequence[Face], person: Array) -> Array:
    """Draws boxes and mask into the picture, `[H, W, 3]` uint8.

    Args:
      picture: `[H, W, 3]` uint8, uint16 or float in [0, 1].
      faces: in its pixels.
      person: `[H, W]` in [0, 1].
    """
    light = _DIMMED + (1 - _DIMMED) * person
    shown = np.rint(pixels.to_uint8(picture) * light[..., None]).astype(np.uint8)
    thick = max(2, max(shown.shape) // 400)
    for face in faces:
        opposite = (face.x + face.width, face.y + face.height)
        cv2.rectangle(shown, (face.x, face.y), opposite, _BOX, thick)
    return shown
