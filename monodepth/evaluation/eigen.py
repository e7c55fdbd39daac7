"""The Eigen split of KITTI's raw data: 697 pictures, truth from the LIDAR.

Eigen, Puhrsch, Fergus 2014; the crop is that of Garg et al. 2016. The layout of the
raw data, and a list with a line for each picture:

  2011_09_26/2011_09_26_drive_0002_sync/image_02/data/0000000069.png
  2011_09_26/2011_09_26_drive_0002_sync/velodyne_points/data/0000000069.bin
  2011_09_26/calib_cam_to_cam.txt, calib_velo_to_cam.txt
"""

from __future__ import annotations

import functools
import pathlib

import numpy as np

from darkroom.io import images, lists
from darkroom.metrics import depth as depth_metrics
from darkroom.pixels import Array
from monodepth.evaluation import kitti, truth

CROP = (0.40810811, 0.99189189, 0.03594771, 0.96405229)  # top, bottom, left, right
_CAMERAS = {"image_02": 2, "image_03": 3}


def scenes(data_dir: str, filenames_file: str | None = None) -> list[truth.Scene]:
    """Lists the pictures that a list names.

    Args:
      data_dir: of KITTI's raw data.
      filenames_file: paths in it, the first of each line; a file of another ending
        serves as well (`.jpg` for `.png`).

    Raises:
      OSError: there is no list.
      ValueError: a picture or its points are missing, with the line that asks for it.
    """
    if filenames_file is None:
        raise ValueError(
            "the Eigen split is a list of pictures; pass --filenames_file "
            "eigen_test_files.txt"
        )
    listed = []
    for place, (first, *_) in lists.lines(filenames_file):
        path = pathlib.PurePosixPath(first)
        folder = next((p for p in path.parents if p.name in _CAMERAS), None)
        if folder is None or len(folder.parents) < 3:
            raise ValueError(
                f"{place}: got {first}; expected DATE/DRIVE/image_02/data/NUMBER.png"
            )
        drive = pathlib.Path(data_dir) / folder.parent
        left = lists.on_disk(pathlib.Path(data_dir) / path)
        points = drive / "velodyne_points" / "data" / f"{path.stem}.bin"
        for file in (left, points):
            if not file.exists():
                raise ValueError(
                    f"{place}: {file} is missing; it is part of KITTI's raw data"
                )
        right = lists.on_disk(drive / "image_03" / path.relative_to(folder))
        partner = right if folder.name == "image_02" and right.exists() else None
        read = functools.partial(_truth, left, points, _CAMERAS[folder.name])
        name = path.with_suffix("").as_posix()
        listed.append(truth.Scene(name, left, partner, read))
    return listed


def project(points: Array, matrix: Array, size: tuple[int, int]) -> Array:
    """Projects points to the depths that they have in a camera's picture.

    Args:
      points: `[N, 3]`, in the LIDAR's frame (x is ahead).
      matrix: `[3, 4]`, from there to the picture, as of `transformation`.
      size: height and width of the picture.

    Returns:
      `[H, W]` float64, metres along the camera's axis; 0 where no point falls. Of
      points on one pixel the nearest wins: it hides the others.
    """
    ahead = points[points[:, 0] >= 0]
    x, y, depth = matrix @ np.column_stack([ahead, np.ones(len(ahead))]).T
    inside = depth > 0
    # The calibration counts pixels from 1, as MATLAB does.
    column = np.rint(x[inside] / depth[inside]).astype(np.int64) - 1
    row = np.rint(y[inside] / depth[inside]).astype(np.int64) - 1
    depth = depth[inside]
    height, width = size
    visible = (column >= 0) & (column < width) & (row >= 0) & (row < height)
    nearest = np.full(size, np.inf)
    np.minimum.at(nearest, (row[visible], column[visible]), depth[visible])
    return np.where(np.isinf(nearest), 0, nearest)


def transformation(folder: pathlib.Path, camera: int) -> tuple[Array, float]:
    """Reads the way from the LIDAR's metres to a camera's pixels, `[3, 4]`.

    Its focal length, in pixels, comes with it.

    Args:
      folder: of the day, with its calibration files.
      camera: 2 (left, in colour) or 3 (right).

    Raises:
      OSError, ValueError: a file is missing, or has not the numbers of calibrations.
    """
    cameras = folder / "calib_cam_to_cam.txt"
    lidar = folder / "calib_velo_to_cam.txt"
    rectified = kitti.numbers(cameras, f"P_rect_{camera:02}", 3, 4)
    turned, moved = np.eye(4), np.eye(4)
    turned[:3, :3] = kitti.numbers(cameras, "R_rect_00", 3, 3)
    moved[:3, :3] = kitti.numbers(lidar, "R", 3, 3)
    moved[:3, 3] = kitti.numbers(lidar, "T", 3)
    return rectified @ turned @ moved, float(rectified[0, 0])


def garg_crop(size: tuple[int, int]) -> Array:
    """Returns the mask `[H, W]`, bool, of where Garg et al. 2016 look."""
    height, width = size
    top, bottom = (int(height * part) for part in CROP[:2])
    left, right = (int(width * part) for part in CROP[2:])
    inside = np.zeros(size, bool)
    inside[top:bottom, left:right] = True
    return inside


def _truth(picture: pathlib.Path, points: pathlib.Path, camera: int) -> truth.Truth:
    image = images.load(picture)
    size = image.height, image.width
    data = points.read_bytes()
    if not data or len(data) % 16:
        raise ValueError(
            f"{points}: it has {len(data)} bytes; expected 16 for each point"
        )
    points_m = np.frombuffer(data, "<f4").reshape(-1, 4)[:, :3]
    day = points.parents[3]
    matrix, focal_px = transformation(day, camera)
    depth = project(points_m, matrix, size)
    limits = depth_metrics.NEAREST, depth_metrics.FARTHEST
    valid = (depth > limits[0]) & (depth < limits[1]) & garg_crop(size)
    if not valid.any():
        raise ValueError(
            f"{points}: no valid pixel, none of its {len(points_m)} points falls into "
            f"the part of {picture} that is scored; check the calibration in {day}"
        )
    scale = focal_px * truth.BASELINE_M
    disparity_px = np.divide(scale, depth, out=np.zeros(size), where=depth > 0)
    return truth.Truth(disparity_px, valid, focal_px)
