"""The warp by hand, against a loop over pixels, and against the original's numbers."""

import importlib.util
import os
import pathlib
import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf

from monodepth import warp

EDGES = ("black", "replicate")
ROOT = pathlib.Path(__file__).parents[2]


def row(*values):
    """A picture of one row and one channel."""
    return np.array(values, np.float32).reshape(1, 1, -1, 1)


def shifted(values, pixels, edges="black"):
    """The row that `warp.resample` makes with one offset, in pixels, for all of it."""
    source = row(*values)
    offsets = np.full_like(source, pixels / len(values))
    return np.asarray(warp.resample(source, offsets, edges))[0, 0, :, 0].tolist()


def loop(source, offsets, edges):
    """`warp.resample` pixel by pixel, in float64."""
    warped = np.zeros(source.shape)
    batch, height, width, _ = source.shape
    for b, y, x in np.ndindex(batch, height, width):
        place = x + float(offsets[b, y, x, 0]) * width
        low, high = (-1, width) if edges == "black" else (0, width - 1)
        place = min(max(place, low), high)
        first = int(np.floor(place))
        for column, share in ((first, first + 1 - place), (first + 1, place - first)):
            if 0 <= column < width:
                warped[b, y, x] += share * source[b, y, column]
    return warped


def test_by_hand():
    """Catches a wrong side, a whole pixel of rounding, and edges that are mixed up."""
    assert shifted([1, 2, 4, 8], 0) == [1, 2, 4, 8]
    assert shifted([1, 2, 4, 8], 1) == [2, 4, 8, 0]
    assert shifted([1, 2, 4, 8], -1) == [0, 1, 2, 4]
    assert shifted([1, 2, 4, 8], 0.5) == [1.5, 3, 6, 4]  # half of 8, half of black
    assert shifted([1, 2, 4, 8], -2.5) == [0, 0, 0.5, 1.5]
    assert shifted([1, 2, 4, 8], 0.5, "replicate") == [1.5, 3, 6, 8]
    assert shifted([1, 2, 4, 8], -2, "replicate") == [1, 1, 1, 2]
    assert shifted([1, 2, 4, 8], 99) == [0, 0, 0, 0]
    assert shifted([1, 2, 4, 8], 99, "replicate") == [8, 8, 8, 8]


def test_what_is_near_stands_further_left_in_the_right_picture():
    """Catches the swapped sign, with which a training's loss still falls."""
    left, right = row(0, 0, 0, 9, 0, 0, 0, 0), row(0, 9, 0, 0, 0, 0, 0, 0)
    near = np.full_like(left, 2 / 8)
    np.testing.assert_array_equal(warp.resample(right, -near), left)
    np.testing.assert_array_equal(warp.resample(left, near), right)


@pytest.mark.parametrize("edges", EDGES)
@pytest.mark.parametrize("graph", [False, True])
def test_equals_the_loop(edges, graph):
    """Catches rows, channels or pictures of a batch that are mixed up."""
    random = np.random.default_rng(1)
    source = random.random((3, 4, 7, 2)).astype(np.float32)
    offsets = random.uniform(-1.5, 1.5, (3, 4, 7, 1)).astype(np.float32)
    shift = tf.function(warp.resample) if graph else warp.resample
    found = shift(tf.constant(source), tf.constant(offsets), edges)
    np.testing.assert_allclose(found, loop(source, offsets, edges), rtol=0, atol=2e-6)


