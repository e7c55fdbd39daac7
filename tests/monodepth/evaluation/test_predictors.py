"""Predictions out of files and networks."""

import numpy as np
import pytest

from darkroom.io import images
from monodepth import prediction
from monodepth.evaluation import predictors, truth

PHOTO = np.full((8, 12, 3), 51, np.uint8)


@pytest.fixture
def scenes(tmp_path):
    return [truth.Scene(n, tmp_path / n, None, None) for n in ("a", "day/b")]


def test_a_folder_has_a_file_for_each_scene(tmp_path, scenes):
    (tmp_path / "day").mkdir()
    np.save(tmp_path / "a.npy", np.full((4, 5), 0.1))
    np.save(tmp_path / "day" / "b_disp.npy", np.full((3, 4), 0.2, np.float32))
    predict = predictors.from_files(str(tmp_path), scenes)
    found = [predict(scene, PHOTO) for scene in scenes]
    assert [each.shape for each in found] == [(4, 5), (3, 4)]
    assert [each.max() for each in found] == pytest.approx([0.1, 0.2])


def test_one_file_has_them_in_order(tmp_path, scenes):
    everything = np.stack([np.full((4, 5), 0.1), np.full((4, 5), 0.2)])
    np.save(tmp_path / "disparities.npy", everything)
    predict = predictors.from_files(str(tmp_path / "disparities.npy"), scenes)
    np.testing.assert_allclose(predict(scenes[1], PHOTO), 0.2)


def test_one_file_of_other_pictures(tmp_path, scenes):
    np.save(tmp_path / "all.npy", np.zeros((3, 4, 5)))
    with pytest.raises(ValueError, match=r"\(3, 4, 5\); expected .* of the 2 pictures"):
        predictors.from_files(str(tmp_path / "all.npy"), scenes)


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (np.zeros((1, 4, 5)), r"a.npy has the shape \(1, 4, 5\); expected \[h, w\]"),
        (np.full((4, 5), np.inf), "float64 that is not finite"),
        (np.zeros((4, 5), np.uint8), "uint8 that is not finite or not float"),
        (np.array(["a"], object), "it is not an array that can be read"),
    ],
)
def test_bad_arrays(tmp_path, scenes, array, said):
    np.save(tmp_path / "a.npy", array)
    predict = predictors.from_files(str(tmp_path), scenes)
    with pytest.raises(ValueError, match=said):
        predict(scenes[0], PHOTO)


def test_a_missing_file_is_named(tmp_path, scenes):
    predict = predictors.from_files(str(tmp_path), scenes)
    with pytest.raises(FileNotFoundError, match=r"day/b.npy"):
        predict(scenes[1], PHOTO)


def run(batch):
    """Instead of a network: the red of the last view, for both cameras."""
    return {"disparity_1": np.repeat(batch[..., -3:-2], 2, axis=-1)}


def test_a_network_sees_the_picture_in_its_unit(scenes):
    """Catches a picture in [0, 255], and an answer that is stretched to [0, 1]."""
    predict = predictors.by_network(prediction.Network(run, (4, 6)))
    np.testing.assert_allclose(predict(scenes[0], PHOTO), 0.2, rtol=1e-6)


def test_a_stereo_network_takes_the_right_picture_too(tmp_path, scenes):
    predict = predictors.by_network(prediction.Network(run, (4, 6), stereo=True))
    with pytest.raises(ValueError, match="there is no right picture beside it"):
        predict(scenes[0], PHOTO)
    images.write(tmp_path / "right.png", PHOTO * 2)
    pair = truth.Scene("p", tmp_path / "left.png", tmp_path / "right.png", None)
    found = predict(
        pair, PHOTO
    )  # its right end is the picture's own, seen on the right
    assert found[:, -1] == pytest.approx(np.full(8, 0.4), rel=1e-6)
