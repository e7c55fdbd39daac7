"""Where a photo is sharp."""

import numpy as np
import pytest

from darkroom import subjects
from darkroom.io import depth_maps
from darkroom.render import autofocus
from darkroom.render.surface import Spread
from darkroom.subjects import segmentation
from darkroom.subjects.box import Boxed

HEIGHT, WIDTH = 60, 90
PICTURE = np.zeros((HEIGHT, WIDTH, 3), np.uint8)


def scene(*boxes: tuple[float, int, int, int, int]) -> np.ndarray:
    """Far away everywhere but in boxes (disparity, top, bottom, left, right)."""
    disparity = np.full((HEIGHT, WIDTH), 0.1, np.float32)
    for value, top, bottom, left, right in boxes:
        disparity[top:bottom, left:right] = value
    return disparity


@pytest.fixture(autouse=True)
def nobody(monkeypatch):
    """A photo without faces, a machine without the network of persons."""
    monkeypatch.setattr(subjects, "faces", lambda picture: [], raising=False)
    monkeypatch.setattr(subjects, "has_person_network", lambda: False, raising=False)


def meet(monkeypatch, *faces):
    monkeypatch.setattr(subjects, "faces", lambda picture: list(faces), raising=False)


def test_a_point_is_counted_from_the_left_and_from_the_top():
    """Catches x and y, or width and height, the other way round."""
    disparity = scene((0.8, 0, 20, 70, 90))
    found = autofocus.find(autofocus.parse("0.9,0.2", None, None), PICTURE, disparity)
    assert found.disparity == pytest.approx(0.8)
    assert found.subject is None
    assert "0.9,0.2" in found.name


def test_a_disparity_is_taken_as_it_is():
    found = autofocus.find(autofocus.parse(None, 0.0, None), PICTURE, scene())
    assert found.disparity == 0


def test_a_face_comes_first_and_all_of_it_belongs_into_focus(monkeypatch):
    """A third of the face has a wrong depth, which must not blur it."""
    meet(monkeypatch, subjects.Face(30, 10, 20, 30))
    disparity = scene(
        (0.6, 0, 60, 25, 60), (0.95, 20, 60, 60, 90), (0.9, 8, 20, 25, 60)
    )
    found = autofocus.find(autofocus.FocusRequest(), PICTURE, disparity)
    assert found.disparity == pytest.approx(0.6)
    assert "face" in found.name
    assert found.subject[25, 40] == found.subject[12, 40] == 1
    assert found.subject[11, 31] == found.subject[25, 52] == found.subject[5, 40] == 0
    assert found.subject.sum() == pytest.approx(np.pi / 4 * 20 * 30, rel=0.03)


def test_a_person_comes_next(monkeypatch):
    mask = scene((1, 10, 60, 10, 40)) * (scene((1, 10, 60, 10, 40)) > 0.5)
    monkeypatch.setattr(subjects, "has_person_network", lambda: True, raising=False)
    person = segmentation.Person(mask)
    monkeypatch.setattr(subjects, "find_person", lambda *_: person, raising=False)
    disparity = scene((0.5, 10, 60, 10, 40), (0.9, 0, 60, 50, 90))
    found = autofocus.find(autofocus.FocusRequest(), PICTURE, disparity)
    assert found.disparity == pytest.approx(0.5)
    assert found.subject is mask
    assert autofocus.find(
        autofocus.FocusRequest(on="nearest"), PICTURE, disparity
    ).disparity == pytest.approx(0.9)


def test_what_is_in_a_box_comes_into_focus_with_its_note():
    mask = (scene((1, 10, 50, 20, 60)) > 0.5).astype(np.float32)
    disparity = scene((0.5, 10, 50, 20, 60), (0.9, 0, 60, 70, 90))
    request = autofocus.parse(None, None, None, "0.2,0.1,0.5,0.8")
    assert request.box == (0.2, 0.1, 0.5, 0.8)
    found = autofocus.find(request, PICTURE, disparity, boxed=Boxed(mask, "; so"))
    assert (found.disparity, found.note) == (pytest.approx(0.5), "; so")
    assert found.subject is mask
    assert found.band(None) == pytest.approx((0.5, 0))
    both = autofocus.parse("0.9,0.5", None, None, "0.2,0.1,0.5,0.8")
    pointed = autofocus.find(both, PICTURE, disparity, boxed=Boxed(mask))
    assert (pointed.disparity, pointed.subject) == (pytest.approx(0.9), None)


