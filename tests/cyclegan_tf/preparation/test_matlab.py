"""NYU Depth v2's files, and files of other kinds."""

import h5py
import numpy as np
import pytest
from scipy import io

from cyclegan_tf.preparation import matlab


def test_pictures_are_upright(mat, rooms):
    """Catches: height and width exchanged, and channels not last."""
    with matlab.labelled(mat) as data:
        assert len(data) == 5
        for index in range(5):
            photo, depth = data.picture(index)
            np.testing.assert_array_equal(photo, rooms[0][index])
            np.testing.assert_array_equal(depth, rooms[1][index])


def test_the_split_counts_from_1(splits):
    assert matlab.split(splits, 5) == {"train": [1, 4, 0], "test": [2, 3]}


def test_without_a_split_the_first_part_trains():
    found = matlab.split(None, 1449)
    assert found["train"] == list(range(795))
    assert found["test"] == list(range(795, 1449))


def test_a_labelled_set_of_another_kind_is_told(tmp_path, mat):
    expected = "expected nyu_depth_v2_labeled.mat of NYU Depth v2"
    five = tmp_path / "five.mat"
    io.savemat(five, {"images": np.zeros(3)})
    other = tmp_path / "other.mat"
    with h5py.File(other, "w") as file:
        file["x"] = np.zeros(3)
        file.create_group("images")
    turned = tmp_path / "turned.mat"
    with h5py.File(turned, "w") as file:
        file["images"] = np.zeros((2, 3, 8, 6), np.uint8)
        file["depths"] = np.zeros((2, 6, 8), np.float32)
    cut = tmp_path / "cut.mat"
    cut.write_bytes(mat.read_bytes()[:1500])
    for path, said in (
        (five, r"five\.mat: it is no MATLAB 7\.3 \(HDF5\) file"),
        (other, r"other\.mat: it holds images of \(\), x of \(3,\), not im"),
        (turned, r"turned\.mat: .*depths of \(2, 6, 8\), images of \(2, 3, 8, 6\)"),
        (cut, r"cut\.mat: it is cut short"),
    ):
        with (
            pytest.raises(ValueError, match=f"{said}.*{expected}"),
            matlab.labelled(path),
        ):
            pass
    with pytest.raises(FileNotFoundError), matlab.labelled(tmp_path / "none.mat"):
        pass


def test_a_split_of_another_kind_is_told(tmp_path, splits, mat):
    io.savemat(tmp_path / "other.mat", {"x": [1]})
    (tmp_path / "text.mat").write_text("1 2 3 " * 99)
    for name, said in (
        ("other.mat", "it has no trainNdxs"),
        ("text.mat", "it cannot be read"),
        (mat.name, "it cannot be read"),
    ):
        with pytest.raises(ValueError, match=rf"{said}.*expected splits\.mat of NYU"):
            matlab.split(tmp_path / name, 5)
    with pytest.raises(
        ValueError, match="trainNdxs names picture 5, and the set has 4"
    ):
        matlab.split(splits, 4)
    with pytest.raises(FileNotFoundError):
        matlab.split(tmp_path / "none.mat", 5)
