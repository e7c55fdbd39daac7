"""What is known of a picture's depth, whatever data set measured it."""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Callable
from typing import Any

import numpy as np

from darkroom.io import lists

Array = np.ndarray[Any, Any]

BASELINE = 0.54  # metres between KITTI's colour cameras


@dataclasses.dataclass(frozen=True)
class Truth:
    """What was measured of one left picture.

    Attributes:
      shift: `[H, W]` float64, the disparity in pixels; any number where not counted.
      counted: `[H, W]` bool, the pixels that are scored.
      focal: pixels.
      baseline: metres.
      offset: pixels by which the two cameras' principal points differ.
    """

    shift: Array
    counted: Array
    focal: float
    baseline: float = BASELINE
    offset: float = 0.0

    def depth(self, shift: Array) -> Array:
        """Metres of disparities in pixels; infinitely far where these are not above 0.

        The depth of two rectified cameras: focal * baseline / (disparity + offset).
        """
        inverse = np.maximum(shift + self.offset, 0) / (self.focal * self.baseline)
        return np.divide(
            1, inverse, out=np.full_like(inverse, np.inf), where=inverse != 0
        )


@dataclasses.dataclass(frozen=True)
class Scene:
    """A picture whose depth was measured.

    Attributes:
      name: what files of predictions are called.
      left: the picture.
      right: its partner, for baselines that see both; None if there is none.
      read: gives the truth, or raises OSError or ValueError.
    """

    name: str
    left: pathlib.Path
    right: pathlib.Path | None
    read: Callable[[], Truth]


def chosen(
    scenes: list[Scene], data_dir: str, filenames_file: str | None
) -> list[Scene]:
    """Those of the scenes that a list names, in its order; all without a list.

    Args:
      scenes: all of a data set.
      data_dir: its folder.
      filenames_file: a line for each: its name, or its left picture's path in
        `data_dir`; what follows in the line is not read.

    Raises:
      OSError, ValueError: as `lists.lines`.
      ValueError: a line names none of the scenes.
    """
    if filenames_file is None:
        return scenes
    known = {scene.name: scene for scene in scenes}
    known |= {
        scene.left.relative_to(data_dir).as_posix(): scene
        for scene in scenes
        if scene.left.is_relative_to(data_dir)
    }
    found = []
    for place, (first, *_) in lists.lines(filenames_file):
        if first not in known:
            raise ValueError(
                f"{place}: there is no ground truth for {first} in {data_dir}; it has "
                f"that of {len(scenes)} pictures such as {scenes[0].name}"
            )
        found.append(known[first])
    return found
