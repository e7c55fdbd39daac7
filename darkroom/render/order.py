"""What is to be done with every photo of a batch."""

from __future__ import annotations

import dataclasses
import pathlib
from typing import Literal

from darkroom.io import companions
from darkroom.render import aim, look, network, sweep


@dataclasses.dataclass(frozen=True)
class Order:
    """The same for all photos.

    Attributes:
      look: how they are drawn.
      aim: where they are sharp.
      invert: the depth maps are larger where farther.
      unit: what the maps hold.
      sweep_size: the longer side of a focus sweep, in pixels.
      overwrite: replace files that are there already.
    """

    look: look.Look
    aim: aim.Aim
    invert: bool = False
    unit: Literal["disparity", "metres"] = "disparity"
    sweep_size: int = 720
    overwrite: bool = False


def check(order: Order, named: companions.Named, photos: int) -> None:
    """Refuses what cannot go together, before any work.

    Raises:
      OSError, ValueError: one file for several photos; a sweep that cannot be written;
        a network that is none, or with what it has no control for.
    """
    named.check(photos)
    if named.sweep:
        sweep.check(pathlib.Path(named.sweep))
    method = order.look.method
    if not look.is_network(method):
        return
    idle = {
        "a focus": order.aim != aim.Aim(),
        "a mask": named.sharp or named.blurred,
        "a sweep": named.sweep,
        "a depth view": named.view,
    }
    for name, asked in idle.items():
        if asked:
            raise ValueError(
                f"{method} draws as it was trained to, {name} has no effect on it; "
                "take the method lens, or leave it out"
            )
    network.load(method)
