"""Loads a PyNET for photos of any size: Keras weights, or an exported file."""

from __future__ import annotations

import pathlib

from darkroom.render import network


def load(
    weights: str | None = None, level: int = 1, width: float | None = None
) -> network.Network:
    """Loads the network of a `.weights.h5`, or of a `.tflite`, without TensorFlow.

    Args:
      weights: the file; without one, what pynet.train left in its usual place.
      level: of a `.weights.h5`, 7 (coarsest) to 1 (full size); a coarser level's
        picture is brought up to the photo's size.
      width: of the network, for a `.weights.h5` that does not say.

    Raises:
      FileNotFoundError, ValueError: the file is missing, broken or of another network.
    """
    if weights is not None and pathlib.Path(weights).suffix == ".tflite":
        return network.load(weights)
    from darkroom import quiet

    with quiet.chatter():  # TensorFlow starts
        import pynet.weights
        from pynet import validation

    model = pynet.weights.load(weights, level, width)
    return network.Network(validation.compiled(model))
