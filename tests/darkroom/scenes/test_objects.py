"""Where things stand, how large they are, and how light falls on them."""

import numpy as np
import pytest

from darkroom.scenes import objects, stage
from darkroom.scenes.layers import Plane
from darkroom.scenes.textures import PACKAGED

SIZE, MARGIN = (60, 90), 11
FLOOR = Plane(-0.7, 0.0, 0.025)  # 0.05 at row 30, 0.8 at row 60


def room(margin: int = 500, floor: Plane | None = None) -> objects.Stage:
    return objects.Stage(SIZE, margin, floor)


@pytest.mark.parametrize("foot", [-20.0, -1.3, 62.0, 80.0, 100.0])
@pytest.mark.parametrize("middle", [-30.0, -10.0, 44.5, 97.0, 150.0])
def test_a_thing_is_cut_off_where_the_margin_ends(foot: float, middle: float) -> None:
    """Brute force: pasted on a far larger canvas, of which picture and margin are
    cut. Catches a shift by what was cut off, and an edge taken from the other side."""
    random = np.random.default_rng(0)
    colour, alpha = random.random((17, 24, 3)), random.random((17, 24))
    where = room(MARGIN)
    got = objects._stand(where, 0.5, colour, alpha, foot, middle)
    wide = np.zeros((300, 400))
    top, left = 100 + round(foot) - 16, 100 + round(middle - 12)
    wide[top : top + 17, left : left + 24] = alpha
    wanted = wide[100 - MARGIN : 160 + MARGIN, 100 - MARGIN : 190 + MARGIN]
    pasted = np.zeros_like(wanted)
    rows, columns = got.rgba.shape[:2]
    y, x = got.top + MARGIN, got.left + MARGIN
    if rows and columns:
        assert min(y, x) >= 0
        pasted[y : y + rows, x : x + columns] = got.rgba[..., 3]
    np.testing.assert_allclose(pasted, wanted, rtol=1e-6)


def test_things_stand_where_the_floor_is_as_near_as_they_are() -> None:
    """Catches things that float above a floor, or sink into it."""
    for seed in range(12):
        rng, where = np.random.default_rng(seed), room(floor=FLOOR)
        for thing in (
            objects.behind(rng, PACKAGED["train"], where, 0.4),
            objects.subject(rng, PACKAGED["train"], where, 1.0, portrait=False),
        ):
            bottom = thing.top + thing.rgba.shape[0] - 1
            at_foot = FLOOR.at_origin + FLOOR.along_y * bottom
            assert at_foot == pytest.approx(thing.plane.at_origin, abs=0.0126)


def test_what_is_three_times_as_near_is_three_times_as_tall() -> None:
    """Catches perspective lost on the way."""
    for seed in range(12):
        small, large = (
            objects.behind(
                np.random.default_rng(seed), PACKAGED["test"], room(), d
            ).rgba.shape[0]
            for d in (0.6, 1.8)
        )
        assert large / 3 == pytest.approx(small, abs=3)


def test_what_stands_before_looks_in_from_either_side() -> None:
    """Catches something large in front of the subject's place."""
    places = []
    for seed in range(30):
        thing = objects.before(
            np.random.default_rng(seed), PACKAGED["train"], room(), 0.9
        )
        places.append((thing.left + thing.rgba.shape[1] / 2) / SIZE[1])
        assert thing.top + thing.rgba.shape[0] - 1 >= SIZE[0]
    aside = np.minimum(places, 1 - np.array(places))
    assert -0.06 < aside.min() < aside.max() < 0.26
    assert 8 < sum(place < 0.5 for place in places) < 22


@pytest.mark.parametrize("split", ["train", "test"])
def test_a_portrait_s_subject_is_only_ever_a_person(split, monkeypatch) -> None:
    """Catches chances that do not fit the kinds; the test split has no cut-outs."""

    def refuse(*_):
        raise AssertionError("no person")

    for name in ("_cutout", "_blob", "_ellipse", "_board", "_branch"):
        monkeypatch.setattr(objects, name, refuse)
    for seed in range(8):
        rng = np.random.default_rng(seed)
        thing = objects.subject(rng, PACKAGED[split], room(), 1.0, portrait=True)
        assert stage.covered(thing, SIZE).mean() > 0.02


def test_light_from_one_side_takes_from_the_other_what_it_gives() -> None:
    """Catches light on all edges: on a disc, opposite points sum to twice its grey."""
    y, x = np.mgrid[:80, :80] - 39.5
    disc = np.clip(30.5 - np.hypot(y, x), 0, 1).astype(np.float32)
    lit = objects._lit(
        np.random.default_rng(1), np.full((80, 80, 3), 0.5), disc, height=60.0
    )
    assert lit.max() > 0.7
    assert lit.min() < 0.3
    np.testing.assert_allclose(lit + lit[::-1, ::-1], 1, atol=1e-3)
