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


RANDOM = np.random.default_rng(3)
TRUTH = RANDOM.uniform(5, 60, (8, 9))
VALID = RANDOM.random((8, 9)) < 0.6


def test_nothing_is_done_unasked():
    assert metrics.align("none", TRUTH, TRUTH / 7, VALID) is not TRUTH
    np.testing.assert_array_equal(
        metrics.align("none", TRUTH, TRUTH / 7, VALID), TRUTH / 7
    )


def test_a_factor_is_undone_by_the_medians():
    found = metrics.align("median", TRUTH, TRUTH / 7, VALID)
    np.testing.assert_allclose(found, TRUTH)


def test_a_factor_and_a_term_are_undone_by_least_squares():
    found = metrics.align("scale_shift", TRUTH, 0.3 - 0.01 * TRUTH, VALID)
    np.testing.assert_allclose(found, TRUTH)


@pytest.mark.parametrize("kind", ["median", "scale_shift"])
def test_what_does_not_count_has_no_say(kind):
    odd = np.where(VALID, TRUTH, 1e6)
    found = metrics.align(kind, odd, TRUTH / 7, VALID)
    np.testing.assert_allclose(found, TRUTH)


def test_least_squares_are_those_of_numpy():
    guess = RANDOM.random(TRUTH.shape)
    found = metrics.align("scale_shift", TRUTH, guess, VALID)
    line = np.polyfit(guess[VALID], TRUTH[VALID], 1)
    np.testing.assert_allclose(found, np.polyval(line, guess))


def test_a_constant_becomes_the_mean():
    """Catches a scale out of rounding: the mean of equal floats may be another."""
    guess = np.full(TRUTH.shape, 0.1)
    assert guess[VALID].mean() != 0.1
    found = metrics.align("scale_shift", TRUTH, guess, VALID)
    np.testing.assert_allclose(found, TRUTH[VALID].mean())


def test_a_negative_median_is_one_sentence():
    with pytest.raises(ValueError, match="pass --align scale_shift"):
        metrics.align("median", TRUTH, -TRUTH, VALID)
