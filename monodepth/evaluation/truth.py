"""Says what was measured of a picture's depth, whatever data set it is of."""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Callable

import numpy as np

from darkroom.io import lists
from darkroom.pixels import Array

BASELINE_M = 0.54  # between KITTI's colour cameras


@dataclasses.dataclass(frozen=True)
class Truth:
    """What was measured of one left picture.

    Attributes:
      disparity_px: `[H, W]` float64, any number where not valid.
      valid: `[H, W]` bool, the pixels that are scored.
      focal_px: the focal length.
      baseline_m: between the cameras.
      offset_px: by which the two cameras' principal points differ.
    """

    disparity_px: Array
    valid: Array
    focal_px: float
    baseline_m: float = BASELINE_M
    offset_px: float = 0.0

    def depth(self, disparity_px: Array) -> Array:
        """Returns the metres of disparities, infinite where these are not above 0.

        The depth of two rectified cameras: focal * baseline / (disparity + offset).
        """
        inverse = np.maximum(disparity_px + self.offset_px, 0)
        inverse /= self.focal_px * self.baseline_m
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


def select(
    scenes: list[Scene], data_dir: str, filenames_file: str | None
) -> list[Scene]:
    """Returns the scenes that a list names, in its order; all without a list.

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
    named = {pathlib.Path(scene.name): scene for scene in scenes}
    for scene in scenes:
        if scene.left.is_relative_to(data_dir):
            named[scene.left.relative_to(data_dir).with_suffix("")] = scene
    selected = []
    for place, (first, *_) in lists.lines(filenames_file, data_dir):
        # Whatever the ending: the paper's list says .jpg of KITTI's .png.
        path = pathlib.Path(first)
        match = named.get(path) or named.get(path.with_suffix(""))
        if match is None:
            raise ValueError(
                f"{place}: there is no ground truth for {first} in {data_dir}; it has "
                f"that of {len(scenes)} pictures such as {scenes[0].name}"
            )
        selected.append(match)
    return selected
