"""KITTI's stereo benchmark of 2015: 200 pictures with dense ground truth.

Menze, Geiger, "Object Scene Flow for Autonomous Vehicles", CVPR 2015. The layout:

  data_scene_flow/training/image_2/000000_10.png, image_3 (right)
  data_scene_flow/training/disp_noc_0/000000_10.png (what both cameras see), disp_occ_0
    (occluded pixels, too): 16 bit, 256 times the pixels, 0 is unknown
  data_scene_flow_calib/training/calib_cam_to_cam/000000.txt, or in the folder above

Godard et al. 2017 score all pixels of disp_noc_0, with the focal length by the width
of the picture and 0.54 m between the cameras.
"""

from __future__ import annotations

import functools
import pathlib
from typing import Literal

import numpy as np

from darkroom import pixels
from darkroom.io import depth_maps, lists
from darkroom.pixels import Array
from monodepth.evaluation import truth

Occlusion = Literal["noc", "occ"]

# The focal lengths of the five days of recording, by the width of their pictures, go
# before P_rect_02 of a calibration, as in the paper's evaluation, which lacks 1226.
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


def ground_truth(data_dir: str, occlusion: Occlusion = "noc") -> pathlib.Path:
    """Finds the folder of the disparities.

    Args:
      data_dir: with `data_scene_flow` in it, or that folder, or its `training`.
      occlusion: noc, only what both cameras see, as the paper has it, or occ. Where
        noc is missing it is occ's folder that is returned.

    Raises:
      ValueError: the layout is another.
    """
    found: dict[str, pathlib.Path] = {}
    for folder in _FOLDERS:
        for kind in ("noc", "occ"):
            maps = pathlib.Path(data_dir) / folder / f"disp_{kind}_0"
            if any(maps.glob("*_10.png")):
                found.setdefault(kind, maps)
    if not found:
        raise ValueError(
            f"{data_dir}: there is no ground truth; expected KITTI 2015's "
            f"data_scene_flow/training/disp_{occlusion}_0/000000_10.png and so on"
        )
    if occlusion == "occ" and "occ" not in found:
        raise ValueError(
            f"{data_dir}: there is no disp_occ_0, only {found['noc']}; pass --truth noc"
        )
    return found[occlusion if occlusion in found else "occ"]


def scenes(
    data_dir: str,
    filenames_file: str | None = None,
    occlusion: Occlusion = "noc",
) -> list[truth.Scene]:
    """Lists the pictures with ground truth, or those that a list names.

    Args:
      data_dir, occlusion: as `ground_truth`.
      filenames_file: as `truth.select`.

    Raises:
      OSError, ValueError: the layout is another, or a picture is missing.
    """
    maps = ground_truth(data_dir, occlusion)
    folder = maps.parent
    listed = []
    for file in sorted(maps.glob("*_10.png")):
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
    size, width = pixels.hxw(disparity_px), disparity_px.shape[1]
    focal_px = FOCAL_PX.get(width)
    if focal_px is None and calibration:
        focal_px = float(numbers(calibration, "P_rect_02", 3, 4)[0, 0])
    if focal_px is None:
        raise ValueError(
            f"{path}: the focal length of a picture of {size} is not known, "
            f"only of the widths {', '.join(map(str, FOCAL_PX))}; put KITTI's "
            f"calib_cam_to_cam beside {path.parent.name}"
        )
    return truth.Truth(disparity_px, valid, focal_px)


def _calibration(folder: pathlib.Path, number: str) -> pathlib.Path | None:
    named = (folder / place / f"{number}.txt" for place in _CALIBRATIONS)
    return next((each for each in named if each.exists()), None)
