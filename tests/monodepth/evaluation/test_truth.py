"""Depth from disparity, and lists of what to score."""

import numpy as np
import pytest

from monodepth.evaluation import truth


def test_depth_by_hand():
    """Catches an offset with the wrong sign, and a division by 0 or a negative."""
    shift = np.array([[50.0, 30.0, -20.0, -40.0]])
    known = truth.Truth(shift, shift > 0, focal_px=700, baseline_m=0.5, offset_px=20)
    np.testing.assert_allclose(known.depth(shift), [[5, 7, np.inf, np.inf]])


def test_depth_and_back():
    shift = np.random.default_rng(0).uniform(1, 90, (3, 4))
    known = truth.Truth(shift, shift > 0, focal_px=721.5377)
    np.testing.assert_allclose(721.5377 * 0.54 / known.depth(shift), shift, rtol=1e-12)


@pytest.fixture
def scenes(tmp_path):
    return [
        truth.Scene(n, tmp_path / n / "left.png", None, lambda: None) for n in "abc"
    ]


def test_a_list_chooses_by_name_and_by_picture_in_its_order(scenes, tmp_path):
    file = tmp_path / "list.txt"
    file.write_text("c/left.png c/right.png\n\na\n")
    found = truth.select(scenes, str(tmp_path), str(file))
    assert [scene.name for scene in found] == ["c", "a"]
    assert truth.select(scenes, str(tmp_path), None) == scenes


def test_a_list_of_something_else_names_the_line(scenes, tmp_path):
    file = tmp_path / "list.txt"
    file.write_text("a\nd/left.png\n")
    with pytest.raises(ValueError, match="line 2: there is no ground truth for d/left"):
        truth.select(scenes, str(tmp_path), str(file))


def test_an_empty_list(scenes, tmp_path):
    (tmp_path / "list.txt").write_text("\n \n")
    with pytest.raises(ValueError, match="it is empty"):
        truth.select(scenes, str(tmp_path), str(tmp_path / "list.txt"))
