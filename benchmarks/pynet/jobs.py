"""What to measure: a training step or an inference of a level, at a size."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from darkroom.metrics import cost
from pynet import export


@dataclasses.dataclass(frozen=True)
class Job:
    """What to measure.

    Attributes:
      task: "step" (loss, gradients and Adam, batch 1) or "inference".
      level: 7 to 1.
      precision: float32 or bfloat16.
      size: H and W of the input, half the photo's.
      width: of the network.
      repeat: runs to take the median of, after one that does not count.
      product: rows and columns of the matrices that are multiplied.
    """

    task: str
    level: int
    precision: str
    size: tuple[int, int]
    width: float = 1.0
    repeat: int = 3
    product: int = cost.PRODUCT


def jobs(
    levels: Sequence[str],
    precisions: Sequence[str],
    sizes: Sequence[str],
    inference_size: str,
    width: float,
    repeat: int,
) -> list[Job]:
    """Training steps and inferences of all levels and precisions, from flags' texts.

    Raises:
      ValueError: a level or a size is none.
    """
    for level in levels:
        if level not in set("7654321"):
            raise ValueError(f"--levels has {level!r}; expected levels 7 to 1: 7,5,1")
    tasks = [("step", size(text)) for text in sizes]
    tasks.append(("inference", size(inference_size)))
    return [
        Job(task, int(level), precision, shape, width, repeat)
        for task, shape in tasks
        for level in levels
        for precision in precisions
    ]


def size(text: str) -> tuple[int, int]:
    """H and W from HxW, or from the side of a square.

    Raises:
      ValueError: it is neither, or not in multiples of 32.
    """
    return export.size(f"{text}x{text}" if text.isdecimal() else text)
