"""Loads a network from its weights file, whose card says what it holds."""

from __future__ import annotations

import dataclasses
import pathlib
from typing import TYPE_CHECKING, TypeVar

from darkroom import cli, quiet
from darkroom.io import shipped
from darkroom.train import checkpoints, weights_card

if TYPE_CHECKING:
    import keras

DEFAULT = "checkpoints/monodepth/monodepth.weights.h5"
T = TypeVar("T", str, float)


@dataclasses.dataclass(frozen=True)
class TrainedModel:
    """A network with its weights, and what their file says of it.

    Attributes:
      model: as `network.monodepth` or `pretrained.decoder.network` makes it.
      encoder: vgg, resnet50 or mobilenet_v2.
      stereo: whether it takes both pictures.
      size: height and width that it was trained at; None where the file is silent.
    """

    model: keras.Model
    encoder: str
    stereo: bool
    size: tuple[int, int] | None


def load(
    weights: str | None, encoder: str | None = None, width: float | None = None
) -> TrainedModel:
    """Loads the network of a `.weights.h5` that train, fit or convert wrote.

    Args:
      weights: the file; or the name of a network in `checkpoints/`, "small"; without
        one, what monodepth.train left in its usual place.
      encoder: vgg or resnet50, for a file without a card.
      width: of the network, for a file without a card.

    Raises:
      FileNotFoundError: there is no such file.
      ValueError: it holds another network, or says too little.
    """
    path = find(weights)
    if weights is None and not path.exists():
        raise ValueError(
            f"no weights were named, and {path} is not there; pass --weights "
            "NAME.weights.h5"
        )
    card = weights_card.read(path)
    if card.get("network", "monodepth") != "monodepth":
        raise ValueError(
            f"{path} holds the network {card['network']}; expected monodepth"
        )
    encoder = _one("encoder", card.get("encoder"), encoder, path)
    width = _one("width", card.get("width"), width, path)
    stereo = card.get("stereo", False)
    with quiet.chatter():
        from monodepth import network  # starts TensorFlow
        from monodepth.pretrained import decoder

    if encoder == "mobilenet_v2":
        model = decoder.network()
    else:
        model = network.monodepth(encoder, stereo, card.get("deconv", False), width)
    checkpoints.load_weights(model, path)
    size = cli.parse_size(card["size"]) if "size" in card else None
    return TrainedModel(model, encoder, stereo, size)


def find(weights: str | None) -> pathlib.Path:
    """Returns the file of a path, or of the name of a shipped network.

    Args:
      weights: path or name; without one, what monodepth.train leaves.

    Raises:
      ValueError: there is no network of that name.
    """
    return shipped.named(weights, "depth_") if weights else pathlib.Path(DEFAULT)


def _one(name: str, card: T | None, flag: T | None, path: pathlib.Path) -> T:
    """Returns what the card says, or else the flag; they must not differ."""
    value = flag if card is None else card
    if value is None:
        raise ValueError(f"{path} does not say its network's {name}; pass --{name}")
    if flag not in (None, value):
        raise ValueError(
            f"{path} holds a network of {name} {card}, and --{name} is {flag}; "
            f"leave --{name} out"
        )
    return value
