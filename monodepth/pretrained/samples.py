"""Photos that bring a relative depth: with a map beside them, or generated.

They say what is nearer than what, and not how near; so the decoder takes each up to a
scale and a shift of its own, as it does with measured scenes.
"""

from __future__ import annotations

import functools
import pathlib

import numpy as np

from darkroom.io import companions, depth_maps, images
from darkroom.scenes import dataset
from monodepth.evaluation import truth


def with_maps(folder: str) -> list[truth.Scene]:
    """Lists a folder's photos that have NAME_disparity.png or NAME_depth.png beside.

    Larger is nearer in the maps; sub-folders are not looked into.

    Raises:
      OSError: there is no such folder.
      ValueError: no photo in it has a map.
    """
    listed = []
    for photo in sorted(pathlib.Path(folder).iterdir()):
        is_photo = photo.suffix.lower() in images.SUFFIXES
        maps = (photo.with_name(f"{photo.stem}{end}.png") for end in companions.DEPTHS)
        for map_ in maps:
            if is_photo and map_.exists():
                listed.append(_scene(photo, map_))
                break
    if not listed:
        raise ValueError(
            f"{folder}: no photo in it has a map beside it; expected NAME.jpg and "
            "NAME_disparity.png"
        )
    return listed


def generated(folder: str) -> list[truth.Scene]:
    """Lists the training scenes of darkroom.scenes --layout ebb.

    Raises:
      ValueError: there are none, or their maps are no depth.
    """
    if dataset.focused_radius(folder) is not None:
        raise ValueError(
            f"{folder}: its maps say how far from the focus things are, not how near; "
            "expected scenes that darkroom.scenes made without --focused"
        )
    train = pathlib.Path(folder) / "train"
    maps = sorted((train / "original_depth").glob("*.png"), key=lambda path: path.name)
    if not maps:
        raise ValueError(
            f"{folder}: expected train/original_depth/N.png, as darkroom.scenes "
            "--layout ebb writes them"
        )
    return [_scene(train / "original" / f"{map_.stem}.jpg", map_) for map_ in maps]


def _scene(photo: pathlib.Path, map_: pathlib.Path) -> truth.Scene:
    return truth.Scene(photo.stem, photo, None, functools.partial(_truth, map_))


def _truth(path: pathlib.Path) -> truth.Truth:
    disparity = depth_maps.read(path).astype(np.float64)
    width = disparity.shape[1]
    return truth.Truth(disparity * width, np.isfinite(disparity), focal_px=float(width))
