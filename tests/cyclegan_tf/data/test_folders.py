"""The layouts of data sets, and what is said about broken ones."""

import pathlib

import numpy as np
import pytest

from cyclegan_tf.data import folders
from darkroom.io import images


def fill(folder: pathlib.Path, *names: str) -> None:
    for name in names:
        images.write(folder / f"{name}.png", np.zeros((2, 4, 3), np.uint8))


def names(pictures):
    return [picture.path.stem for picture in pictures]


def test_two_domains_of_unequal_pictures(tmp_path):
    """Catches: 10 before 9, the split mixed up, masks of the other domain."""
    fill(tmp_path / "trainA", "10", "9", "100")
    fill(tmp_path / "trainA_mask", "9", "10", "100")
    fill(tmp_path / "trainB", "x", "a")
    fill(tmp_path / "testA", "1")
    fill(tmp_path / "testB", "1")
    (tmp_path / "trainA" / ".DS_Store").touch()
    a, b = folders.domains(tmp_path, "train")
    assert names(a) == ["9", "10", "100"]
    assert names(b) == ["a", "x"]
    assert a[1].mask == tmp_path / "trainA_mask" / "10.png"
    assert b[0].mask is None


@pytest.mark.parametrize("parts", ["train/photo train/depth", "train/A train/B"])
def test_pairs_of_equal_names(tmp_path, parts):
    for part in parts.split():
        fill(tmp_path / part, "2", "1")
    pairs = folders.pairs(tmp_path, "train")
    assert [names(pair) for pair in pairs] == [["1", "1"], ["2", "2"]]
    a, b = folders.domains(tmp_path, "train")
    assert a == [pair[0] for pair in pairs]
    assert b == [pair[1] for pair in pairs]


def test_pairs_side_by_side(tmp_path):
    fill(tmp_path / "train", "1", "2")
    pairs = folders.pairs(tmp_path, "train")
    assert [(a.side, b.side) for a, b in pairs] == [(0, 1), (0, 1)]
    assert all(a.path == b.path for a, b in pairs)
    a, b = folders.domains(tmp_path, "train")
    assert list(zip(a, b, strict=True)) == pairs


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(
        ValueError, match="no pictures of the split train in it; expected"
    ):
        folders.pairs(tmp_path, "train")
    fill(tmp_path / "trainA", "1")
    with pytest.raises(ValueError, match="trainB: there is no such folder beside trai"):
        folders.domains(tmp_path, "train")


def test_an_empty_folder_is_named(tmp_path):
    fill(tmp_path / "trainA", "1")
    (tmp_path / "trainB").mkdir()
    with pytest.raises(ValueError, match="trainB: there is no picture in it"):
        folders.domains(tmp_path, "train")
    (tmp_path / "test").mkdir()
    with pytest.raises(ValueError, match="test: there is no picture in it"):
        folders.pairs(tmp_path, "test")


def test_a_picture_without_a_partner_is_named(tmp_path):
    fill(tmp_path / "train" / "photo", "1", "2", "3")
    fill(tmp_path / "train" / "depth", "2")
    with pytest.raises(ValueError, match=r"depth: it has no picture 1, .*\(2 differ"):
        folders.pairs(tmp_path, "train")


def test_a_missing_mask_is_named(tmp_path):
    fill(tmp_path / "trainA", "1", "2")
    fill(tmp_path / "trainB", "1")
    fill(tmp_path / "trainA_mask", "1")
    with pytest.raises(ValueError, match=r"trainA_mask: there is no mask for 2\.png"):
        folders.domains(tmp_path, "train")
