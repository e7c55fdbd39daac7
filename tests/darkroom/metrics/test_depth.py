"""The seven errors: by hand, and the original's on its own numbers."""

import math

import numpy as np
import pytest

from darkroom.metrics import depth as depth_metrics

NAMES = ["abs_rel", "sq_rel", "rmse", "log_rmse", "a1", "a2", "a3"]


def test_errors_by_hand():
    """Catches a division by the prediction, and thresholds that include 1.25."""
    truth = np.array([[1.0, 2.0], [4.0, 10.0]])
    prediction = np.array([[1.25, 2.0], [2.0, 10.0]])
    found = depth_metrics.errors(truth, prediction)
    assert found == pytest.approx(
        {
            "abs_rel": (0.25 + 0.5) / 4,
            "sq_rel": (0.0625 + 1) / 4,
            "rmse": math.sqrt((0.0625 + 4) / 4),
            "log_rmse": math.sqrt((math.log(1.25) ** 2 + math.log(2) ** 2) / 4),
            "a1": 0.5,
            "a2": 0.75,
            "a3": 0.75,
        }
    )
    assert list(found) == NAMES


def test_errors_are_the_original_s(shared):
    golden = np.load(shared / "golden" / "monodepth_vgg_seed1.npz")
    found = depth_metrics.errors(golden["err_gt"], golden["err_pred"])
    np.testing.assert_allclose(list(found.values()), golden["err_out"], rtol=1e-12)


def test_a_prediction_beyond_the_sensor_s_reach_is_clipped():
    truth = np.array([50.0, 0.001])
    found = depth_metrics.errors(truth, np.array([1e9, 0.0]))
    assert found["rmse"] == pytest.approx(30 / math.sqrt(2))
    near = depth_metrics.errors(truth[:1], np.array([1e9]), farthest=50)
    assert near["rmse"] == 0


def test_pixels_that_are_not_valid_may_be_anything():
    truth, prediction = np.array([[2.0, 0.0]]), np.array([[2.0, np.nan]])
    found = depth_metrics.errors(truth, prediction, valid=truth > 0)
    assert found["abs_rel"] == 0
    assert found["a1"] == 1


@pytest.mark.parametrize(
    ("truth", "prediction", "valid", "said"),
    [
        (np.ones((2, 3)), np.ones((2, 4)), None, r"\(2, 4\), the truth \(2, 3\)"),
        (np.ones(2), np.ones(2), np.zeros(2, bool), "no pixel of the truth is valid"),
        (np.zeros(2), np.ones(2), None, "NaN or not above 0"),
        (np.ones(2), np.full(2, np.nan), None, "NaN or not above 0"),
    ],
)
def test_what_cannot_be_compared_is_one_sentence(truth, prediction, valid, said):
    with pytest.raises(ValueError, match=said):
        depth_metrics.errors(truth, prediction, valid)
