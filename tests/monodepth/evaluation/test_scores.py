"""Scoring on scenes whose answers are known."""

import numpy as np
import pytest

from darkroom.io import images
from monodepth.evaluation import scores, truth


@pytest.fixture
def scenes(tmp_path):
    """Two scenes of a ramp to the right, of shifts 2 to 10 of 80 pixels."""
    made = []
    for name in ("a", "b"):
        left = tmp_path / f"{name}.png"
        images.write(left, np.full((40, 80, 3), 90, np.uint8))
        shift = np.repeat(np.linspace(2, 10, 80)[None], 40, axis=0)
        known = truth.Truth(shift, shift > 3, focal_px=60)
        made.append(truth.Scene(name, left, None, lambda known=known: known))
    return made


def exact(scene, picture):
    return scene.read().disparity_px / picture.shape[1]


def test_the_truth_has_no_error(scenes):
    found = scores.evaluate(scenes, {"exact": exact})["exact"]
    assert len(found.scores) == 2
    assert found.mean["epe"] == pytest.approx(0, abs=1e-6)
    assert (found.mean["a1"], found.mean["d1_all"]) == (1, 0)


def test_fractions_become_pixels_of_the_truth_s_size():
    """Catches height for width, and a prediction that keeps its own pixels."""
    found = scores.in_pixels(np.full((4, 5), 0.25), (20, 80))
    assert found.shape == (20, 80)
    np.testing.assert_allclose(found, 20)


def test_relative_depth_needs_to_be_aligned(scenes):
    def relative(scene, picture):
        return 3 + 5 * exact(scene, picture)

    off = scores.evaluate(scenes, {"r": relative})["r"].mean["epe"]
    left = scores.evaluate(scenes, {"r": relative}, "scale_shift")["r"].mean["epe"]
    assert off > 100
    assert left == pytest.approx(0, abs=1e-4)


def test_means_are_over_pictures_and_predictors_apart(scenes):
    def nearer(scene, picture):
        return exact(scene, picture) + {"a": 1, "b": 3}[scene.name] / 80

    found = scores.evaluate(scenes, {"exact": exact, "nearer": nearer})
    assert [row["epe"] for row in found["nearer"].scores] == pytest.approx([1, 3])
    assert found["nearer"].mean["epe"] == pytest.approx(2)
    assert found["exact"].mean["epe"] == pytest.approx(0, abs=1e-6)


def test_the_sheet_shows_photo_truth_prediction_and_error(scenes):
    found = scores.evaluate(scenes, {"exact": exact}, pictures=1)["exact"]
    ((photo, known, guess, off),) = found.rows
    assert photo.shape == known.shape == guess.shape == off.shape == (200, 400, 3)
    assert (known[:, 20] == 0).all()  # not valid
    assert guess[100, 20].any()  # but predicted
    assert (off[:, 20] == 0).all()
    np.testing.assert_array_equal(known[100, 300], guess[100, 300])
    assert found.captions == [
        ["a", "truth", "exact, abs rel 0.000", "off by 0.0 px, bad 0 %"]
    ]
    assert found.grid.shape[1] == 4 * 400 + 3 * 8


def test_points_of_a_lidar_can_be_seen(scenes):
    shift = np.zeros((200, 400))
    shift[100, 200] = 7
    known = truth.Truth(shift, shift > 0, focal_px=60)
    images.write(scenes[0].left, np.full((200, 400, 3), 90, np.uint8))
    point = truth.Scene("p", scenes[0].left, None, lambda: known)
    found = scores.evaluate([point], {"x": lambda *_: np.full((2, 4), 0.02)})["x"]
    _, drawn, _, off = found.rows[0]
    assert drawn.any(axis=-1).sum() == 25
    assert off.any(axis=-1).sum() == 25


def test_bad_predictions_name_themselves_and_the_picture(scenes):
    def broken(scene, picture):
        return np.full((4, 8), np.nan)

    with pytest.raises(ValueError, match=r"broken, .*a.png: a valid depth is NaN"):
        scores.evaluate(scenes, {"broken": broken})
    images.write(scenes[0].left, np.full((40, 70, 3), 90, np.uint8))
    with pytest.raises(ValueError, match="is 40x70, its ground truth 40x80"):
        scores.evaluate(scenes, {"exact": exact})
