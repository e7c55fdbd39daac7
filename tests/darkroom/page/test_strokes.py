"""What the brush has painted."""

import numpy as np
import pytest

from darkroom.page import strokes


def stroke(kind="sharp", size=0.2, points=((0.5, 0.5),)):
    return {"kind": kind, "size": size, "points": [list(point) for point in points]}


def test_a_dab_is_a_disc_of_the_brushs_size():
    """A fifth of the longer side wide; its area is that of the disc."""
    mask = strokes.mask([stroke()], "sharp", (200, 300))
    rows, columns = np.nonzero(mask)
    assert abs(rows.mean() - 99.5) < 1
    assert abs(columns.mean() - 149.5) < 1
    assert abs(len(rows) / (np.pi * 30**2) - 1) < 0.05
    assert set(np.unique(mask)) == {0, 255}


def test_a_stroke_goes_where_it_was_drawn():
    mask = strokes.mask(
        [stroke(size=0.1, points=((0.1, 0.25), (0.9, 0.25)))], "sharp", (100, 200)
    )
    assert mask[25, 20:180].all()
    assert mask[14:36, 100].sum() == mask[:, 100].sum()
    assert not mask[60:].any()


def test_it_is_the_same_place_in_any_size():
    drawn = [stroke(points=((0.2, 0.3), (0.7, 0.8)))]
    small, large = (strokes.mask(drawn, "sharp", (h, 2 * h)) for h in (100, 400))
    assert (small != large[2::4, 2::4]).mean() < 0.02


def test_the_later_stroke_holds():
    drawn = [stroke("sharp", 0.4), stroke("blurred", 0.2)]
    sharp, blurred = (strokes.mask(drawn, kind, (100, 100)) for kind in strokes.KINDS)
    assert sharp[50, 50] == 0
    assert sharp[50, 33] == 255
    assert blurred[50, 50] == 255
    assert blurred[50, 33] == 0


def test_without_a_stroke_of_the_kind_there_is_no_mask():
    assert strokes.mask([], "sharp", (10, 10)) is None
    assert strokes.mask([stroke("blurred")], "sharp", (10, 10)) is None


@pytest.mark.parametrize(
    "bad",
    [
        "stroke",
        {},
        stroke(kind="soft"),
        stroke(size=0),
        stroke(size=float("nan")),
        stroke(size="1"),
        stroke(points=()),
        stroke(points=((0.5,),)),
        stroke(points=((0.5, float("nan")),)),
        stroke(points=((0.5, 1.5),)),
        {"kind": "sharp", "size": 0.1, "points": [[0.1, 0.2], [0.3]]},
    ],
)
def test_what_is_no_stroke_is_refused(bad):
    strokes.check([stroke()])
    with pytest.raises(ValueError, match="a brush stroke came as"):
        strokes.check([stroke(), bad])
