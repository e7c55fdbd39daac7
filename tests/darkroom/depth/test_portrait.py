"""A guessed depth: a person stands upright on the floor, before infinity."""

import numpy as np
import pytest

from darkroom import subjects
from darkroom.depth import portrait
from darkroom.subjects import segmentation

PICTURE = np.zeros((100, 80, 3), np.uint8)


@pytest.fixture
def scene(monkeypatch):
    """Sets what is found in the photo: a mask by the network, faces, masks by faces."""

    def stage(mask=None, faces=(), by_face=None, unsure=0.0):
        monkeypatch.setattr(subjects, "has_person_network", lambda: mask is not None)
        person = segmentation.Person(mask, unsure)
        monkeypatch.setattr(subjects, "find_person", lambda picture, faces: person)
        monkeypatch.setattr(subjects, "faces", lambda picture: list(faces))
        monkeypatch.setattr(subjects, "portrait", lambda picture, face: by_face(face))

    return stage


def standing(top, bottom, left=30, right=50):
    mask = np.zeros((100, 80), np.float32)
    mask[top:bottom, left:right] = 0.9
    mask[top:bottom, left - 1] = 0.3  # a soft edge
    return mask


def test_lower_is_nearer():
    ramp = portrait.prior(5, 3)
    np.testing.assert_array_equal(ramp[:, 1], [0, 0.25, 0.5, 0.75, 1])
    assert (ramp == ramp[:, :1]).all()


def test_a_person_is_as_near_as_the_floor_at_their_feet(scene):
    """The floor: 0 at the eyes' height, 0.75 at the feet, evenly in between."""
    scene(standing(10, 90), [subjects.Face(36, 12, 8, 10)])
    found = portrait.guess(PICTURE).disparity
    assert found.shape == (100, 80)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found[10:90, 30:50], np.float32(0.75))
    floor = found[:, 0]
    assert (floor[:17] == 0).all()
    assert floor[90] == pytest.approx(0.75)
    assert floor[53] == pytest.approx(0.75 / 2)
    assert floor[99] > 0.75
    assert found[40, 29] == floor[40]  # no value between person and floor


def test_the_feet_of_a_bust_are_below_the_picture(scene):
    """Catches: a floor that comes as near as the person in a close portrait."""
    scene(standing(20, 100), [subjects.Face(36, 25, 20, 25)])
    assert portrait.guess(PICTURE).disparity[99, 0] < 0.3
    scene(standing(20, 100))
    assert portrait.guess(PICTURE).disparity[99, 0] < 0.3


def test_faces_stand_in_for_the_network_but_small_ones_do_not(scene):
    large, other, passer = (
        subjects.Face(x, 20, side, side) for x, side in ((10, 20), (50, 14), (75, 4))
    )

    def by_face(face):
        return standing(20, 95, face.x, face.x + face.width)

    scene(None, [large, other, passer], by_face)
    person = portrait.guess(PICTURE).disparity[22] == np.float32(0.75)
    assert np.flatnonzero(person).tolist() == [*range(10, 30), *range(50, 64)]
    scene(np.zeros((100, 80)), [large], by_face)  # where the network sees nobody
    assert portrait.guess(PICTURE) is not None


def test_without_a_person_there_is_no_guess(scene):
    scene(None)
    assert portrait.guess(PICTURE) is None
    scene(np.full((100, 80), 0.4, np.float32))
    assert portrait.guess(PICTURE) is None


def test_what_is_in_a_box_stands_there_like_a_person(scene):
    """Catches a face beside it that sets the horizon, or persons who are sought."""
    scene(None, [subjects.Face(60, 40, 8, 10)])
    cup = np.zeros((100, 80), np.float32)
    cup[50:90, 20:40] = 1
    found = portrait.guess(PICTURE, cup)
    assert found.note == ""
    assert (found.disparity[50:90, 20:40] == np.float32(0.75)).all()
    floor = found.disparity[:, 0]
    assert (floor[:53] == 0).all()  # a tenth below its top: 50 + 0.1 * 39
    assert floor[90] == pytest.approx(0.75)


def test_an_unsure_network_says_so_and_what_helps(scene):
    scene(standing(10, 90), unsure=0.2)
    assert portrait.guess(PICTURE).note == ""
    scene(standing(10, 90), unsure=0.4)
    note = portrait.guess(PICTURE).note
    assert "unsure over 40% of their size" in note
    assert "darkroom page" in note and "--subject x,y,width,height" in note