def test_a_speck_is_no_person(monkeypatch):
    monkeypatch.setattr(subjects, "has_person_network", lambda: True, raising=False)
    speck = (scene((1, 0, 5, 0, 5)) > 0.5).astype(np.float32)
    person = segmentation.Person(speck)
    monkeypatch.setattr(subjects, "find_person", lambda *_: person, raising=False)
    disparity = scene((0.9, 0, 60, 50, 90))
    assert autofocus.find(
        autofocus.FocusRequest(), PICTURE, disparity
    ).disparity == pytest.approx(0.9)
    with pytest.raises(ValueError, match="no person was found; pass --focus x,y"):
        autofocus.find(autofocus.FocusRequest(on="person"), PICTURE, disparity)


def test_a_face_that_was_asked_for_and_is_not_there_is_an_error():
    with pytest.raises(ValueError, match="no face was found; pass --focus x,y"):
        autofocus.find(autofocus.FocusRequest(on="face"), PICTURE, scene())


def test_faces_are_sharp_together_as_many_as_one_band_holds(monkeypatch):
    """By hand: faces at 0.4, 0.5 and 0.52 fit; the largest, at 0.9, does not."""
    at = {0: 0.9, 25: 0.4, 45: 0.5, 65: 0.52}
    faces = [subjects.Face(x, 20, 16, 16) for x in at]
    meet(monkeypatch, *faces)
    boxes = ((d, 20, 36, x, x + 16) for x, d in at.items())
    disparity = scene(*boxes)
    request = autofocus.parse(None, None, "faces")
    found = autofocus.find(request, PICTURE, disparity)
    assert found.name == "3 of 4 faces"
    assert found.band(None) == pytest.approx((0.46, 0.12))
    assert found.band(0.3) == pytest.approx((0.46, 0.3))
    shown = [found.subject[28, face.x + 8] for face in faces]
    assert shown == [0, 1, 1, 1]
    narrow = autofocus.find(request, PICTURE, disparity, 0.05)
    assert (narrow.name, narrow.disparity) == ("2 of 4 faces", pytest.approx(0.51))
    leaning = np.where(np.abs(disparity - 0.5) < 0.15, disparity, 0.1)
    leaning[20:36, 65:81] = np.linspace(0.45, 0.6, 16, dtype=np.float32)[:, None]
    deep = autofocus.find(request, PICTURE, leaning)
    assert deep.spread.high - deep.spread.low <= 0.16  # not all of 0.4 to 0.6
    wide = autofocus.find(request, PICTURE, disparity, 0.5)
    assert (wide.name, wide.disparity) == ("4 of 4 faces", pytest.approx(0.65))
    meet(monkeypatch)
    with pytest.raises(ValueError, match="no face was found; pass --focus x,y"):
        autofocus.find(request, PICTURE, disparity)


@pytest.mark.parametrize(
    ("at", "widest", "held"),
    [
        ([0.5], 0.0, [0]),
        ([0.2, 0.8, 0.5], 0.1, [0]),  # each alone: the first
        ([0.8, 0.2, 0.25], 0.1, [1, 2]),
        ([0.2, 0.8, 0.75, 0.25], 0.1, [0, 3]),  # two pairs: that of the first
        ([0.2, 0.3, 0.4], 0.2, [0, 1, 2]),
    ],
)
def test_the_most_that_one_band_holds(at, widest, held):
    assert autofocus.together(at, widest) == held


def test_the_band_is_as_deep_as_what_is_in_focus():
    """A board that leans from 0.6 to 0.7, before a wall: exactly it, from any point."""
    disparity = scene()
    disparity[10:50, 20:60] = np.linspace(0.6, 0.7, 40, dtype=np.float32)[:, None]
    for point in ("0.3,0.2", "0.5,0.5", "0.6,0.8"):
        found = autofocus.find(autofocus.parse(point, None, None), PICTURE, disparity)
        assert found.band("auto") == pytest.approx((0.65, 0.1), abs=0.002), point
        assert found.band(0.0) == (found.disparity, 0.0)
    given = autofocus.find(autofocus.parse(None, 0.6, None), PICTURE, disparity)
    assert given.band(None) == (0.6, 0)
    near = autofocus.find(autofocus.ANYTHING, PICTURE, disparity)
    assert near.band(None) == pytest.approx((0.65, 0.1), abs=0.002)


