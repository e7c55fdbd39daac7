"""What is said of a photo, and what its picture shows."""

import numpy as np
import pytest
from skimage import data

from darkroom.subjects import fetch, report
from darkroom.subjects.face import Face

FACE = Face(3, 4, 10, 12, 0.875)


@pytest.mark.parametrize(
    ("faces", "guessed", "said"),
    [
        ([], False, "0 faces; person 25% of the picture"),
        ([FACE], False, "1 face: 10x12 at 3,4 (score 0.88); person 25% of the picture"),
        ([FACE] * 2, False, "2 faces: 10x12 at 3,4 (score 0.88), 10x12 at 3,4 (sc"),
        ([FACE], True, f"guessed from the faces (better: {fetch.COMMAND})"),
    ],
)
def test_what_was_found_is_one_line(faces, guessed, said):
    person = np.zeros((4, 4), np.float32)
    person[:2, :2] = 1
    line = str(report.Subjects(faces, person, guessed))
    assert said in line
    assert ("guessed" in line) == guessed
    assert "\n" not in line


def test_without_the_network_persons_are_guessed_from_faces(tmp_path, monkeypatch):
    monkeypatch.setenv("DARKROOM_CACHE", str(tmp_path))
    found = report.look(data.astronaut(), "haar")
    assert found.guessed
    assert len(found.faces) == 1
    assert found.person[130, 222] > 0.9
    assert found.person[100, 420] < 0.1


def test_persons_stay_bright_and_the_rest_is_dimmed():
    picture = np.full((50, 80, 3), 200, np.uint16) * 257
    person = np.zeros((50, 80), np.float32)
    person[:, 40:] = 1
    shown = report.Subjects([], person, False).overlay(picture)
    assert shown.dtype == np.uint8
    assert (shown[:, :40] == 60).all()
    assert (shown[:, 40:] == 200).all()


def test_a_box_is_drawn_around_a_face_and_not_over_it():
    picture = np.zeros((60, 80, 3), np.uint8)
    face = Face(20, 10, 30, 40)
    person = np.ones((60, 80), np.float32)
    shown = report.Subjects([face], person, False).overlay(picture)
    drawn = np.argwhere(shown.any(axis=-1))
    assert np.abs(drawn.min(axis=0) - (10, 20)).max() <= 1
    assert np.abs(drawn.max(axis=0) - (50, 50)).max() <= 1
    assert not shown[13:47, 23:47].any()
    assert not picture.any()
