"""KITTI 2015 in its very layout, with pictures of a few rows."""

import numpy as np
import pytest

from darkroom.io import images
from monodepth.evaluation import kitti

CALIBRATION = """\
calib_time: 09-Jan-2012 13:57:47
corner_dist: 9.950000e-02
S_02: 1.392000e+03 5.120000e+02
P_rect_02: 7.1e+02 0 6.0e+02 4.4e+01 0 7.1e+02 1.7e+02 2.1e-01 0 0 1 2.7e-03
"""


def write(folder, number, width=1242, known=True, truth="noc"):
    """A scene of 8 rows whose upper half has the shift 32."""
    training = folder / "data_scene_flow" / "training"
    for side in ("image_2", "image_3"):
        picture = np.full((8, width, 3), 90, np.uint8)
        images.write(training / side / f"{number:06}_10.png", picture)
    shift = np.zeros((8, width), np.uint16)
    shift[:4] = 32 * 256 * known
    images.write(training / f"disp_{truth}_0" / f"{number:06}_10.png", shift)
    return training


@pytest.mark.parametrize("inside", ["", "data_scene_flow", "data_scene_flow/training"])
def test_the_scenes_of_the_layout(tmp_path, inside):
    for number in (1, 0):
        write(tmp_path, number)
    first, second = kitti.scenes(str(tmp_path / inside))
    assert (first.name, second.name) == ("000000_10", "000001_10")
    assert first.left.parts[-2:] == ("image_2", "000000_10.png")
    assert first.right.parts[-2:] == ("image_3", "000000_10.png")
    known = first.read()
    assert known.valid.mean() == 0.5
    np.testing.assert_array_equal(known.disparity_px[:4], 32)  # 16 bits, not cut to 8
    assert known.depth(known.disparity_px)[0, 0] == pytest.approx(721.5377 * 0.54 / 32)


def test_photos_may_have_been_made_jpeg(tmp_path):
    training = write(tmp_path, 0)
    file = training / "image_2" / "000000_10.png"
    file.rename(file.with_suffix(".jpg"))
    assert kitti.scenes(str(tmp_path))[0].left == file.with_suffix(".jpg")


@pytest.mark.parametrize(
    "place",
    [
        "data_scene_flow/training/calib_cam_to_cam",
        "data_scene_flow_calib/training/calib_cam_to_cam",
    ],
)
def test_a_width_that_the_table_has_not_is_calibrated(tmp_path, place):
    write(tmp_path, 0, width=100)
    (tmp_path / place).mkdir(parents=True)
    (tmp_path / place / "000000.txt").write_text(CALIBRATION)
    assert kitti.scenes(str(tmp_path))[0].read().focal_px == 710
    write(tmp_path, 0, width=1224)
    assert kitti.scenes(str(tmp_path))[0].read().focal_px == 707.0493


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "P_rect_02 is missing"),
        ("P_rect_02: 7 8\n", "P_rect_02 is 7 8; expected 12"),
    ],
)
def test_a_damaged_calibration(tmp_path, text, said):
    (tmp_path / "000000.txt").write_text(text)
    with pytest.raises(ValueError, match=said):
        kitti.numbers(tmp_path / "000000.txt", "P_rect_02", 3, 4)


def test_an_unknown_width(tmp_path):
    write(tmp_path, 0, width=100)
    with pytest.raises(ValueError, match="8x100 is not known, only of the widths 1242"):
        kitti.scenes(str(tmp_path))[0].read()


def test_a_truth_without_valid_pixels(tmp_path):
    write(tmp_path, 0, known=False)
    with pytest.raises(ValueError, match=r"000000_10.png: it has no valid pixel"):
        kitti.scenes(str(tmp_path))[0].read()


def test_a_missing_picture_is_named(tmp_path):
    training = write(tmp_path, 0)
    (training / "image_2" / "000000_10.png").unlink()
    with pytest.raises(FileNotFoundError, match=r"image_2/000000_10.png is missing"):
        kitti.scenes(str(tmp_path))


def test_the_truth_is_what_both_cameras_see(tmp_path):
    training = write(tmp_path, 0, truth="occ")
    assert kitti.ground_truth(str(tmp_path)) == training / "disp_occ_0"
    write(tmp_path, 0)
    for kind in ("noc", "occ"):
        folder = training / f"disp_{kind}_0"
        assert kitti.ground_truth(str(tmp_path), kind) == folder


def test_occluded_pixels_that_are_not_there_are_not_another_s(tmp_path):
    write(tmp_path, 0)
    with pytest.raises(ValueError, match=r"no disp_occ_0, only .*; pass --truth noc"):
        kitti.scenes(str(tmp_path), occlusion="occ")


def test_another_layout(tmp_path):
    with pytest.raises(ValueError, match="expected KITTI 2015's data_scene_flow"):
        kitti.scenes(str(tmp_path))


def test_8_bits_cannot_be_kittis(tmp_path):
    write(tmp_path, 0)
    (path,) = (tmp_path / "data_scene_flow/training/disp_noc_0").glob("*.png")
    images.write(path, np.full((8, 1242), 9, np.uint8))
    (scene,) = kitti.scenes(str(tmp_path))
    with pytest.raises(ValueError, match=r"it has 8 bits; expected 16, as KITTI's own"):
        scene.read()


@pytest.mark.parametrize("name", ["{0}.jpg", "./{0}.png", "{0}"])
def test_a_list_may_say_another_ending(tmp_path, name):
    """The paper's own list says .jpg of files that KITTI publishes as .png."""
    write(tmp_path, 0)
    file = tmp_path / "list.txt"
    file.write_text(name.format("data_scene_flow/training/image_2/000000_10") + "\n")
    (scene,) = kitti.scenes(str(tmp_path), str(file))
    assert scene.name == "000000_10"
