"""KITTI's stereo benchmark of 2015: 200 pictures with dense ground truth.

Menze, Geiger, "Object Scene Flow for Autonomous Vehicles", CVPR 2015. The layout:

  data_scene_flow/training/image_2/000000_10.png, image_3 (right), disp_occ_0 (16 bit,
    256 times the pixels, 0 is unknown)
  data_scene_flow_calib/training/calib_cam_to_cam/000000.txt, or in the folder above
"""

from __future__ import annotations

import functools
import pathlib

import numpy as np

from darkroom import pixels
from darkroom.io import depth_maps, lists
from darkroom.pixels import Array
from monodepth.evaluation import truth

# The focal lengths of the five days of recording, by the width of their pictures:
# P_rect_02 in calib_cam_to_cam.txt, for where that file is not at hand.
FOCAL_PX = {
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
    """Lists the pictures with ground truth, or those that a list names.

    Args:
      data_dir: with `data_scene_flow` in it, or that folder, or its `training`.
      filenames_file: as `truth.select`.

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
    listed = []
    for file in maps:
        left, right = (lists.on_disk(folder / f"image_{n}" / file.name) for n in (2, 3))
        if not left.exists():
            raise FileNotFoundError(
                f"{folder / 'image_2' / file.name} is missing; {file} is its ground "
                "truth"
            )
        calibration = _calibration(folder, file.stem.removesuffix("_10"))
        read = functools.partial(_truth, file, calibration)
        partner = right if right.exists() else None
        listed.append(truth.Scene(file.stem, left, partner, read))
    return truth.select(listed, data_dir, filenames_file)


def numbers(path: pathlib.Path, name: str, *shape: int) -> Array:
    """Reads what a calibration file has under a name, such as P_rect_02.

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


def _truth(path: pathlib.Path, calibration: pathlib.Path | None) -> truth.Truth:
    stored = depth_maps.stored(path)
    if stored.dtype != np.uint16:
        raise ValueError(
            f"{path}: it has {8 * stored.dtype.itemsize} bits; expected 16, as KITTI's "
            "own files, which hold 256 times the pixels"
        )
    disparity_px = stored / 256
    valid = disparity_px > 0
    if not valid.any():
        raise ValueError(f"{path}: it has no valid pixel, all are 0; get a whole copy")
    if calibration:
        focal_px = float(numbers(calibration, "P_rect_02", 3, 4)[0, 0])
        return truth.Truth(disparity_px, valid, focal_px)
    size, width = pixels.hxw(disparity_px), disparity_px.shape[1]
    if width not in FOCAL_PX:
        raise ValueError(
            f"{path}: the focal length of a picture of {size} is not known, "
            f"only of the widths {', '.join(map(str, FOCAL_PX))}; put KITTI's "
            "calib_cam_to_cam beside disp_occ_0"
        )
    return truth.Truth(disparity_px, valid, FOCAL_PX[width])


def _calibration(folder: pathlib.Path, number: str) -> pathlib.Path | None:
    named = (folder / place / f"{number}.txt" for place in _CALIBRATIONS)
    return next((each for each in named if each.exists()), None)
