"""Depth from one photo, learned from stereo pairs by left-right consistency.

Godard, Mac Aodha, Brostow, "Unsupervised Monocular Depth Estimation with Left-Right
Consistency", CVPR 2017 (arXiv 1609.03677), in Keras 3.

    import monodepth
    disparity = monodepth.load("monodepth.weights.h5")(photo)

A disparity is a fraction of the picture's width, at every scale.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import darkroom as darkroom  # Ctrl-C is quiet from here on

if TYPE_CHECKING:
    from monodepth.prediction import Network


def load(path: str | os.PathLike[str], size: tuple[int, int] | None = None) -> Network:
    """Loads a trained network, of a `.weights.h5` or of an exported `.tflite`.

    Args:
      path: the file; a `.tflite` needs no TensorFlow. Or the name of a network in
        `checkpoints/`, "small", which says what is nearer, not how much.
      size: H and W that photos are brought to; without it, as in training.

    Returns:
      A function `photo -> disparity`: a photo `[H, W, 3]`, uint8, uint16 or float in
      [0, 1], at least as large as the network's picture; its disparity `[H, W]`
      float32, a fraction of the width, larger is nearer.

    Raises:
      FileNotFoundError, ValueError: the file is missing, broken or of another network,
        or does not take this size.
    """
    from monodepth import prediction

    return prediction.load(os.fspath(path), size=size)
