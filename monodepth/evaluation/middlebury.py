"""Folders of stereo pairs with dense ground truth: Middlebury's, and generated ones.

SCENE/left.png right.png disp_left.png   pixels = value / scale, 0 is unknown; the
                                         scale is `disp_scale` of SCENE in meta.json
SCENE/left.png right.png disp_left.pfm   pixels, infinite where unknown
SCENE/im0.png im1.png disp0.pfm          Middlebury's third version, with calib.txt
left/N.png right/N.png disp_left/N.png   darkroom.scenes: scale 256, as in KITTI
"""

from __future__ import annotations

import functools
import json
import pathlib

import numpy as np

from darkroom import pixels
from darkroom.io import decoding, depth_maps
from monodepth.evaluation import truth

# Without a calibration, metres are those of a camera like KITTI's: only ratios count.
FOCAL = 0.58  # of the width
_MAPS = {
    "disp_left.png": ("left.png", "right.png"),
    "disp_left.pfm": ("left.png", "right.png"),
    "disp0.pfm": ("im0.png", "im1.png"),
}
_GENERATED = 256.0  # the scale of generated scenes


def scenes(
    data_dir: str, filenames_file: str | None = None, scale: float | None = None
) -> list[truth.Scene]:
    """Lists the pairs with ground truth, or those that a list names.

    Args:
      data_dir: in one of the layouts above.
      filenames_file: as `truth.select`; without one, generated scenes are those of
        their test.txt.
      scale: of integer disparities, value / pixels; of meta.json or 256 without it.

    Raises:
      OSError, ValueError: the layout is another, or a picture is missing.
    """
    folder = pathlib.Path(data_dir)
    scales = _scales(folder / "meta.json")
    listed = []
    for file in sorted(folder.glob("*/*")):
        if file.name in _MAPS:
            name = file.parent.name
            pair = [file.with_name(picture) for picture in _MAPS[file.name]]
            factor = scale or scales.get(name)
        elif file.parent.name == "disp_left" and file.suffix == ".png":
            name, factor = file.stem, scale or _GENERATED
            pair = [folder / side / file.name for side in ("left", "right")]
        else:
            continue
        if not pair[0].exists():
            raise FileNotFoundError(f"{pair[0]} is missing; {file} is its ground truth")
        read = functools.partial(_truth, file, pair[0], factor)
        right = pair[1] if pair[1].exists() else None
        listed.append(truth.Scene(name, pair[0], right, read))
    if not listed:
        raise ValueError(
            f"{data_dir}: there is no ground truth; expected SCENE/disp_left.png "
            "beside left.png, SCENE/disp0.pfm beside im0.png, or disp_left/N.png"
        )
    if filenames_file is None and (folder / "scenes.json").exists():
        filenames_file = str(folder / "test.txt")
    return truth.select(listed, data_dir, filenames_file)


def calibration(path: pathlib.Path) -> dict[str, float]:
    """Reads the camera's numbers for a `Truth` from Middlebury's calib.txt.

    Raises:
      OSError: there is no such file.
      ValueError: one of them is not in it.
    """
    lines = (line.partition("=") for line in path.read_text().splitlines())
    entries = {name.strip(): text.strip() for name, _, text in lines}
    try:
        return {
            "focal_px": float(entries["cam0"].strip("[").split()[0]),
            "baseline_m": float(entries["baseline"]) / 1000,
            "offset_px": float(entries.get("doffs", 0)),
        }
    except (KeyError, ValueError, IndexError):
        raise ValueError(
            f"{path}: it is no calibration of Middlebury's; expected lines such as "
            "cam0=[994.978 0 311.193; ...], doffs=31.086 and baseline=193.001"
        ) from None


def _truth(path: pathlib.Path, left: pathlib.Path, scale: float | None) -> truth.Truth:
    values = depth_maps.numbers(path)
    factor = scale if values.dtype.kind == "u" else 1.0
    if factor is None:
        raise ValueError(
            f"{path}: what a pixel's disparity is multiplied by is not known; put it "
            'into meta.json as {"SCENE": {"disp_scale": 4}}, or pass --disparity_scale'
        )
    disparity_px = values.astype(np.float64) / factor
    valid = np.isfinite(disparity_px) & (disparity_px > 0)
    if not valid.any():
        raise ValueError(f"{path}: it has no valid pixel; expected some above 0")
    image = decoding.load(left)
    if disparity_px.shape != (image.height, image.width):
        raise ValueError(
            f"{path} is {pixels.hxw(disparity_px)}, {left} is "
            f"{image.height}x{image.width}; expected one size"
        )
    calibrated = path.with_name("calib.txt")
    if calibrated.exists():
        return truth.Truth(disparity_px, valid, **calibration(calibrated))
    return truth.Truth(disparity_px, valid, FOCAL * image.width)


def _scales(path: pathlib.Path) -> dict[str, float]:
    if not path.exists():
        return {}
    try:
        entries = json.loads(path.read_text())
        return {name: float(entry["disp_scale"]) for name, entry in entries.items()}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValueError(
            f"{path}: it cannot be read ({error!r}); expected "
            '{"SCENE": {"disp_scale": 4}}'
        ) from None
