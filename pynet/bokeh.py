"""A photo of any size and its depth map through the network: the bokeh photo.

The network wants sides in multiples of 32 at half the photo's size, an exported file
exactly one size. So the photo is continued by its mirror image at the bottom and
right, and what was added is cut off again.
"""

from __future__ import annotations

import pathlib
from collections.abc import Callable
from typing import Any

import numpy as np

from darkroom import pixels
from pynet import scene

Array = np.ndarray[Any, Any]
Run = Callable[[Array], Any]  # [1, H, W, 4] to the level's picture

MULTIPLE = 2 * scene.MULTIPLE  # of the photo's sides
_STRETCH = 1.1  # by how much a map's proportions may differ from its photo's


def bokeh(
    network: Run, photo: Array, depth: Array, size: tuple[int, int] | None = None
) -> Array:
    """The bokeh photo, `[H, W, 3]` float32 in [0, 1], of the photo's own size.

    Args:
      network: of any level; a coarser one's picture is brought up to the photo's size.
      photo: `[H, W, 3]` uint8, uint16 or float.
      depth: `[h, w]` of any size, brought to half the photo's.
      size: what the photo is continued to, HxW; the next multiples of 64 if None.

    Raises:
      ValueError: the photo does not fit in `size`, or the map has other proportions.
    """
    height, width = photo.shape[:2]
    if size is None:
        size = height + -height % MULTIPLE, width + -width % MULTIPLE
    elif height > size[0] or width > size[1]:
        half = "x".join(str((s + -s % MULTIPLE) // 2) for s in (height, width))
        raise ValueError(
            f"the photo is {height}x{width}, and the exported network takes at most "
            f"{size[0]}x{size[1]}; make the photo smaller, or export for its size: "
            f"python -m pynet.export --size {half}"
        )
    stretch = (width / height) / (depth.shape[1] / depth.shape[0])
    if not 1 / _STRETCH < stretch < _STRETCH:
        raise ValueError(
            f"the photo is {height}x{width}, its depth map {pixels.size(depth)}; "
            "expected the same proportions: is it of another photo, or not turned "
            "upright as this one is?"
        )
    halved = pixels.resize(_continued(photo, size), 0.5)
    half_photo = (height + 1) // 2, (width + 1) // 2
    if depth.shape != half_photo:
        depth = pixels.resize_to(depth, half_photo)
    inputs = scene.stack(halved, _continued(depth, halved.shape[:2]))
    picture = np.clip(np.asarray(network(inputs[None]))[0], 0, 1)
    if picture.shape[:2] != size:
        picture = pixels.resize_to(picture, size)
    return picture[:height, :width]


def _continued(picture: Array, size: tuple[int, ...]) -> Array:
    more = [(0, new - old) for new, old in zip(size, picture.shape, strict=False)]
    return np.pad(picture, more + [(0, 0)] * (picture.ndim - 2), mode="reflect")


def load(
    weights: str | None, level: int, width: float | None = None
) -> tuple[Run, tuple[int, int] | None]:
    """The network of a `.weights.h5`, or of a `.tflite`, which needs no TensorFlow.

    Returns:
      The network, and the one photo size that it takes; None if it takes any.

    Raises:
      FileNotFoundError, ValueError: the file is missing, broken or of another network.
    """
    if weights is None or pathlib.Path(weights).suffix != ".tflite":
        from darkroom import quiet

        with quiet.chatter():  # TensorFlow starts
            from pynet import trained, validation

        return validation.compiled(trained.load(weights, level, width)), None
    from darkroom import litert

    network = litert.Network(weights)
    (shape, *others), output = network.inputs.values(), network.output
    if others or (shape[0], *shape[3:], *output[3:]) != (1, 4, 3):
        raise ValueError(
            f"{weights} turns {', '.join(map(litert.shape, (shape, *others)))} into "
            f"{litert.shape(output)}; expected an exported PyNET: photo and depth "
            "1xHxWx4 in, a picture out"
        )
    return network, (2 * shape[1], 2 * shape[2])
