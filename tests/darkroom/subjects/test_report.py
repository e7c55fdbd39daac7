"""What is said of a photo."""

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
    found = str(report.Found(faces, person, guessed))
    assert said in found
    assert ("guessed" in found) == guessed
    assert "\n" not in found


def test_without_the_network_persons_are_guessed_from_faces(tmp_path, monkeypatch):
    monkeypatch.setenv("DARKROOM_CACHE", str(tmp_path))
    found = report.look(data.astronaut(), "haar")
    assert found.guessed
    assert len(found.faces) == 1
    assert found.person[130, 222] > 0.9
    assert found.person[100, 420] < 0.1
