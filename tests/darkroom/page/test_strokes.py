"""Masks that the brush paints: hard, soft, and rubbed out."""

import numpy as np
import pytest

from darkroom.page import strokes


def stroke(kind="sharp", size=0.2, points=((0.5, 0.5),)):
    return strokes.Stroke(kind, size, points)


def test_a_dab_is_a_disc_of_the_brushs_size():
    """A fifth of the longer side wide; its area is that of the disc."""
    mask = strokes.brush_mask([stroke()], "sharp", (200, 300))
    rows, columns = np.nonzero(mask)
    assert abs(rows.mean() - 99.5) < 1
    assert abs(columns.mean() - 149.5) < 1
    assert abs(len(rows) / (np.pi * 30**2) - 1) < 0.05
    assert set(np.unique(mask)) == {0, 255}


def test_a_stroke_goes_where_it_was_drawn():
    mask = strokes.brush_mask(
        [stroke(size=0.1, points=((0.1, 0.25), (0.9, 0.25)))], "sharp", (100, 200)
    )
    assert mask[25, 20:180].all()
    assert mask[14:36, 100].sum() == mask[:, 100].sum()
    assert not mask[60:].any()


def test_it_is_the_same_place_in_any_size():
    drawn = [stroke(points=((0.2, 0.3), (0.7, 0.8)))]
    small, large = (strokes.brush_mask(drawn, "sharp", (h, 2 * h)) for h in (100, 400))
    assert (small != large[2::4, 2::4]).mean() < 0.02


def test_a_brush_wider_than_opencv_draws_paints_what_it_can():
    drawn = [stroke(size=1, points=((0.5, 0.5),))]
    assert strokes.brush_mask(drawn, "sharp", (2, 40_000))[:, 4_000:36_000].all()


def test_the_later_stroke_holds():
    drawn = [stroke("sharp", 0.4), stroke("blurred", 0.2)]
    sharp, blurred = (
        strokes.brush_mask(drawn, kind, (100, 100)) for kind in strokes.BRUSHES
    )
    assert sharp[50, 50] == 0
    assert sharp[50, 33] == 255
    assert blurred[50, 50] == 255
    assert blurred[50, 33] == 0


def test_without_a_stroke_of_the_kind_there_is_no_mask():
    assert strokes.brush_mask([], "sharp", (10, 10)) is None
    assert strokes.brush_mask([stroke("blurred")], "sharp", (10, 10)) is None


def soft(kind="sharp", size=0.4, points=((0.5, 0.5),), rim=1.0):
    return strokes.Stroke(kind, size, points, rim)


def test_a_soft_dab_falls_smoothly_from_its_middle_to_its_rim():
    """Half of the radius is half painted: the fall is 3 t^2 - 2 t^3."""
    mask = strokes.brush_mask([soft()], "sharp", (200, 200)).astype(int)
    row = mask[100, 100:]
    for away, share in ((0, 1), (0.25, 0.84375), (0.5, 0.5), (0.75, 0.15625), (1, 0)):
        assert row[round(40 * away)] == pytest.approx(255 * share, abs=12)
    assert (np.diff(row) <= 0).all()
    assert abs(np.diff(row)).max() < 14  # no edge anywhere


def test_softness_is_the_share_of_the_radius_that_the_rim_takes():
    mask = strokes.brush_mask([soft(rim=0.5)], "sharp", (200, 200))
    assert (mask[100, 82:119] == 255).all()
    assert int(mask[100, 130]) == pytest.approx(127, abs=12)
    assert not mask[100, 141:].any()


def test_a_soft_stroke_is_the_same_in_any_size():
    drawn = [soft(size=0.2, points=((0.2, 0.3), (0.7, 0.8)), rim=0.6)]
    small, large = (
        strokes.brush_mask(drawn, "sharp", (h, 2 * h)).astype(int) for h in (200, 1200)
    )
    assert abs(small - large[3::6, 3::6]).max() < 24
    assert abs(small - large[3::6, 3::6]).mean() < 1


@pytest.mark.parametrize("rim", [0.0, 0.7])
def test_the_eraser_takes_either_kind_away(rim):
    for kind in strokes.BRUSHES:
        drawn = [stroke(kind, 0.4), soft("erase", 0.5, rim=rim)]
        mask = strokes.brush_mask(drawn, kind, (100, 100))
        assert mask[50, 50] == 0
        assert mask.any() == bool(rim)  # a soft one leaves what lies under its rim
    assert strokes.brush_mask([soft("erase")], "sharp", (100, 100)) is None


def test_a_soft_stroke_may_hang_out_of_the_picture():
    drawn = [soft(points=((0.0, 0.0), (1.0, 1.0)), size=1.0)]
    for size in ((1, 40), (40, 1), (30, 50)):
        assert strokes.brush_mask(drawn, "sharp", size).any()
