"""The exact gather beside a sum over every pixel of the picture."""

import sys

import numpy as np
import pytest

from benchmarks.lens import gather


def disc_mean(linear, y, x, radius):
    """The mean of the disc by brute force, of a mirrored picture."""
    border = int(radius) + 2
    wide = np.pad(linear, ((border, border), (border, border), (0, 0)), "symmetric")
    rows, columns = np.ogrid[: wide.shape[0], : wide.shape[1]]
    away = np.hypot(rows - y - border, columns - x - border)
    weight = np.clip(radius + 0.5 - away, 0, 1)[..., None]
    return (weight * wide).sum((0, 1)) / weight.sum()


def test_every_pixel_is_the_mean_of_its_own_disc() -> None:
    """Catches rows and columns exchanged, a neighbour's radius, a rim cut off."""
    rng = np.random.default_rng(3)
    linear = rng.random((11, 17, 3), np.float32)
    blur_radius = rng.uniform(0, 6, (11, 17)).astype(np.float32)
    blurred = gather.gather(linear, blur_radius)
    for y, x in ((0, 0), (5, 8), (10, 16), (3, 14)):
        wanted = disc_mean(linear, y, x, blur_radius[y, x])
        np.testing.assert_allclose(blurred[y, x], wanted, atol=1e-5)


def test_without_radius_nothing_changes() -> None:
    linear = np.random.default_rng(4).random((5, 7, 3), np.float32)
    np.testing.assert_array_equal(
        gather.gather(linear, np.zeros((5, 7), np.float32)), linear
    )


def test_without_its_compiler_a_sentence_says_so(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    gather._compiled.cache_clear()
    flat = np.ones((5, 7, 3), np.float32)
    with pytest.raises(ValueError, match="and there is none: pip install numba"):
        gather.gather(flat, flat[..., 0])
