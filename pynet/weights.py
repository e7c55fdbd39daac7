"""Loads a network from its weights file, whose card says what it holds."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING

from darkroom import quiet
from darkroom.render import MARGIN
from darkroom.train import checkpoints, weights_card

if TYPE_CHECKING:
    import keras

    from darkroom.render.network import Network

DEFAULT = "checkpoints/pynet/level_{}/pynet.weights.h5"


def load(weights: str | None, level: int, width: float | None = None) -> keras.Model:
    """Loads one level of a trained pyramid, `[B, H, W, 4]` to its picture.

    Args:
      weights: a `.weights.h5` that pynet.train or pynet.convert wrote; without one,
        what pynet.train left in its usual place.
      level: 7 (coarsest) to 1 (full size).
      width: of the network, for a file without a card.

    Raises:
      FileNotFoundError: there is no such file.
      ValueError: it is of another network, or not trained up to `level`.
    """
    path = pathlib.Path(weights or DEFAULT.format(level))
    if weights is None and not path.exists():
        raise ValueError(
            f"no weights were named, and {path} is not there; pass --weights "
            "NAME.weights.h5"
        )
    card = weights_card.read(path)
    if card.get("network", "pynet") != "pynet":
        raise ValueError(f"{path} holds the network {card['network']}; expected pynet")
    if card.get("level", level) > level:
        raise ValueError(
            f"{path} is trained up to level {card['level']}, level {level} is not in "
            f"it; train on with python -m pynet.train --level {card['level'] - 1}, or "
            f"pass --level {card['level']}"
        )
    if (card.get("start"), card.get("level"), level) == ("identity", 1, 2):
        raise ValueError(
            f"{path} began from the identity, and its level 1 goes on from a shifted "
            "level 2, which is no picture any more; take level 2's own weights"
        )
    own_width = card.get("width", width)
    if own_width is None:
        raise ValueError(
            f"{path} does not say how wide its network is; pass --width (the paper's "
            "is 1)"
        )
    if width not in (None, own_width):
        raise ValueError(
            f"{path} holds a network of width {own_width:g}, and --width is {width:g}; "
            "leave --width out"
        )
    with quiet.chatter():
        from pynet import network  # starts TensorFlow

    without = card.get("without_filters_of")
    pyramid = network.pynet(own_width, without_filters_of=without)
    checkpoints.load_weights(pyramid, path)
    return network.one_level(pyramid, level)


def load_for_photos(
    weights: str | None = None,
    level: int = 1,
    width: float | None = None,
    margin: int = MARGIN,
) -> Network:
    """Loads a network for photos of any size, of a `.weights.h5` or a `.tflite`.

    Args:
      weights: the file; a `.tflite` needs no TensorFlow.
      level, width: of a `.weights.h5`, as of `load`; a coarser level's picture is
        brought up to the photo's size.
      margin: pixels of the photo's mirror image around it; 0 as it was published.

    Raises:
      FileNotFoundError, ValueError: the file is missing, broken or of another network.
    """
    from darkroom.render import network

    if weights is not None and pathlib.Path(weights).suffix == ".tflite":
        return network.load(weights, margin)
    model = load(weights, level, width)
    from pynet import validation

    return network.Network(validation.compiled(model), margin=margin)
