"""Errors of disparities: by hand, and the original's on its own numbers."""

import numpy as np
import pytest

from monodepth.evaluation import metrics, scores, truth


def test_errors_are_the_original_s(shared):
    """The path of KITTI 2015: resized, in metres, clipped at 80, unknown left out."""
    golden = np.load(shared / "golden" / "monodepth_vgg_seed1.npz")
    names = ("abs_rel", "sq_rel", "rmse", "log_rmse", "a1", "a2", "a3", "d1_all")
    for shift, disparity, expected in zip(
        golden["kitti_gt_disp"],
        golden["kitti_pred_disp"],
        golden["kitti_out"],
        strict=True,
    ):
        known = truth.Truth(shift.astype(np.float64), shift > 0, focal_px=721.5377)
        found = metrics.errors(known, scores.in_pixels(disparity, shift.shape))
        ours = [found[name] for name in names]
        np.testing.assert_allclose(ours, expected, rtol=1e-6)


def test_a_bad_pixel_is_off_by_three_pixels_and_by_a_twentieth():
    """Catches "or" for "and", and thresholds that are still good."""
    known = np.array([10.0, 10, 100, 100, 100])
    found = known + np.array([2.9, -3, 4.9, 5, -6])
    assert metrics.d1(known, found) == pytest.approx(60)


def test_the_end_point_error_is_a_mean_in_pixels():
    assert metrics.end_point_error(np.array([1.0, 2]), np.array([4.0, 1])) == 2


def test_unknown_pixels_do_not_count():
    shift = np.array([[40.0, 0.0]])
    known = truth.Truth(shift, shift > 0, focal_px=700)
    found = metrics.errors(known, np.array([[40.0, 33.0]]))
    assert found["epe"] == found["d1_all"] == found["abs_rel"] == 0
    assert found["a1"] == 1


def test_the_farthest_depth_is_the_caller_s():
    shift = np.array([[10.0]])
    known = truth.Truth(shift, shift > 0, focal_px=1000, baseline_m=0.5)
    assert metrics.errors(known, np.array([[1.0]]))["rmse"] == pytest.approx(30)
    assert metrics.errors(known, np.array([[1.0]]), farthest=60)["rmse"] == (
        pytest.approx(10)
    )


def test_a_prediction_of_another_shape():
    known = truth.Truth(np.ones((4, 6)), np.ones((4, 6), bool), focal_px=700)
    with pytest.raises(ValueError, match=r"shape \(4, 1\), the ground truth \(4, 6\)"):
        metrics.errors(known, np.ones((4, 1)))
