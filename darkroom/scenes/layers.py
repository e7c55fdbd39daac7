"""What a scene is: a stack of flat layers, each with an affine disparity.

Coordinates are pixels of the picture, x to the right and y down; a layer may reach
beyond the picture by the scene's margin, so that a lens or a second camera that
looks past the edge finds something there.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from darkroom.pixels import Array


@dataclasses.dataclass(frozen=True)
class Plane:
    """The disparity `at_origin + along_x * x + along_y * y` of a flat layer.

    Disparity is 1 / distance up to a scale, and that is affine in picture
    coordinates for every plane in space: flat-on, a floor, a receding wall.
    """

    at_origin: float
    along_x: float = 0.0
    along_y: float = 0.0

    @property
    def faces_camera(self) -> bool:
        """Whether all of the plane is at one disparity."""
        return self.along_x == 0 and self.along_y == 0

    def disparity(self, height: int, width: int) -> Array:
        """Returns the disparities of the picture's pixels, `[height, width]`."""
        y, x = np.ogrid[:height, :width]
        plane = self.at_origin + self.along_x * x + self.along_y * y
        return np.broadcast_to(plane, (height, width)).astype(np.float32)

    def motion(self, x: float, y: float, focus: float = 0.0) -> Array:
        """Returns where its points go when the eye moves, as a 2 x 3 matrix.

        A point of disparity d moves by `(x, y) * (d - focus)`: `(x, y)` is the
        place in the aperture times pixels per unit of disparity. As d is affine in
        the point's coordinates, the motion is one affine map.
        """
        eye = np.array([[x], [y]])
        rest = [self.along_x, self.along_y, self.at_origin - focus]
        return (np.eye(2, 3) + eye * np.array([rest])).astype(np.float32)

    def moved(self, motion: Array) -> Plane:
        """Returns the plane's disparity as a function of where its points went."""
        whole = np.vstack([motion, [0, 0, 1]]).astype(np.float64)
        x, y, origin = np.array(
            [self.along_x, self.along_y, self.at_origin]
        ) @ np.linalg.inv(whole)
        return Plane(float(origin), float(x), float(y))


@dataclasses.dataclass(frozen=True)
class Layer:
    """A flat picture in space.

    Attributes:
      rgba: `[h, w, 4]` float32, linear light, colour premultiplied by alpha. Light
        sources exceed 1. Its border is transparent where the layer ends inside the
        scene's margin.
      top: the picture row of its first row; may be negative.
      left: the picture column of its first column.
      plane: its disparity.
    """

    rgba: Array
    top: int
    left: int
    plane: Plane


@dataclasses.dataclass(frozen=True)
class Scene:
    """A stack of layers.

    Attributes:
      layers: front to back; the last one is opaque and fills picture and margin.
      size: height and width of its pictures, in pixels.
      margin: how far, in pixels, the layers go on beyond the picture.
      subject: which of `layers` is the subject.
    """

    layers: tuple[Layer, ...]
    size: tuple[int, int]
    margin: int
    subject: int

    @property
    def focus(self) -> float:
        """The subject's disparity, at the middle of the picture if it is slanted."""
        height, width = self.size
        plane = self.layers[self.subject].plane
        along = plane.along_x * width / 2 + plane.along_y * height / 2
        return plane.at_origin + along


def layer(colour: Array, alpha: Array, top: int, left: int, plane: Plane) -> Layer:
    """Makes a layer of its linear colour `[h, w, 3]` and alpha `[h, w]`."""
    alpha = alpha[..., None]
    rgba = np.concatenate([colour * alpha, alpha], axis=2, dtype=np.float32)
    return Layer(np.ascontiguousarray(rgba), top, left, plane)
