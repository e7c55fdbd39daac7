"""Loads a network from its weights file, whose card says what it holds.

A name, such as "quarter", is that of a network in `checkpoints/`: its
`pynet_NAME.weights.h5` for Keras, `pynet_NAME.tflite` without TensorFlow, and
`pynet_NAME.json` on both.
"""

from __future__ import annotations

import json
import pathlib
from typing import TYPE_CHECKING

from darkroom import cli, quiet
from darkroom.io import shipped
from darkroom.render import MARGIN
from darkroom.train import checkpoints, weights_card
from pynet.config import WEIGHTS

if TYPE_CHECKING:
    import keras

    from darkroom.render.network import Network

DEFAULT = f"checkpoints/pynet/level_{{}}/{WEIGHTS}"


def load(weights: str | None, level: int, width: float | None = None) -> keras.Model:
    """Loads one level of a trained pyramid, `[B, H, W, 4]` to its picture.

    Args:
      weights: a `.weights.h5` that pynet.train or pynet.convert wrote, or the name of
        a shipped one; without one, what pynet.train left in its usual place.
      level: 7 (coarsest) to 1 (full size).
      width: of the network, for a file without a card.

    Raises:
      FileNotFoundError: there is no such file.
      ValueError: it is of another network, or not trained up to `level`.
    """
    path = find(weights, level)
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
      weights: the file; a `.tflite` needs no TensorFlow. Or the name of a shipped
        network: its Keras weights, or its `.tflite` where Keras is not installed; it
        draws larger photos in the size that it was trained on.
      level, width: of a `.weights.h5`, as of `load`; a coarser level's picture is
        brought up to the photo's size.
      margin: pixels of the photo's mirror image around it; 0 as it was published.

    Raises:
      FileNotFoundError, ValueError: the file is missing, broken or of another network.
    """
    from darkroom.render import network

    path = find(weights, level)
    if path.suffix == ".tflite":
        return network.load(str(path), margin)
    model = load(weights, level, width)
    from pynet import validation

    return network.Network(
        validation.compiled(model),
        margin=margin,
        trained=photo_size(card_of(path)),
        radius=radius(weights, level),
    )


def radius(weights: str | None, level: int) -> float | None:
    """Returns what a weights file says of `darkroom.render.network.Network.radius`.

    Raises:
      FileNotFoundError, ValueError: as `load`.
    """
    path = find(weights, level)
    found = weights_card.read(path).get("radius")
    return None if found is None else float(found)


def find(weights: str | None, level: int) -> pathlib.Path:
    """Returns the file of a path, or of the name of a shipped network.

    Args:
      weights: path or name; without one, what pynet.train leaves of the level.
      level: 7 to 1.

    Raises:
      ValueError: there is no network of that name.
    """
    if not weights:
        return pathlib.Path(DEFAULT.format(level))
    return shipped.named(weights, "pynet_")


def card_of(weights: pathlib.Path) -> pathlib.Path:
    """Returns where the card of a network in `checkpoints/` is: `NAME.json`."""
    return weights.with_name(weights.name.partition(".")[0] + ".json")


def photo_size(card: pathlib.Path) -> tuple[int, int] | None:
    """Returns the size of the photos that a network was trained on, if a card says.

    Raises:
      ValueError: the card is damaged.
    """
    if not card.is_file():
        return None
    try:
        words = json.loads(card.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{card} is not JSON, and no card: {error}") from error
    size = words.get("photo_size") if isinstance(words, dict) else None
    return None if size is None else cli.parse_size(str(size))
