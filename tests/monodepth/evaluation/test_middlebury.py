"""Folders of stereo pairs: each layout, with its scale."""

import json

import numpy as np
import pytest

from darkroom.io import images
from monodepth.evaluation import middlebury

PHOTO = np.full((8, 12, 3), 90, np.uint8)


def write_scene(folder, values, pictures=("left.png", "right.png")):
    for name in pictures:
        images.write(folder / name, PHOTO)
    images.write(folder / "disp_left.png", values)


def write_pfm(path, values):
    data = np.ascontiguousarray(values[::-1], "<f4").tobytes()
    height, width = values.shape
    path.write_bytes(f"Pf\n{width} {height}\n-1.0\n".encode() + data)


def some(value, kind=np.uint8):
    """A map whose first column is unknown."""
    values = np.full((8, 12), value, kind)
    values[:, 0] = 0
    return values


def test_pixels_are_values_over_the_scene_s_scale(tmp_path):
    write_scene(tmp_path / "Aloe", some(30))
    (tmp_path / "meta.json").write_text(json.dumps({"Aloe": {"disp_scale": 3}}))
    (scene,) = middlebury.scenes(str(tmp_path))
    assert (scene.name, scene.left.name, scene.right.name) == (
        "Aloe",
        "left.png",
        "right.png",
    )
    known = scene.read()
    np.testing.assert_array_equal(known.disparity_px[:, 1:], 10)
    assert not known.valid[:, 0].any()
    assert known.valid[:, 1:].all()
    assert known.focal_px == pytest.approx(0.58 * 12)


def test_the_flag_s_scale_goes_first(tmp_path):
    write_scene(tmp_path / "Aloe", some(30))
    (scene,) = middlebury.scenes(str(tmp_path), scale=10)
    assert scene.read().disparity_px[0, 1] == 3


def test_an_unknown_scale_is_asked_for(tmp_path):
    write_scene(tmp_path / "Aloe", some(30))
    (scene,) = middlebury.scenes(str(tmp_path))
    with pytest.raises(ValueError, match="pass --disparity_scale"):
        scene.read()


def test_the_third_version_has_metres(tmp_path):
    """Catches rows upside down, millimetres for metres, a forgotten offset."""
    for name in ("im0.png", "im1.png"):
        images.write(tmp_path / "Motorcycle" / name, PHOTO)
    values = np.full((8, 12), 50, np.float32)
    values[0] = np.inf
    write_pfm(tmp_path / "Motorcycle" / "disp0.pfm", values)
    (tmp_path / "Motorcycle" / "calib.txt").write_text(
        "cam0=[1000 0 311.193; 0 1000 254.877; 0 0 1]\n"
        "cam1=[1000 0 342.279; 0 1000 254.877; 0 0 1]\n"
        "doffs=30\nbaseline=160\nwidth=12\nheight=8\n"
    )
    (scene,) = middlebury.scenes(str(tmp_path))
    known = scene.read()
    assert not known.valid[0].any()
    metres = known.depth(known.disparity_px)[1:]
    np.testing.assert_allclose(metres, 1000 * 0.16 / (50 + 30))


def test_generated_scenes_are_those_of_their_test_list(tmp_path):
    for number in range(3):
        for side in ("left", "right"):
            images.write(tmp_path / side / f"{number}.png", PHOTO)
        values = some(256 * (number + 1), np.uint16)
        images.write(tmp_path / "disp_left" / f"{number}.png", values)
    assert len(middlebury.scenes(str(tmp_path))) == 3
    (tmp_path / "scenes.json").write_text("{}")
    (tmp_path / "test.txt").write_text("left/2.png right/2.png\n")
    (scene,) = middlebury.scenes(str(tmp_path))
    assert scene.name == "2"
    assert scene.right == tmp_path / "right" / "2.png"
    assert scene.read().disparity_px[0, 1] == 3


def test_bad_folders_are_one_sentence(tmp_path):
    with pytest.raises(ValueError, match="there is no ground truth; expected SCENE"):
        middlebury.scenes(str(tmp_path))
    write_scene(tmp_path / "Aloe", some(0))
    (scene,) = middlebury.scenes(str(tmp_path), scale=4)
    with pytest.raises(ValueError, match=r"Aloe/disp_left.png: it has no valid pixel"):
        scene.read()
    images.write(tmp_path / "Aloe" / "disp_left.png", some(9)[:, :6])
    with pytest.raises(ValueError, match=r"disp_left.png is 8x6, .*left.png is 8x12"):
        scene.read()
    (tmp_path / "Aloe" / "left.png").unlink()
    with pytest.raises(FileNotFoundError, match=r"Aloe/left.png is missing"):
        middlebury.scenes(str(tmp_path))


def test_bad_texts_are_one_sentence(tmp_path):
    (tmp_path / "calib.txt").write_text("cam0=[1000 0 3]\n")
    with pytest.raises(ValueError, match=r"calib.txt: it is no calibration"):
        middlebury.calibration(tmp_path / "calib.txt")
    (tmp_path / "meta.json").write_text('{"Aloe": 3}')
    with pytest.raises(ValueError, match=r"meta.json: it cannot be read"):
        middlebury.scenes(str(tmp_path))