@pytest.mark.parametrize("edges", EDGES)
def test_unknown_sizes(edges):
    """Catches a static shape that a graph of any size does not have."""
    anything = tf.TensorSpec([None, None, None, None])
    shift = tf.function(lambda *args: warp.resample(*args, edges), [anything, anything])
    random = np.random.default_rng(2)
    source = random.random((2, 3, 5, 3)).astype(np.float32)
    offsets = random.uniform(-1, 1, (2, 3, 5, 1)).astype(np.float32)
    expected = warp.resample(source, offsets, edges)
    np.testing.assert_allclose(shift(source, offsets), expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("edges", EDGES)
def test_gradients_are_slopes(edges):
    """Catches a share that is stopped, and a scatter to the wrong column."""
    random = np.random.default_rng(3)
    source = tf.constant(random.random((1, 2, 6, 2)), tf.float32)
    steps = random.integers(-6, 6, (1, 2, 6, 1)) + random.uniform(0.2, 0.8)
    offsets = tf.constant(steps / 6, tf.float32)
    weights = random.random((1, 2, 6, 2)).astype(np.float32)
    with tf.GradientTape() as tape:
        tape.watch((source, offsets))
        total = tf.reduce_sum(warp.resample(source, offsets, edges) * weights)
    slopes = [slope.numpy() for slope in tape.gradient(total, (source, offsets))]
    for which, slope in enumerate(slopes):
        for place in np.ndindex(slope.shape):
            sides = []
            for step in (-1e-2, 1e-2):
                arrays = [source.numpy(), offsets.numpy()]
                arrays[which][place] += step
                sides.append((loop(*arrays, edges) * weights).sum())
            expected = (sides[1] - sides[0]) / 2e-2
            assert slope[place] == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    ("edges", "name"), [("black", "border"), ("replicate", "edge")]
)
def test_the_originals_numbers_and_gradients(golden, edges, name):
    """Catches another slope where a place is whole, or just at the edge."""
    numbers = golden.numbers
    source = tf.constant(numbers["sampler_im"])
    offsets = tf.constant(numbers["sampler_off"])
    with tf.GradientTape() as tape:
        tape.watch((source, offsets))
        found = warp.resample(source, offsets, edges)
        total = tf.reduce_sum(found * numbers["sampler_cotangent"])
    slopes = tape.gradient(total, (source, offsets))
    arrays = {"": found, "_grad_im": slopes[0], "_grad_off": slopes[1]}
    for ending, array in arrays.items():
        expected = numbers[f"sampler_{name}{ending}"]
        tolerance = 1e-6 * max(1, np.abs(expected).max())
        np.testing.assert_allclose(array, expected, rtol=0, atol=tolerance)


def test_half_precision_counts_columns_in_float32():
    """bfloat16 has no column 257: it would read the wrong half of the picture."""
    source = np.arange(512, dtype=np.float32).reshape(1, 1, -1, 1)
    offsets = tf.fill((1, 1, 512, 1), tf.constant(1 / 512, tf.bfloat16))
    found = warp.resample(source, offsets, "replicate")
    assert found.dtype == tf.float32
    assert np.asarray(found)[0, 0, :-1, 0].tolist() == list(range(1, 512))


def test_nan_reaches_the_picture():
    """Catches TensorFlow's own error, which hides the report of a broken training."""
    offsets = row(0, np.nan, 0, 0)
    for edges in EDGES:
        found = np.asarray(warp.resample(row(1, 2, 4, 8), offsets, edges)).ravel()
        assert np.isnan(found).tolist() == [False, True, False, False]


def test_other_backends_read_the_same_columns(monkeypatch):
    random = np.random.default_rng(4)
    source = random.random((2, 3, 5, 3)).astype(np.float32)
    offsets = random.uniform(-1, 1, (2, 3, 5, 1)).astype(np.float32)
    expected = np.asarray(warp.resample(source, offsets))
    monkeypatch.setattr(keras.backend, "backend", lambda: "another")
    np.testing.assert_array_equal(warp.resample(source, offsets), expected)


def test_same_numbers_on_jax():
    if importlib.util.find_spec("jax") is None:
        pytest.skip("jax is not installed")
    program = """
import numpy as np
from monodepth import losses, warp
random = np.random.default_rng(5)
pair, outputs = random.random((2, 24, 32, 6)), {}
for n in range(4):
    outputs[f"disparity_{n + 1}"] = 0.3 * random.random((2, 24 >> n, 32 >> n, 2))
print(float(np.mean(np.square(warp.resample(pair, outputs["disparity_1"][..., :1])))))
terms = losses.terms(pair, outputs, smoothness="both", edges="replicate")
print(*[float(term) for term in terms.values()])
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
    assert len(found[0]) == 1 + 16
    np.testing.assert_allclose(*np.array(found, float), rtol=1e-5)


def test_unknown_edges_are_refused():
    with pytest.raises(
        ValueError, match=r"edges is 'grey'; expected.*black.*replicate"
    ):
        warp.resample(row(1, 2), row(0, 0), "grey")
