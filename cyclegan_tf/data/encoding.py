"""A depth map as a grey picture, and back to metres.

A depth network makes pictures in [0, 1]; its card keeps the encoding of the maps that
it was trained on, so that its pictures can be told in metres.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from darkroom import pixels
from darkroom.depth import scaling
from darkroom.pixels import Array

MILLIMETRES = 1000  # steps of a 16-bit map in a metre; 0 is no reading
FARTHEST = 10.0  # metres; the camera of NYU Depth v2 sees no farther


@dataclasses.dataclass(frozen=True)
class Encoding:
    """How depth becomes a grey: black is 0, white is farthest.

    Attributes:
      farthest: metres that are white, as is all that lies beyond. None where maps
        hold no metres: their greys stay as they are.
    """

    farthest: float | None = FARTHEST

    @property
    def unit(self) -> str:
        """The unit, as a sentence names it."""
        if self.farthest is None:
            return "greys without a unit"
        return f"metres up to {self.farthest:g}"

    def encode(self, stored: Array) -> Array:
        """Turns a map as its file holds it into greys, `[H, W]` float32 in [0, 1].

        Where there is no reading in metres, the farther of its neighbours is taken.

        Raises:
          ValueError: the map holds no metres and the encoding wants them, or nothing.
        """
        if self.farthest is None:
            return pixels.to_float(stored)
        depth = metres(stored)
        known = depth > 0
        if not known.all():
            nearness = np.divide(1, depth, where=known, out=np.zeros_like(depth))
            depth = 1 / scaling.filled(nearness, known)
        return np.clip(depth / np.float32(self.farthest), 0, 1)

    def decode(self, picture: Array) -> Array:
        """Turns greys in [0, 1], of any shape, into metres.

        Raises:
          ValueError: the encoding knows no metres.
        """
        if self.farthest is None:
            raise ValueError(
                "the maps that this network learnt from hold no metres; expected "
                "16-bit maps in millimetres, as cyclegan_tf.prepare nyu writes them"
            )
        return picture * np.float32(self.farthest)


def fitting(stored: Array, farthest: float = FARTHEST) -> Encoding:
    """Returns the encoding for maps like this: 16-bit millimetres, or greys."""
    return Encoding(farthest if stored.dtype == np.uint16 else None)


def metres(stored: Array) -> Array:
    """Turns a 16-bit map in millimetres into metres, `[H, W]` float32; 0 is no reading.

    Raises:
      ValueError: the map has another type.
    """
    if stored.dtype != np.uint16:
        raise ValueError(
            f"the depth map holds {stored.dtype}; expected 16 bits in millimetres"
        )
    return stored.astype(np.float32) / np.float32(MILLIMETRES)


def millimetres(depth: Array) -> Array:
    """Turns metres into a 16-bit map, uint16; 65.535 m stands for all beyond."""
    steps = np.rint(np.asarray(depth, np.float64) * MILLIMETRES)
    return np.clip(steps, 0, np.iinfo(np.uint16).max).astype(np.uint16)


def bokeh_effect_greys(depth: Array) -> Array:
    """Turns depths `[H, W]` into the maps of "Bokeh Effect", uint8, without a unit.

    Of "Bokeh Effect: Deep Learning Framework for Depth Estimation". It stretched the
    map to white by OpenCV's `normalize`, but a slip in the call divides by the
    Euclidean norm of its three equal channels, and white comes in twice. So maps of
    different rooms, or sizes, do not share a scale; at 256 x 256 the greys are
    min(255, 146.6 d / rms(d)).
    """
    depth = np.asarray(depth, np.float64)
    norm = np.sqrt(3 * np.sum(depth**2))
    return np.rint(np.minimum(255, 255 * 255 * depth / norm)).astype(np.uint8)
