"""An exported PyNET in place of the lens.

Its file takes the halved photo and its depth in one fixed size. A photo that is not as
large is continued by its mirror image, and what was added is cut off again. A larger
one is made smaller, and what the network draws is carried back to its size by `guided`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from darkroom import litert, pixels
from darkroom.render import guided

Array = np.ndarray[Any, Any]
Run = Callable[[Array], Any]  # [1, H, W, 4] to [1, 2H, 2W, 3]


@functools.cache
def load(path: str) -> tuple[Run, tuple[int, int]]:
    """The network of a `.tflite` file, and the largest photo that it sees whole, HxW.

    Raises:
      FileNotFoundError, ValueError: the file is missing, damaged or of another network.
    """
    network = litert.Network(path, lean=True)
    (shape, *others), output = network.inputs.values(), network.output
    if others or (shape[0], *shape[3:], *output[3:]) != (1, 4, 3):
        raise ValueError(
            f"{path} turns "
            f"{', '.join(map(litert.format_shape, (shape, *others)))} into "
            f"{litert.format_shape(output)}; expected an exported PyNET: photo and "
            "depth 1xHxWx4 in, a picture out"
        )
    return network, (2 * shape[1], 2 * shape[2])


def fitted(size: tuple[int, int], limit: tuple[int, int]) -> tuple[int, int]:
    """The largest size of the same proportions that is within `limit`, HxW both."""
    scale = min(1.0, limit[0] / size[0], limit[1] / size[1])
    return max(1, int(size[0] * scale)), max(1, int(size[1] * scale))


def bokeh(run: Run, photo: Array, disparity: Array, limit: tuple[int, int]) -> Array:
    """What the network makes of a photo, `[H, W, 3]` float32 in [0, 1], at its size.

    Args:
      run: the network.
      photo: `[H, W, 3]` uint8, uint16 or float, of any size.
      disparity: `[h, w]` of any size.
      limit: the largest photo that the network takes, HxW.
    """
    height, width = size = fitted(photo.shape[:2], limit)
    larger = photo.shape[:2] != size
    small = pixels.resize_to(photo, size) if larger else photo
    inputs = np.empty((1, limit[0] // 2, limit[1] // 2, 4), np.float32)
    halved = pixels.resize(_continued(small, limit), 0.5)
    inputs[0, ..., :3] = pixels.to_float(halved)
    depth = pixels.resize_to(disparity, ((height + 1) // 2, (width + 1) // 2))
    inputs[0, ..., 3] = _continued(depth, inputs.shape[1:3])
    picture = np.clip(np.asarray(run(inputs))[0], 0, 1)
    seen = inputs[0, ..., :3]
    if len(picture) < len(seen):  # a coarse level has no room for finer detail
        seen = pixels.resize_to(seen, picture.shape[:2])
    if picture.shape[:2] != limit:
        picture = pixels.resize_to(picture, limit)
    drawn = picture[:height, :width]
    if not larger:
        return drawn
    return guided.enlarge(drawn, _bilinear(seen, limit)[:height, :width], photo)


def _bilinear(picture: Array, size: tuple[int, int]) -> Array:
    """The softest way to enlarge: what a network draws in focus is no softer."""
    import cv2

    return cv2.resize(picture, size[::-1], interpolation=cv2.INTER_LINEAR)


def _continued(picture: Array, size: tuple[int, ...]) -> Array:
    more = [(0, new - old) for new, old in zip(size, picture.shape, strict=False)]
    return np.pad(picture, more + [(0, 0)] * (picture.ndim - 2), mode="reflect")
