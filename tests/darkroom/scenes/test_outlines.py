"""Outlines and the alpha inside them."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from darkroom.scenes import outlines

KINDS = [
    outlines.blob,
    outlines.ellipse,
    outlines.board,
    outlines.person,
    outlines.branch,
]


def test_alpha_is_the_area_of_each_pixel_that_is_covered() -> None:
    """Catches an outline that is drawn half a pixel off, or fat by its edge."""
    angle = np.linspace(0, 2 * math.pi, 400, endpoint=False)
    circle = np.stack([0.5 * np.cos(angle), 0.5 + 0.5 * np.sin(angle)], 1)
    got = outlines.alpha([circle], [circle], 30.0)
    assert got.sum() == pytest.approx(math.pi * 15**2, rel=0.01)
    rows, columns = np.mgrid[: got.shape[0], : got.shape[1]] + 0.5
    assert (got * columns).sum() / got.sum() == pytest.approx(got.shape[1] / 2, abs=0.1)
    assert got.shape[0] - (got * rows).sum() / got.sum() == pytest.approx(16, abs=0.1)


def test_half_covered_pixels_are_half_opaque() -> None:
    square = np.array([[-0.5, 0.0], [0.5, 0.0], [0.5, 1.0], [-0.5, 1.0]])
    got = outlines.alpha([square], [square], 10.5)
    assert got.sum() == pytest.approx(10.5**2, rel=0.02)
    middle = got[got.shape[0] // 2]
    assert middle[middle > 0].min() == pytest.approx(0.25, abs=0.13)
    assert middle.max() == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("height", [3.3, 57.0, 140.5])
def test_every_kind_has_a_transparent_border_and_an_inside(
    kind: Callable[[np.random.Generator], list[outlines.Polygon]], height: float
) -> None:
    for seed in range(4):
        outline = kind(np.random.default_rng(seed))
        got = outlines.alpha(outline, outline, height)
        border = [got[0], got[-1], got[:, 0], got[:, -1]]
        assert not np.concatenate(border).any()
        assert height < got.shape[0] < 1.7 * height + 6
        assert got.max() == 1 or height < 10


def test_person_is_head_over_shoulders() -> None:
    parts = outlines.person(np.random.default_rng(1))
    shape = outlines.alpha(parts, parts, 100.0)
    wide = (shape > 0.5).sum(1)
    assert wide[10:25].max() < 0.7 * wide[60]
    assert wide[95] > 30
