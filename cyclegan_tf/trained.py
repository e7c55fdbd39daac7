"""A trained network from its weights file, which says itself what it holds."""

from __future__ import annotations

import pathlib
from typing import Any

from darkroom import quiet
from darkroom.train import checkpoints


def load(weights: str, **options: Any) -> Any:
    """A trained generator or discriminator, of pictures `[B, H, W, 3]` in [-1, 1].

    Args:
      weights: a `.weights.h5` that cyclegan_tf.train or cyclegan_tf.convert wrote;
        `checkpoints.read_card` tells what else it says, such as its task.
      options: of `networks`, where they shall differ from the file's: `precision`,
        `own_statistics`.

    Raises:
      FileNotFoundError: there is no such file.
      ValueError: it is of another network, or says not which.
    """
    path = pathlib.Path(weights)
    card = checkpoints.read_card(path)
    if card.get("network", "cyclegan_tf") != "cyclegan_tf":
        raise ValueError(
            f"{path} holds the network {card['network']}; expected cyclegan_tf"
        )
    if "kind" not in card:
        raise ValueError(
            f"{path} does not say what network it is of; expected a file that "
            "cyclegan_tf.train or cyclegan_tf.convert wrote"
        )
    with quiet.chatter():
        from cyclegan_tf import networks  # starts TensorFlow

    model = networks.build(card, **options)
    checkpoints.load_weights(model, path)
    if card.get("layout") == "reshape":
        return networks.with_reshaped_pictures(model)
    return model
