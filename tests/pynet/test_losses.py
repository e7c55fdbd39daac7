"""The losses by hand."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
import tensorflow as tf

from darkroom.metrics import image as metrics
from pynet import losses

RNG = np.random.default_rng(2)
TRUTH = RNG.random((2, 14, 20, 3), np.float32)
PREDICTION = RNG.random((2, 14, 20, 3), np.float32)


def pictures(*shape: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(3)
    truth = random.random(shape).astype(np.float32)
    return truth, random.random(shape).astype(np.float32)


def test_l1_by_hand() -> None:
    """Differences of 0, 1, 2 and -3: the mean of their sizes is 1.5, not 0."""
    truth = np.zeros((1, 2, 2, 1), np.float32)
    prediction = np.array([0, 1, 2, -3], np.float32).reshape(1, 2, 2, 1)
    assert float(losses.l1(truth, prediction)) == 1.5


def test_structural_is_one_minus_the_mean_ssim() -> None:
    truth, prediction = pictures(3, 14, 19, 3)
    ssim = np.mean(tf.image.ssim(truth, prediction, 1.0))
    found = float(losses.structural(truth, prediction))
    assert found == pytest.approx(1 - ssim, abs=2e-6)
    assert float(losses.structural(truth, truth)) == pytest.approx(0, abs=1e-6)


def test_content_by_hand() -> None:
    """Features that double a picture: differences of 2 * 0.5, squared, averaged."""
    truth = np.zeros((2, 4, 6, 3), np.float32)
    found = losses.content(truth, truth + 0.5, lambda pictures: 2 * pictures)
    assert float(found) == 1.0


def test_content_compares_bfloat16_features_in_float32() -> None:
    """A mean of 10,000 ones that is summed in bfloat16 stops at 256."""

    def features(pictures: Any) -> Any:
        return tf.cast(pictures, tf.bfloat16)

    truth = np.zeros((1, 100, 100, 1), np.float32)
    found = losses.content(truth, truth + 1, features)
    assert found.dtype == tf.float32
    assert float(found) == 1.0


@pytest.mark.parametrize("name", ["l1", "structural"])
def test_gradients_move_the_prediction_towards_the_truth(name: str) -> None:
    truth, start = map(tf.constant, pictures(1, 12, 15, 3))
    loss = getattr(losses, name)
    with tf.GradientTape() as tape:
        tape.watch(start)
        before = loss(truth, start)
    slope = tape.gradient(before, start)
    step = 1e-3 * slope / tf.reduce_max(tf.abs(slope))
    expected = float(before - tf.reduce_sum(step * slope))
    assert float(loss(truth, start - step)) == pytest.approx(expected, rel=1e-3)
    assert float(loss(truth, start - step)) < float(before)


def test_half_precision_predictions_get_gradients_of_their_own_type() -> None:
    truth, prediction = pictures(1, 16, 17, 3)
    prediction = tf.cast(prediction, tf.bfloat16)
    with tf.GradientTape() as tape:
        tape.watch(prediction)
        loss = losses.l1(truth, prediction) + losses.structural(truth, prediction)
    assert loss.dtype == tf.float32
    assert tape.gradient(loss, prediction).dtype == tf.bfloat16


def test_shapes_that_would_broadcast_are_refused() -> None:
    with pytest.raises(ValueError, match="one shape"):
        losses.l1(np.zeros((1, 16, 16, 3)), np.zeros((1, 16, 16, 1)))
    with pytest.raises(ValueError, match="one shape"):
        losses.content(np.zeros((1, 8, 8, 3)), np.zeros((1, 16, 8, 3)), lambda x: x)


def test_a_picture_of_another_size_says_what_to_do() -> None:
    small = np.zeros((1, 8, 8, 3))
    with pytest.raises(ValueError, match="leave SSIM out"):
        losses.structural(small, small)


@pytest.mark.parametrize("level", [7, 4, 2])
def test_the_loss_of_coarse_levels_by_hand(level):
    """100 L1, and no SSIM, for which they may be too small."""
    terms = losses.level_loss(level)(TRUTH, PREDICTION)
    l1 = np.mean(np.abs(TRUTH - PREDICTION))
    mse = np.mean((TRUTH - PREDICTION) ** 2)
    found = {name: float(term) for name, term in terms.items()}
    expected = {"loss": 100 * l1, "l1": l1, "mse": mse}
    assert found == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("content", [False, True])
def test_the_loss_of_level_1_by_hand(content):
    """10 L1 + 10 (1 - SSIM), and a tenth of the features' squared difference."""
    features = (lambda picture: 255 * picture[:, ::2, ::2]) if content else None
    terms = losses.level_loss(1, features)(TRUTH, PREDICTION)
    l1 = np.mean(np.abs(TRUTH - PREDICTION))
    structural = 1 - np.mean(np.array(metrics.ssim(TRUTH, PREDICTION)))
    total = 10 * l1 + 10 * structural
    expected = {"l1": l1, "structural": structural}
    expected["mse"] = np.mean((TRUTH - PREDICTION) ** 2)
    if content:
        difference = 255 * (TRUTH - PREDICTION)[:, ::2, ::2]
        expected["content"] = np.mean(difference**2)
        total += 0.1 * expected["content"]
    found = {name: float(term) for name, term in terms.items()}
    assert found == pytest.approx({"loss": total, **expected}, rel=1e-4)


def test_lpips_joins_level_1_s_loss_with_its_weight():
    def distance(truth, prediction):
        return np.float32([0.25, 0.75])

    plain = losses.level_loss(1)(TRUTH, PREDICTION)
    more = losses.level_loss(1, more={"lpips": (3.0, distance)})(TRUTH, PREDICTION)
    assert float(more["lpips"]) == 0.5
    assert float(more["loss"]) == pytest.approx(float(plain["loss"]) + 1.5, rel=1e-6)


def test_detail_is_what_is_finer_than_a_gaussian_of_one_pixel():
    """Against OpenCV's Gaussian, within the border."""
    fine = TRUTH - PREDICTION
    fine = fine - np.stack([cv2.GaussianBlur(p, (11, 11), 1) for p in fine])
    expected = np.abs(fine[:, 5:-5, 5:-5]).mean(axis=(1, 2, 3))
    found = np.array(losses.detail(TRUTH, PREDICTION))
    np.testing.assert_allclose(found, expected, rtol=1e-4)
    plain = losses.level_loss(1)(TRUTH, PREDICTION)["loss"]
    more = losses.level_loss(1, more={"detail": (30.0, losses.detail)})
    total = float(plain) + 30 * expected.mean()
    assert float(more(TRUTH, PREDICTION)["loss"]) == pytest.approx(total, rel=1e-5)


def test_detail_does_not_see_what_is_coarse():
    ramp = np.broadcast_to(np.linspace(0, 0.5, 32, dtype="float32")[:, None], (32, 32))
    ramp = np.stack([ramp] * 3, axis=-1)[None]
    assert float(losses.detail(ramp, np.zeros_like(ramp))[0]) < 1e-6
