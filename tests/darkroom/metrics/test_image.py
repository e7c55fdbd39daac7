from __future__ import annotations

import importlib.util
import json
import os
import pathlib
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from scipy import ndimage

from darkroom.metrics import image as metrics
from pynet import losses

GOLDEN = pathlib.Path(__file__).parents[2] / "golden" / "metrics.npz"
ROOT = pathlib.Path(__file__).parents[3]


def pictures(*shape: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """A smooth random picture with detail, and the same with some noise."""
    random = np.random.default_rng(seed)
    smooth = ndimage.gaussian_filter(random.random(shape), (0, 3, 3, 0)) * 4 - 1.5
    truth = np.clip(smooth + 0.1 * random.standard_normal(shape), 0, 1)
    prediction = 0.8 * truth + 0.2 * random.random(shape)
    return truth.astype(np.float32), prediction.astype(np.float32)


def target(name: str, level: int, output: np.ndarray) -> np.ndarray:
    """The golden recipe's targets A and B."""
    generator = np.random.Generator(np.random.PCG64([1, 10**6 + level]))
    noise = generator.random(output.shape).astype(np.float32)
    blend = np.float32(0.7) * output + np.float32(0.3) * noise
    return noise if name == "A" else blend


def check(expected: dict[str, float], truth: np.ndarray, output: np.ndarray) -> None:
    """Every number of `expected` that is a metric's or a loss's."""
    l1 = losses.l1(truth, output)
    found = {
        "mse": lambda: metrics.mse(truth, output),
        "psnr": lambda: metrics.psnr(truth, output),
        "l1": lambda: l1,
        "loss_generator": lambda: 100 * l1,
        "ssim": lambda: np.mean(metrics.ssim(truth, output)),
        "ms_ssim": lambda: np.mean(metrics.ms_ssim(truth, output)),
        "loss_no_content": lambda: 10 * l1 + 10 * losses.structural(truth, output),
    }
    for name in found.keys() & expected.keys():
        got = float(found[name]())
        assert got == pytest.approx(expected[name], rel=1e-5, abs=1e-5), name


@pytest.mark.parametrize("name", ["A", "B"])
@pytest.mark.parametrize("level", [4, 5, 7])
def test_small_golden_numbers(level: int, name: str) -> None:
    """The original program's own numbers, wherever the tests run."""
    golden = np.load(GOLDEN)
    ending = f"_{level}_{name}"
    expected = {
        key.removesuffix(ending): float(golden[key])
        for key in golden.files
        if key.endswith(ending)
    }
    assert len(expected) == (4 if level == 7 else 5)
    output = golden[f"output_{level}"]
    check(expected, target(name, level, output), output)


@pytest.mark.parametrize("name", ["A", "B"])
@pytest.mark.parametrize("level", range(1, 8))
@pytest.mark.parametrize("kind", ["sq", "rect"])
def test_golden_numbers(shared: pathlib.Path, kind: str, level: int, name: str) -> None:
    golden = np.load(shared / "golden" / "pynet_seed1.npz")
    expected = json.loads(str(golden["meta_json"]))["losses"][f"{kind}_l{level}"]
    output = golden[f"{kind}_out_l{level}"]
    check(expected[name], target(name, level, output), output)


@pytest.mark.parametrize("shape", [(2, 37, 64, 3), (1, 11, 30, 1), (3, 40, 23, 4)])
def test_ssim_is_tensorflows(shape: tuple[int, ...]) -> None:
    truth, prediction = pictures(*shape)
    expected = tf.image.ssim(truth, prediction, 1.0)
    found = metrics.ssim(truth, prediction)
    assert found.shape == (shape[0],)
    np.testing.assert_allclose(found, expected, atol=2e-6)


@pytest.mark.parametrize("shape", [(2, 176, 240, 3), (1, 203, 181, 2)])
def test_ms_ssim_is_tensorflows(shape: tuple[int, ...]) -> None:
    """The second shape is odd at every scale: an odd row's half is a mean of one."""
    truth, prediction = pictures(*shape)
    expected = tf.image.ssim_multiscale(truth, prediction, 1.0)
    found = metrics.ms_ssim(truth, prediction)
    assert found.shape == (shape[0],)
    np.testing.assert_allclose(found, expected, atol=3e-6)


def test_ms_ssim_of_opposites_is_zero() -> None:
    """A negative score to a fractional power would be NaN."""
    truth, _ = pictures(1, 176, 180, 1)
    assert float(metrics.ms_ssim(truth, 1 - truth)[0]) == 0


def test_a_million_pixels_do_not_drift() -> None:
    """One running float32 sum over as many is wrong by 1e-4, as tf.image's is."""
    truth, prediction = pictures(1, 1000, 1030, 1)
    window = np.exp(-((np.arange(-5, 6) / 1.5) ** 2) / 2)

    def mean(maps: np.ndarray) -> np.ndarray:
        for axis in (1, 2):
            maps = ndimage.correlate1d(maps, window / window.sum(), axis)
        return maps[:, 5:-5, 5:-5]

    a, b = truth.astype(np.float64), prediction.astype(np.float64)
    ma, mb = mean(a), mean(b)
    covariance, va, vb = (
        mean(x * y) - mean(x) * mean(y) for x, y in ((a, b), (a, a), (b, b))
    )
    contrast_structure = (2 * covariance + 9e-4) / (va + vb + 9e-4)
    luminance = (2 * ma * mb + 1e-4) / (ma**2 + mb**2 + 1e-4)
    expected = (luminance * contrast_structure).mean()
    assert float(metrics.ssim(truth, prediction)[0]) == pytest.approx(
        expected, abs=3e-6
    )


def test_closed_forms() -> None:
    """Flat pictures, 0.2 and 0.5: 0.09 of squared error, no structure to compare."""
    truth = np.full((2, 12, 13, 3), 0.2, np.float32)
    prediction = np.full((2, 12, 13, 3), 0.5, np.float32)
    assert float(metrics.mse(truth, prediction)) == pytest.approx(0.09, rel=1e-5)
    decibels = 10 * np.log10(1 / 0.09)
    assert float(metrics.psnr(truth, prediction)) == pytest.approx(decibels, rel=1e-5)
    similar = (2 * 0.2 * 0.5 + 1e-4) / (0.2**2 + 0.5**2 + 1e-4)
    np.testing.assert_allclose(metrics.ssim(truth, prediction), similar, rtol=3e-4)
    np.testing.assert_allclose(metrics.ssim(truth, truth), 1, atol=1e-6)


def test_psnr_of_another_white() -> None:
    truth, prediction = pictures(2, 8, 9, 3)
    expected = float(metrics.psnr(truth, prediction))
    found = float(metrics.psnr(255 * truth, 255 * prediction, max=255))
    assert found == pytest.approx(expected, abs=1e-4)


def test_psnr_of_a_batch_is_not_the_mean_of_its_pictures() -> None:
    """Errors of 0.1 and 0.01: 20 and 40 dB, together 22.97 and not 30."""
    truth = np.zeros((2, 4, 5, 3), np.float32)
    prediction = truth + np.array([0.1, 0.01], np.float32)[:, None, None, None]
    alone = [float(metrics.psnr(truth[[n]], prediction[[n]])) for n in (0, 1)]
    assert alone == pytest.approx([20, 40], rel=1e-5)
    together = -10 * np.log10((0.1**2 + 0.01**2) / 2)
    assert float(metrics.psnr(truth, prediction)) == pytest.approx(together, rel=1e-5)


def gradient(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    @tf.function
    def of_prediction(truth: Any, prediction: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(prediction)
            score = tf.reduce_mean(function(truth, prediction))
        return tape.gradient(score, prediction)

    return of_prediction


def tensorflows_ssim(truth: Any, prediction: Any) -> Any:
    return tf.image.ssim(truth, prediction, 1.0)


def test_gradient_is_tensorflows() -> None:
    truth, prediction = map(tf.constant, pictures(2, 40, 57, 3))
    expected = gradient(tensorflows_ssim)(truth, prediction).numpy()
    found = gradient(metrics.ssim)(truth, prediction).numpy()
    np.testing.assert_allclose(found, expected, atol=2e-5 * np.abs(expected).max())


def test_ssim_and_its_gradient_are_cheap() -> None:
    """Measured: 0.35 of tf.image.ssim's CPU-seconds at 1024 x 1024."""
    truth, prediction = map(tf.constant, pictures(1, 512, 512, 3))

    def cost(function: Callable[[Any, Any], Any]) -> float:
        step = gradient(function)
        step(truth, prediction)
        seconds = []
        for _ in range(5):
            start = time.process_time()
            step(truth, prediction).numpy()
            seconds.append(time.process_time() - start)
        return min(seconds)

    assert cost(metrics.ssim) < 0.7 * cost(tensorflows_ssim)


@pytest.mark.parametrize("name", ["mse", "psnr", "ssim", "ms_ssim"])
@pytest.mark.parametrize("size", [(180, 201, 3), (None, None, 3)])
def test_in_a_graph_of_any_size(name: str, size: tuple[int | None, ...]) -> None:
    metric = getattr(metrics, name)
    truth, prediction = pictures(2, 180, 201, 3)
    signature = [tf.TensorSpec((None, *size), tf.float32)] * 2
    found = tf.function(metric, input_signature=signature)(truth, prediction)
    np.testing.assert_allclose(found, metric(truth, prediction), atol=1e-6)


@pytest.mark.parametrize("name", ["mse", "psnr", "ssim", "ms_ssim"])
def test_bfloat16_is_computed_in_float32(name: str) -> None:
    """In bfloat16 itself a variance of 0.01 beside a mean of 0.5 is lost."""
    metric = getattr(metrics, name)
    truth, prediction = (
        tf.cast(picture, tf.bfloat16) for picture in pictures(1, 176, 177, 3)
    )
    found = metric(truth, prediction)
    assert found.dtype == tf.float32
    expected = metric(tf.cast(truth, tf.float32), tf.cast(prediction, tf.float32))
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    ("name", "shape", "words"),
    [
        ("ssim", (1, 10, 20, 3), "SSIM needs sides of at least 11 pixels.*10x20"),
        ("ssim", (1, 20, 10, 3), "SSIM needs sides of at least 11 pixels.*20x10"),
        ("ms_ssim", (1, 175, 300, 3), "MS-SSIM needs .* at least 176 .*175x300"),
        ("mse", (8, 9, 3), r"must be \[B, H, W, C\].*\(8, 9, 3\)"),
    ],
)
def test_refused(name: str, shape: tuple[int, ...], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        getattr(metrics, name)(np.zeros(shape), np.zeros(shape))


@pytest.mark.parametrize("name", ["mse", "psnr", "ssim"])
def test_shapes_that_would_broadcast_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"\(2, 16, 20, 3\) and \(2, 16, 20, 1\)"):
        getattr(metrics, name)(np.zeros((2, 16, 20, 3)), np.zeros((2, 16, 20, 1)))


def test_same_numbers_on_jax() -> None:
    if importlib.util.find_spec("jax") is None:
        pytest.skip("jax is not installed")
    program = """
import numpy as np
from darkroom.metrics import image as metrics
from pynet import losses
random = np.random.default_rng(5)
a = random.random((2, 177, 180, 3)); b = 0.6 * a + 0.4 * random.random(a.shape)
print(*[float(np.mean(f(a, b))) for f in (metrics.mse, metrics.psnr, metrics.ssim,
      metrics.ms_ssim, losses.l1, losses.structural)])
"""
    found = [
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env=os.environ | {"KERAS_BACKEND": backend},
            capture_output=True,
            check=True,
            text=True,
        ).stdout.split()
        for backend in ("tensorflow", "jax")
    ]
    assert len(found[0]) == 6
    np.testing.assert_allclose(*np.array(found, float), rtol=1e-5)