def test_half_of_a_face_is_no_edge_of_the_band(monkeypatch):
    """The band is that of the head around the face, not of what stands beside it."""
    meet(monkeypatch, subjects.Face(30, 10, 20, 30))
    disparity = scene((0.5, 0, 60, 60, 90))
    disparity[5:45, 25:55] = np.linspace(0.62, 0.68, 30, dtype=np.float32)
    found = autofocus.find(autofocus.ANYTHING, PICTURE, disparity)
    assert found.spread == pytest.approx(Spread(0.62, 0.68), abs=0.002)


def test_the_network_s_absence_is_said_only_to_who_asks(monkeypatch):
    def absent(picture, faces):
        raise ValueError("fetch it once")

    monkeypatch.setattr(subjects, "find_person", absent, raising=False)
    autofocus.find(autofocus.FocusRequest(), PICTURE, scene((0.9, 0, 60, 50, 90)))
    with pytest.raises(ValueError, match="fetch it once"):
        autofocus.find(autofocus.FocusRequest(on="person"), PICTURE, scene())


def test_the_nearest_large_thing():
    thing, twig = (0.7, 15, 45, 30, 60), (0.95, 0, 60, 5, 7)
    assert autofocus.nearest(scene(thing, twig)) == pytest.approx(0.7)
    assert autofocus.nearest(scene(thing, (0.9, 20, 40, 45, 75))) == pytest.approx(0.9)


def test_the_floor_at_one_s_feet_is_not_the_subject():
    """Catches the nearest pixels of all, which most photos have at their bottom."""
    disparity = scene((0.7, 15, 45, 30, 60))
    disparity[50:] = np.linspace(0.75, 1, 10)[:, None]
    assert autofocus.nearest(disparity) == pytest.approx(0.7)


def test_noise_does_not_tear_a_thing_apart():
    noise = np.random.Generator(np.random.PCG64(1)).normal(0, 0.01, (HEIGHT, WIDTH))
    disparity = scene((0.7, 15, 45, 30, 60)) + noise
    assert autofocus.nearest(disparity) == pytest.approx(0.7, abs=0.005)


def test_a_picture_of_one_depth_has_its_focus_there():
    assert autofocus.nearest(np.full((3, 5), 0.3, np.float32)) == pytest.approx(0.3)


def test_the_subjects_of_real_photos(shared):
    """By eye: the quince, the knob of the railing, two house signs."""
    wanted = {"2": (0.85, 0.98), "5": (0.8, 1), "7": (0.8, 0.95), "9": (0.62, 0.8)}
    folder = shared / "data" / "photos_with_depth" / "depth_maps"
    if not folder.is_dir():
        pytest.skip(f"{folder} is missing: photos with depth are there")
    for name, (low, high) in wanted.items():
        depth = depth_maps.read(folder / f"{name}.png")
        depth = (depth - depth.min()) / (depth.max() - depth.min())
        assert low < autofocus.nearest(depth) < high, name


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("0.5,0.5", 0.5, None), "--focus and --focus_disparity were given"),
        ((None, 0.0, "face"), "--focus_disparity and --focus_on were given"),
        ((None, None, None, "0.1,0.2,0.3"), "--subject is 0.1,0.2,0.3; expected x,y,w"),
        (("here", None, None), "--focus is here; expected x,y"),
        (("0.5", None, None), "--focus is 0.5; expected x,y"),
        (("0.1,0.2,0.3", None, None), "expected x,y"),
    ],
)
def test_flags_that_say_no_place_are_refused(flags, said):
    with pytest.raises(ValueError, match=said):
        autofocus.parse(*flags)


@pytest.mark.parametrize("point", ["1.2,0.5", "0.5,-0.1", "nan,0.5"])
def test_a_point_outside_the_picture_is_refused(point):
    with pytest.raises(ValueError, match="outside the picture"):
        autofocus.find(autofocus.parse(point, None, None), PICTURE, scene())


@pytest.mark.parametrize("shape", [(1, 5000), (5000, 1), (1, 1), (2, 900)])
def test_the_nearest_of_a_line(shape):
    """Catches a sample that misses a picture of one row."""
    assert autofocus.nearest(np.full(shape, 0.25, np.float32)) == 0.25
