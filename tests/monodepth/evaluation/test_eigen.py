"""LIDAR points in a picture: a hand-made drive whose every number is known."""

import numpy as np
import pytest

from darkroom.io import images
from monodepth.evaluation import eigen

SIZE = 100, 200
DRIVE = "2011_09_26/2011_09_26_drive_0002_sync"
LINE = f"{DRIVE}/image_02/data/0000000069.png {DRIVE}/image_03/data/0000000069.png\n"
# ahead, left, up; the camera looks ahead, at (100, 50), with a focal length of 50, and
# stands 0.25 before the LIDAR
POINTS = np.array(
    [
        [10, 0, 0],  # column 100, row 50, valid from 1
        [20, 0, 0],  # the same, behind it
        [5, -2, -1],  # column 121, row 61
        [-5, 0, 0],  # behind the camera
        [10, 30, 0],  # left of the picture
        [10, 5, 5],  # column 74, row 24: in the picture, out of the crop
        [90, 9, -18],  # column 95, row 60: too far
    ]
)


def write(folder, points=POINTS, cameras=(2, 3)):
    """Two rectified cameras of a focal length each, and a LIDAR behind the left one."""
    day, drive = folder / "2011_09_26", folder / DRIVE
    for camera in cameras:
        picture = np.full((*SIZE, 3), 90, np.uint8)
        file = drive / f"image_{camera:02}" / "data" / "0000000069.png"
        images.write(file, picture)
    (day / "calib_cam_to_cam.txt").write_text(
        "calib_time: 09-Jan-2012 13:57:47\n"
        "R_rect_00: 1 0 0 0 1 0 0 0 1\n"
        "P_rect_02: 50 0 100 0 0 50 50 0 0 0 1 0\n"
        "P_rect_03: 60 0 100 -24 0 60 50 0 0 0 1 0\n"
    )
    (day / "calib_velo_to_cam.txt").write_text(
        "calib_time: 15-Mar-2012 11:37:16\nR: 0 -1 0 0 0 -1 1 0 0\nT: 0 0 -0.25\n"
    )
    file = drive / "velodyne_points" / "data" / "0000000069.bin"
    file.parent.mkdir(parents=True)
    rows = np.column_stack([points, np.ones(len(points))])  # reflectance
    file.write_bytes(rows.astype("<f4").tobytes())
    (folder / "list.txt").write_text(LINE)
    return str(folder), str(folder / "list.txt")


def test_points_fall_where_the_hand_puts_them(tmp_path):
    """Catches rows and columns exchanged, a farther point that wins, -1 forgotten.

    And a depth from the camera, which is 0.25 less.
    """
    write(tmp_path)
    matrix, focal, baseline = eigen.calibration(tmp_path / "2011_09_26", 2)
    depth = eigen.project(POINTS, matrix, SIZE)
    found = {
        (int(row), int(column)): depth[row, column]
        for row, column in np.argwhere(depth)
    }
    expected = {(49, 99): 10, (60, 120): 5, (23, 73): 10, (59, 94): 90}
    assert found == pytest.approx(expected)
    assert (focal, baseline) == (50, pytest.approx(0.4))


def test_the_order_of_points_does_not_matter(tmp_path):
    write(tmp_path)
    matrix, *_ = eigen.calibration(tmp_path / "2011_09_26", 2)
    there, back = (eigen.project(each, matrix, SIZE) for each in (POINTS, POINTS[::-1]))
    np.testing.assert_array_equal(there, back)


def test_the_crop_is_garg_s():
    """153 to 371 and 44 to 1197 of 375 x 1242, as Garg et al.'s own crop has them."""
    rows, columns = np.nonzero(eigen.garg_crop((375, 1242)))
    assert (rows.min(), rows.max() + 1) == (153, 371)
    assert (columns.min(), columns.max() + 1) == (44, 1197)


def test_the_truth_of_a_line(tmp_path):
    (scene,) = eigen.scenes(*write(tmp_path))
    assert scene.name == f"{DRIVE}/image_02/data/0000000069"
    assert scene.right.parts[-3:] == ("image_03", "data", "0000000069.png")
    known = scene.read()
    assert np.argwhere(known.valid).tolist() == [[49, 99], [60, 120]]
    np.testing.assert_allclose(known.depth(known.disparity_px)[known.valid], [10, 5])
    assert known.disparity_px[49, 99] == pytest.approx(50 * 0.4 / 10)


def test_the_right_camera_has_its_own_calibration(tmp_path):
    folder, file = write(tmp_path)
    (tmp_path / "list.txt").write_text(LINE.split()[1])
    (scene,) = eigen.scenes(folder, file)
    assert scene.right is None
    assert scene.read().focal_px == 60


@pytest.mark.parametrize("left_out", ["image_02", "velodyne_points"])
def test_a_missing_file_is_named_with_its_line(tmp_path, left_out):
    folder, file = write(tmp_path)
    next((tmp_path / DRIVE / left_out / "data").iterdir()).unlink()
    with pytest.raises(ValueError, match=f"line 1: .*{left_out}/data/.* is missing"):
        eigen.scenes(folder, file)


def test_no_point_in_the_crop(tmp_path):
    (scene,) = eigen.scenes(*write(tmp_path, POINTS[3:]))
    with pytest.raises(ValueError, match="no valid pixel, none of its 4 points"):
        scene.read()


def test_the_crop_and_the_farthest_depth_are_the_caller_s(tmp_path):
    whole, far = (
        eigen.scenes(*write(tmp_path / name), **asked)[0].read().valid
        for name, asked in (("a", {"crop": False}), ("b", {"farthest": 100}))
    )
    assert np.argwhere(whole).tolist() == [[23, 73], [49, 99], [60, 120]]
    assert np.argwhere(far).tolist() == [[49, 99], [59, 94], [60, 120]]


def test_cameras_that_changed_places(tmp_path):
    (scene,) = eigen.scenes(*write(tmp_path))
    file = tmp_path / "2011_09_26" / "calib_cam_to_cam.txt"
    file.write_text(file.read_text().replace("-24", "24"))
    with pytest.raises(ValueError, match=r"camera 3 is 0.4 m to the left of camera 2"):
        scene.read()


def test_points_cut_short(tmp_path):
    (scene,) = eigen.scenes(*write(tmp_path))
    (file,) = tmp_path.glob("**/*.bin")
    file.write_bytes(file.read_bytes()[:-3])
    with pytest.raises(ValueError, match="109 bytes; expected 16 for each point"):
        scene.read()


def test_what_the_list_must_be(tmp_path):
    folder, file = write(tmp_path)
    with pytest.raises(ValueError, match=r"pass --filenames_file eigen_test_files.txt"):
        eigen.scenes(folder)
    (tmp_path / "list.txt").write_text("image_02/data/0000000069.png\n")
    with pytest.raises(ValueError, match=r"line 1: got image_02/data/0000000069.png"):
        eigen.scenes(folder, file)
