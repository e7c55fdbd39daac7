"""Weights files: what a generator's card says of it, and the network with its weights.

Reading a card needs no TensorFlow.
"""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cyclegan_tf.data.crops import Size
from cyclegan_tf.data.encoding import Encoding
from darkroom import cli, quiet
from darkroom.io import shipped
from darkroom.train import checkpoints, weights_card

if TYPE_CHECKING:
    import keras

Card = Mapping[str, Any]  # what a weights file says of itself, or a network of it

SIDE = 256  # of the papers' pictures, where weights do not say theirs
CHANNELS = 3  # of a photo
HALVINGS = 4  # a ResNet halves its picture twice


@dataclasses.dataclass(frozen=True)
class GeneratorCard:
    """What pictures a generator takes and makes.

    Attributes:
      task: "portrait" or "depth".
      size: h and w of the pictures in training.
      multiple: what h and w must be multiples of; None if they must be `size`.
      encoding: how depth becomes the greys that a depth network makes.
    """

    task: str
    size: Size = (SIDE, SIDE)
    multiple: int | None = HALVINGS
    encoding: Encoding = dataclasses.field(default=Encoding())


def load_network(weights: str) -> keras.Model:
    """Loads a trained generator or discriminator, `[B, H, W, 3]` in [-1, 1].

    Args:
      weights: a `.weights.h5` that cyclegan_tf.train or cyclegan_tf.convert wrote, or
        the name of a generator that cyclegan_tf.ship packed into `checkpoints/`.

    Raises:
      FileNotFoundError: there is no such file.
      ValueError: it is of another network, or does not say which.
    """
    path = find(weights)
    card = _own_card(path)
    if "kind" not in card:
        raise ValueError(
            f"{path} does not say what network it is of; expected a file that "
            "cyclegan_tf.train or cyclegan_tf.convert wrote"
        )
    with quiet.chatter():
        from cyclegan_tf import networks  # starts TensorFlow

    model = networks.build(card)
    checkpoints.load_weights(model, path)
    if card.get("layout") == "reshape":
        return networks.with_reshaped_pictures(model)
    return model


def find(weights: str) -> pathlib.Path:
    """Returns the file of a path, or of the name of a shipped generator.

    Raises:
      ValueError: there is no generator of that name.
    """
    return shipped.named(weights, "")


def _own_card(path: pathlib.Path) -> Card:
    """Reads the card of a network of this package.

    Raises:
      OSError: there is no such file.
      ValueError: it is damaged, or of another package's network.
    """
    card = weights_card.read(path)
    if card.get("network", "cyclegan_tf") != "cyclegan_tf":
        raise ValueError(
            f"{path} holds the network {card['network']}; expected cyclegan_tf"
        )
    return card


def read_card(weights: str, task: str | None = None) -> GeneratorCard:
    """Reads what a `.weights.h5` says of its generator.

    Args:
      weights: the file, or a name, as of `load_network`.
      task: "portrait" or "depth", for a file that does not say.

    Raises:
      OSError: there is no such file.
      ValueError: it is damaged, of another network or task, or does not say its task.
    """
    card = _own_card(find(weights))
    if not str(card.get("kind", "generator")).endswith("generator"):
        raise ValueError(f"{weights} holds a {card['kind']}; expected a generator")
    if card.get("direction") == "B_to_A":
        raise ValueError(
            f"{weights} turns domain B into A; expected the way there, generator_a"
        )
    if (channels := card.get("inputs", CHANNELS)) != CHANNELS:
        raise ValueError(
            f"{weights} takes pictures of {channels} channel{'s' * (channels != 1)}; "
            "expected a generator that takes photos: red, green and blue"
        )
    own = card.get("task")
    if own is None and task is None:
        raise ValueError(
            f"{weights} does not say what its network was trained for; pass --task "
            "depth or --task portrait"
        )
    if None not in (own, task) and own != task:
        raise ValueError(
            f"{weights} holds a network for the task {own}, and --task is {task}; "
            "leave --task out, or pass other weights"
        )
    step = size_multiple(card)
    side = step if card.get("kind") == "unet_generator" else SIDE
    return GeneratorCard(
        str(own or task),
        size=cli.parse_size(card["size"]) if "size" in card else (side, side),
        multiple=None if card.get("layout") == "reshape" else step,
        encoding=Encoding(card.get("farthest")),
    )


def size_multiple(card: Card) -> int:
    """Returns what the sides of a generator's pictures are multiples of."""
    return 2 ** card["downsamplings"] if "downsamplings" in card else HALVINGS


def check_size(card: GeneratorCard, size: Size) -> Size:
    """Returns the size, if the generator takes it.

    Raises:
      ValueError: it does not; the text names a size that would do.
    """
    up = card.size
    if card.multiple:
        height, width = (side + -side % card.multiple for side in size)
        up = max(8, height), max(8, width)
    if size != up:
        raise ValueError(
            f"--size is {size[0]}x{size[1]}, which the network cannot take; "
            f"{up[0]}x{up[1]} would do"
        )
    return size


def check_crop(side: int, generator: Card, discriminator: Card) -> None:
    """Checks that the networks take the squares that they are to be trained on.

    Args:
      side: of the squares.
      generator: its `networks` card.
      discriminator: its `networks` card.

    Raises:
      ValueError: they do not; the text names a side that would do.
    """
    smallest = max(8, 3 * 2 ** discriminator.get("layers", 0))  # as they check it
    up = max(side, smallest)
    up += -up % size_multiple(generator)
    if side != up:
        raise ValueError(
            f"--crop_size is {side}, which the networks cannot take; {up} would do"
        )
