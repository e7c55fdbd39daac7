"""KITTI's stereo benchmark of 2015: 200 pictures with dense ground truth.

Menze, Geiger, "Object Scene Flow for Autonomous Vehicles", CVPR 2015. The layout:

  data_scene_flow/training/image_2/000000_10.png, image_3 (right), disp_occ_0 (16 bit,
    256 times the pixels, 0 is unknown)
  data_scene_flow_calib/training/calib_cam_to_cam/000000.txt, or in the folder above
"""

from __future__ import annotations

import functools
import pathlib
from typing import Any

import numpy as np

from darkroom import pixels
from darkroom.io import depth_maps, images
from monodepth import truth

Array = np.ndarray[Any, Any]

# The focal lengths of the five days of recording, by the width of their pictures:
# P_rect_02 in calib_cam_to_cam.txt, for where that file is not at hand.
FOCAL = {
    1242: 721.5377,
    1241: 718.856,
    1238: 718.3351,
    1226: 707.0912,
    1224: 707.0493,
}
_FOLDERS = ("data_scene_flow/training", "training", ".")
_CALIBRATIONS = (
    "calib_cam_to_cam",
    "../../data_scene_flow_calib/training/calib_cam_to_cam",
)


def scenes(data_dir: str, filenames_file: str | None = None) -> list[truth.Scene]:
    """The pictures with ground truth, or those that a list names.

    Args:
      data_dir: with `data_scene_flow` in it, or that folder, or its `training`.
      filenames_file: as `truth.chosen`.

    Raises:
      OSError, ValueError: the layout is another, or a picture is missing.
    """
    folders = [pathlib.Path(data_dir) / folder for folder in _FOLDERS]
    folder = next((each for each in folders if (each / "disp_occ_0").is_dir()), None)
    maps = sorted(folder.glob("disp_occ_0/*_10.png")) if folder else []
    if folder is None or not maps:
        raise ValueError(
            f"{data_dir}: there is no ground truth; expected KITTI 2015's "
            "data_scene_flow/training/disp_occ_0/000000_10.png and so on"
        )
    found = []
    for file in maps:
        left, right = (picture(folder / f"image_{n}" / file.stem) for n in (2, 3))
        if left is None:
            raise FileNotFoundError(
                f"{folder / 'image_2' / file.name} is missing; {file} is its ground "
                "truth"
            )
        calibration = _calibration(folder, file.stem.removesuffix("_10"))
        read = functools.partial(_truth, file, calibration)
        found.append(truth.Scene(file.stem, left, right, read))
    return truth.chosen(found, data_dir, filenames_file)


def shift(path: pathlib.Path, scale: float = 256.0) -> Array:
    """A disparity PNG in pixels, `[H, W]` float64, 0 where it is unknown.

    Raises:
      OSError, ValueError: there is no such file, or it is no grey picture.
    """
    return depth_maps.stored(path) / scale


def numbers(path: pathlib.Path, name: str, *shape: int) -> Array:
    """What a calibration file has under a name, such as P_rect_02.

    Raises:
      OSError: there is no such file.
      ValueError: it is not there, or not of the shape.
    """
    lines = (line.partition(":") for line in path.read_text().splitlines())
    text = {key: rest for key, _, rest in lines}.get(name, "")
    try:
        return np.array([float(word) for word in text.split()]).reshape(shape)
    except ValueError:
        raise ValueError(
            f"{path}: {name} is {text.strip() or 'missing'}; expected "
            f"{np.prod(shape)} numbers, as in KITTI's own file"
        ) from None


def picture(path: pathlib.Path) -> pathlib.Path | None:
    """The picture of this name, whatever its ending is; None if there is none."""
    named = (path.with_suffix(suffix) for suffix in (path.suffix, *images.SUFFIXES))
    return next((each for each in named if each.is_file()), None)


def _truth(path: pathlib.Path, calibration: pathlib.Path | None) -> truth.Truth:
    known = shift(path)
    counted = known > 0
    if not counted.any():
        raise ValueError(f"{path}: it has no valid pixel, all are 0; get a whole copy")
    if calibration:
        return truth.Truth(
            known, counted, float(numbers(calibration, "P_rect_02", 3, 4)[0, 0])
        )
    width = known.shape[1]
    if width not in FOCAL:
        raise ValueError(
            f"{path}: the focal length of a picture of {pixels.size(known)} is not "
            f"known, only of the widths {', '.join(map(str, FOCAL))}; put KITTI's "
            "calib_cam_to_cam beside disp_occ_0"
        )
    return truth.Truth(known, counted, FOCAL[width])


def _calibration(folder: pathlib.Path, number: str) -> pathlib.Path | None:
    named = (folder / place / f"{number}.txt" for place in _CALIBRATIONS)
    return next((each for each in named if each.exists()), None)
