"""What is said of a photo, and where its picture goes."""

import pathlib

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


def test_the_output_is_a_file_or_goes_into_a_folder(tmp_path):
    def output(show, photos=1):
        return report.output(pathlib.Path("a/photo.png"), show, photos, False)

    assert output(None) is None
    assert output("b/shown.png") == pathlib.Path("b/shown.png")
    assert output("b/shown", 2) == pathlib.Path("b/shown/photo.jpg")
    (tmp_path / "with.dot").mkdir()
    assert output(str(tmp_path / "with.dot")) == tmp_path / "with.dot" / "photo.jpg"
    with pytest.raises(
        ValueError, match=r"one.jpg is one file for 2 photos; pass a fo"
    ):
        output("one.jpg", 2)


def test_nothing_is_replaced_unasked_and_the_photo_never(tmp_path):
    photo, shown = tmp_path / "photo.jpg", tmp_path / "shown.jpg"
    photo.touch()
    shown.touch()
    with pytest.raises(ValueError, match="is there already; pass --overwrite"):
        report.output(photo, str(shown), 1, False)
    assert report.output(photo, str(shown), 1, True) == shown
    for show in (photo, tmp_path):
        with pytest.raises(ValueError, match="would replace the photo itself"):
            report.output(photo, str(show), 1, True)
