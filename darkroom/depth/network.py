"""Disparity by a depth network in a LiteRT file.

The contract of all depth networks here: a photo `[1, H, W, 3]` in [0, 1] in, a
disparity `[1, H, W, 1]` out, larger is nearer.
"""

from __future__ import annotations

import pathlib

import cv2
import numpy as np

from darkroom import litert, pixels
from darkroom.depth import scaling
from darkroom.pixels import Array


def load(path: pathlib.Path) -> tuple[litert.Network, tuple[int, int]]:
    """Loads a network; returns it, and the one picture size that it takes, HxW.

    Raises:
      OSError: there is no such file.
      ValueError: it is no LiteRT file, or of another contract.
    """
    network = litert.Network(path)
    inputs = list(network.inputs.values())
    height, width = inputs[0][1:3] if len(inputs[0]) == 4 else (0, 0)
    if inputs != [(1, height, width, 3)] or network.output != (1, height, width, 1):
        raise ValueError(
            f"{path} takes {' and '.join(map(litert.format_shape, inputs))} and gives "
            f"{litert.format_shape(network.output)}; expected a depth network: 1xHxWx3 "
            "in, 1xHxWx1 out"
        )
    if min(height, width) < 2:
        raise ValueError(
            f"{path} has no size of its own; export it again with --size HxW"
        )
    return network, (height, width)


def disparity(path: pathlib.Path, picture: Array) -> Array:
    """Runs the network on the picture, brought to the network's size.

    Args:
      path: of the `.tflite`.
      picture: `[H, W, 3]` uint8.

    Returns:
      `[h, w]` float32, stretched to [0, 1], at the network's size.

    Raises:
      OSError, ValueError: as `load`; or the network answers NaN.
    """
    network, size = load(path)
    small = cv2.resize(picture, size[::-1], interpolation=cv2.INTER_AREA)
    answer = network(pixels.to_float(small)[None])[0, ..., 0]
    if answer.dtype.kind != "f" or not np.isfinite(answer).all():
        raise ValueError(
            f"{path} answers with {answer.dtype} that is not finite or not float; "
            "expected float: export it again"
        )
    return scaling.stretched(answer)
