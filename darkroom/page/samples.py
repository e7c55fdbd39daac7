"""Photos to try the page with: a portrait, a cat, a night.

The portrait is Eileen Collins by NASA (public domain), the cat is Chelsea by Stefan van
der Walt (CC0); both come with scikit-image, too. The night is drawn (`night`), so its
depth is exact.
"""

from __future__ import annotations

import dataclasses
import functools
import io
import pathlib

import numpy as np
from PIL import Image
from werkzeug import exceptions

from darkroom import pixels
from darkroom.page import night, pictures, uploads

_FOLDER = pathlib.Path(__file__).parent / "photographs"
_THUMBNAIL = (200, 300)  # height, width


@dataclasses.dataclass(frozen=True)
class Sample:
    """A photo to try.

    Attributes:
      name: of its file.
      text: what it shows, and what there is to see.
    """

    name: str
    text: str


SAMPLES = (
    Sample("astronaut.jpg", "A portrait: found by itself"),
    Sample("cat.jpg", "A cat: draw a box around it"),
    Sample("night.png", "A night: lights become discs"),
)


def files(number: int) -> tuple[uploads.File, uploads.File | None]:
    """Returns a photo to try, and the map of its depth if it has one.

    Raises:
      NotFound (404): there is none of that number.
    """
    if number >= len(SAMPLES):
        raise exceptions.NotFound(f"there are {len(SAMPLES)} photos to try")
    name = SAMPLES[number].name
    path = _FOLDER / name
    if path.exists():
        return uploads.File(name, path.read_bytes()), None
    return _drawn()


@functools.cache
def _drawn() -> tuple[uploads.File, uploads.File]:
    photo, disparity = night.scene()
    depth_map = uploads.File("night_depth.png", pictures.png(disparity))
    return uploads.File("night.png", pictures.png(photo)), depth_map


@functools.cache
def thumbnail(number: int) -> bytes:
    """Returns the middle of a photo to try, as a small JPEG.

    Raises:
      NotFound (404): as `files`.
    """
    photo = np.asarray(Image.open(io.BytesIO(files(number)[0].data)))
    height, width = photo.shape[:2]
    high = min(height, round(width * _THUMBNAIL[0] / _THUMBNAIL[1]))
    top = (height - high) // 4  # rather from above, where faces are
    return pictures.jpeg(
        pixels.resize_to(photo[top : top + high], _THUMBNAIL), None, 85
    )
