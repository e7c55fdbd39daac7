"""What a generator's weights file says of it: its task, its size, how it paints."""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Mapping
from typing import Any

from cyclegan_tf.data import encoding
from darkroom import cli
from darkroom.train import checkpoints

Size = tuple[int, int]  # height and width

SIDE = 256  # of the papers' pictures, where weights do not say theirs
HALVINGS = 4  # a ResNet halves its picture twice


@dataclasses.dataclass(frozen=True)
class Kind:
    """What pictures a generator takes and makes.

    Attributes:
      task: "portrait" or "depth".
      size: h and w of the pictures in training.
      multiple: what h and w must be multiples of; None if they must be `size`.
      encoding: how a depth network paints depths.
    """

    task: str
    size: Size = (SIDE, SIDE)
    multiple: int | None = HALVINGS
    encoding: encoding.Encoding = dataclasses.field(default=encoding.Encoding())


def read(weights: str, task: str | None = None) -> Kind:
    """The kind of the generator in a `.weights.h5`.

    Args:
      weights: the file.
      task: "portrait" or "depth", for a file that does not say.

    Raises:
      OSError: there is no such file.
      ValueError: it is damaged, of another network or task, or does not say its task.
    """
    card = checkpoints.read_card(pathlib.Path(weights))
    if not str(card.get("kind", "generator")).endswith("generator"):
        raise ValueError(f"{weights} holds a {card['kind']}; expected a generator")
    if card.get("direction") == "B_to_A":
        raise ValueError(
            f"{weights} turns domain B into A; expected the way there, generator_a"
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
    step = multiple(card)
    side = step if card.get("kind") == "unet_generator" else SIDE
    trained = cli.size(card["size"]) if "size" in card else (side, side)
    painted = encoding.Encoding(card.get("farthest"))
    fixed = card.get("layout") == "reshape"
    return Kind(str(own or task), trained, None if fixed else step, painted)


def multiple(card: Mapping[str, Any]) -> int:
    """What the sides of a generator's pictures are multiples of, from its `card`."""
    return 2 ** card["downsamplings"] if "downsamplings" in card else HALVINGS


def check_crop(
    side: int, generator: Mapping[str, Any], discriminator: Mapping[str, Any]
) -> None:
    """Raises ValueError for squares to train on that the networks cannot take.

    Args:
      side: of the squares.
      generator: its `card`.
      discriminator: its `card`.
    """
    smallest = max(8, 3 * 2 ** discriminator.get("layers", 0))  # as they check it
    up = max(side, smallest)
    up += -up % multiple(generator)
    if side != up:
        raise ValueError(
            f"--crop_size is {side}, which the networks cannot take; {up} would do"
        )


def fitting(kind: Kind, asked: Size) -> Size:
    """The size, if a generator of this kind takes it.

    Raises:
      ValueError: it does not.
    """
    up = kind.size
    if kind.multiple:
        height, width = (side + -side % kind.multiple for side in asked)
        up = max(8, height), max(8, width)
    if asked != up:
        raise ValueError(
            f"--size is {asked[0]}x{asked[1]}, which the network cannot take; "
            f"{up[0]}x{up[1]} would do"
        )
    return asked
