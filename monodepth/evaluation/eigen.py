"""The Eigen split of KITTI's raw data: 697 pictures, truth from the LIDAR.

Eigen, Puhrsch, Fergus 2014; the crop is that of Garg et al. 2016. The rules are those
of Godard et al. 2017: the depth of a point is how far ahead of the LIDAR it is, not of
the camera (0.27 m less), and a disparity's depth is that of the calibrated cameras.

The layout of the raw data, and a list with a line for each picture:

  2011_09_26/2011_09_26_drive_0002_sync/image_02/data/0000000069.png
  2011_09_26/2011_09_26_drive_0002_sync/velodyne_points/data/0000000069.bin
  2011_09_26/calib_cam_to_cam.txt, calib_velo_to_cam.txt
"""

from __future__ import annotations

import dataclasses
import functools
import pathlib

import numpy as np

from darkroom.io import decoding, lists
from darkroom.metrics import depth as depth_metrics
from darkroom.pixels import Array
from monodepth.evaluation import kitti, metrics, truth

CROP = (0.40810811, 0.99189189, 0.03594771, 0.96405229)  # top, bottom, left, right
_CAMERAS = {"image_02": 2, "image_03": 3}


def scenes(
    data_dir: str,
    filenames_file: str | None = None,
    crop: bool = True,
    farthest: float = depth_metrics.FARTHEST,
) -> list[truth.Scene]:
    """Lists the pictures that a list names.

    Args:
      data_dir: of KITTI's raw data.
      filenames_file: paths in it, the first of each line; a file of another ending
        serves as well (`.jpg` for `.png`).
      crop: score only where `garg_crop` is.
      farthest: metres from which on points are not scored.

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
        camera = _CAMERAS[folder.name]
        read = functools.partial(_truth, left, points, camera, crop, farthest)
        name = path.with_suffix("").as_posix()
        listed.append(truth.Scene(name, left, partner, read))
    return listed


def project(points: Array, matrix: Array, size: tuple[int, int]) -> Array:
    """Projects points into a camera's picture.

    Args:
      points: `[N, 3]`, in the LIDAR's frame (x is ahead).
      matrix: `[3, 4]`, from there to the picture, as of `calibration`.
      size: height and width of the picture.

    Returns:
      `[H, W]` float64, metres ahead of the LIDAR; 0 where no point falls. Of points on
      one pixel the nearest wins: it hides the others.
    """
    ahead = points[points[:, 0] >= 0]
    x, y, z = matrix @ np.column_stack([ahead, np.ones(len(ahead))]).T
    # What is ahead of the LIDAR and behind the camera is the car itself.
    inside = z > 0
    # The calibration counts pixels from 1, as MATLAB does.
    column = np.rint(x[inside] / z[inside]).astype(np.int64) - 1
    row = np.rint(y[inside] / z[inside]).astype(np.int64) - 1
    depth = ahead[inside, 0].astype(np.float64)
    height, width = size
    visible = (column >= 0) & (column < width) & (row >= 0) & (row < height)
    nearest = np.full(size, np.inf)
    np.minimum.at(nearest, (row[visible], column[visible]), depth[visible])
    return np.where(np.isinf(nearest), 0, nearest)


def calibration(folder: pathlib.Path, camera: int) -> tuple[Array, float, float]:
    """Reads a day's calibration.

    Args:
      folder: of the day, with its calibration files.
      camera: 2 (left, in colour) or 3 (right).

    Returns:
      From the LIDAR's metres to the camera's pixels, `[3, 4]`; its focal length in
      pixels; the metres between the two cameras (about 0.5327).

    Raises:
      OSError, ValueError: a file is missing, or has not the numbers of calibrations.
    """
    cameras = folder / "calib_cam_to_cam.txt"
    lidar = folder / "calib_velo_to_cam.txt"
    each = {n: kitti.numbers(cameras, f"P_rect_{n:02}", 3, 4) for n in (2, 3)}
    left_m, right_m = (each[n][0, 3] / each[n][0, 0] for n in (2, 3))
    if not left_m > right_m:
        raise ValueError(
            f"{cameras}: camera 3 is {right_m - left_m:.4g} m to the left of camera 2; "
            "expected P_rect_02 and P_rect_03 as in KITTI's own file"
        )
    rectified = each[camera]
    turned, moved = np.eye(4), np.eye(4)
    turned[:3, :3] = kitti.numbers(cameras, "R_rect_00", 3, 3)
    moved[:3, :3] = kitti.numbers(lidar, "R", 3, 3)
    moved[:3, 3] = kitti.numbers(lidar, "T", 3)
    matrix = rectified @ turned @ moved
    return matrix, float(rectified[0, 0]), float(left_m - right_m)


def garg_crop(size: tuple[int, int]) -> Array:
    """Returns the mask `[H, W]`, bool, of where Garg et al. 2016 look."""
    height, width = size
    top, bottom = (int(height * part) for part in CROP[:2])
    left, right = (int(width * part) for part in CROP[2:])
    inside = np.zeros(size, bool)
    inside[top:bottom, left:right] = True
    return inside


def monodepth2(known: truth.Truth, disparity_px: Array) -> dict[str, dict[str, float]]:
    """Scores a picture as papers since Godard et al. 2019 compare networks.

    Always in the crop of Garg et al., and up to 80 m.

    Args:
      known: the truth, as of `scenes`.
      disparity_px: `[H, W]`, predicted, before any alignment.

    Returns:
      As `metrics.errors`, of two ways to metres. monodepth2: with the nominal baseline
      of 0.54 m, for networks that learn from stereo. monodepth2 median: with the ratio
      of the median depths, picture by picture, for those that learn from videos and
      have no scale (Zhou et al. 2017, section 4.1).

    Raises:
      ValueError: no factor brings the prediction's median to the truth's.
    """
    depth = known.depth(known.disparity_px)
    valid = (depth > depth_metrics.NEAREST) & (depth < depth_metrics.FARTHEST)
    valid &= garg_crop(depth.shape)
    known = dataclasses.replace(known, valid=valid)
    middle = np.median(known.depth(disparity_px)[valid])
    if not np.isfinite(middle):
        raise ValueError(
            "half of the predicted disparities are not above 0, so there is no median "
            "depth to scale; leave --protocol out, or predict disparities above 0"
        )
    nominal = known.baseline_m / truth.BASELINE_M
    scaled = middle / np.median(depth[valid])
    return {
        "monodepth2": metrics.errors(known, nominal * disparity_px),
        "monodepth2 median": metrics.errors(known, scaled * disparity_px),
    }


def _truth(
    picture: pathlib.Path,
    points: pathlib.Path,
    camera: int,
    crop: bool,
    farthest: float,
) -> truth.Truth:
    image = decoding.load(picture)
    size = image.height, image.width
    data = points.read_bytes()
    if not data or len(data) % 16:
        raise ValueError(
            f"{points}: it has {len(data)} bytes; expected 16 for each point"
        )
    points_m = np.frombuffer(data, "<f4").reshape(-1, 4)[:, :3]
    day = points.parents[3]
    matrix, focal_px, baseline_m = calibration(day, camera)
    depth = project(points_m, matrix, size)
    valid = (depth > depth_metrics.NEAREST) & (depth < farthest)
    if crop:
        valid &= garg_crop(size)
    if not valid.any():
        raise ValueError(
            f"{points}: no valid pixel, none of its {len(points_m)} points falls into "
            f"the part of {picture} that is scored; check the calibration in {day}"
        )
    scale = focal_px * baseline_m
    disparity_px = np.divide(scale, depth, out=np.zeros(size), where=depth > 0)
    return truth.Truth(disparity_px, valid, focal_px, baseline_m)
