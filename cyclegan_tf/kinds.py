"""What a generator's weights file says of it: its task, its size, how it paints."""

from __future__ import annotations

import dataclasses
import pathlib
import re

from cyclegan_tf import encoding
from darkroom import checkpoints

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
    multiple: int | None = HALVINGS
    side = SIDE
    if card.get("kind") == "unet_generator":
        side = multiple = 2 ** card["downsamplings"]
    if card.get("layout") == "reshape":
        multiple = None
    trained = size(card["size"]) if "size" in card else (side, side)
    painted = encoding.Encoding(card.get("farthest"))
    return Kind(str(own or task), trained, multiple, painted)


def size(text: str) -> Size:
    """H and W from HxW.

    Raises:
      ValueError: it is something else.
    """
    match = re.fullmatch(r"(\d+)x(\d+)", text)
    if match is None or min(int(side) for side in match.groups()) < 1:
        raise ValueError(
            f"--size is {text}; expected HxW, height first, such as 256x256"
        )
    return int(match[1]), int(match[2])


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
