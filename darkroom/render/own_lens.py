"""The photo's own lens, at another f-number: for depth in metres and EXIF's lens.

A lens of focal length f at the f-number N, focused at s, blurs a point at the distance
z to a disc of the radius (Potmesil and Chakravarty, SIGGRAPH 1981)

    f^2 s / (2 N (s - f)) |1 / s - 1 / z|

on its sensor, all in metres. The sensor's pixels follow from the focal length that EXIF
gives for 35 mm film, whose diagonal is 43.27 mm.
"""

from __future__ import annotations

import dataclasses
import math

from darkroom.io import exif

_FOCAL_LENGTH, _IN_35_MM = 0x920A, 0xA405
_DIAGONAL = 43.27  # of 35 mm film, in mm


@dataclasses.dataclass(frozen=True)
class OwnLens:
    """The lens that took a photo, and how far things are.

    Attributes:
      focal_length: in metres.
      in_pixels: the same in pixels of the photo.
      far, near: what disparity 0 and 1 are, in 1 / metres.
    """

    focal_length: float
    in_pixels: float
    far: float
    near: float

    def radius(self, f_number: float, focus: float) -> float:
        """Returns K, the blur radius in pixels per unit of disparity.

        Args:
          f_number: above 0.
          focus: the disparity that is sharp.
        """
        inverse = self.far + focus * (self.near - self.far)
        # s / (s - f) is 1 / (1 - f / s); at less than two focal lengths nothing is
        # photographed.
        closer = 1 / (1 - min(self.focal_length * inverse, 0.5))
        reach = self.in_pixels * self.focal_length / (2 * f_number) * closer
        return reach * abs(self.near - self.far)

    def scaled(self, scale: float) -> OwnLens:
        """Returns it for the same photo of another size."""
        return dataclasses.replace(self, in_pixels=self.in_pixels * scale)

    def __str__(self) -> str:
        """Names it, as in "50 mm"."""
        return f"{1000 * self.focal_length:.3g} mm"


def find(
    block: bytes, size: tuple[int, int], inverse_metres: tuple[float, float] | None
) -> OwnLens | None:
    """Returns a photo's lens; None where its EXIF or its depth does not tell enough.

    Args:
      block: EXIF, may be empty.
      size: of the photo, HxW in pixels.
      inverse_metres: what disparity 0 and 1 are; None if that is not known.
    """
    if inverse_metres is None or inverse_metres[0] == inverse_metres[1]:
        return None
    told = exif.parse(block)
    focal_length = exif.fraction(told.exif.get(_FOCAL_LENGTH), told.order)
    on_film = exif.number(told.exif.get(_IN_35_MM), told.order)
    if not (focal_length and on_film and 0 < focal_length < 10_000):
        return None
    in_pixels = on_film / _DIAGONAL * math.hypot(*size)
    return OwnLens(focal_length / 1000, in_pixels, *inverse_metres)
