"""A tiny shot with a near square, made by hand."""

import numpy as np
import pytest

from benchmarks.lens import truth


@pytest.fixture
def shot() -> truth.Shot:
    """A square at 0.8 before a wall at 0.2, focused on the square with K 10."""
    rng = np.random.default_rng(0)
    photo = rng.integers(20, 200, (48, 64, 3), np.uint8)
    disparity = np.full((48, 64), 0.2, np.float32)
    disparity[16:32, 24:40] = 0.8
    return truth.Shot("scene/0", photo, disparity, 0.8, 10.0, photo.copy())
