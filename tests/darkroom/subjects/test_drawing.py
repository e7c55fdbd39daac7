"""What the picture with boxes shows."""

import numpy as np

from darkroom.subjects import drawing
from darkroom.subjects.face import Face


def test_persons_stay_bright_and_the_rest_is_dimmed():
    picture = np.full((50, 80, 3), 200, np.uint16) * 257
    person = np.zeros((50, 80), np.float32)
    person[:, 40:] = 1
    shown = drawing.overlay(picture, [], person)
    assert shown.dtype == np.uint8
    assert (shown[:, :40] == 60).all()
    assert (shown[:, 40:] == 200).all()


def test_a_box_is_drawn_around_a_face_and_not_over_it():
    picture = np.zeros((60, 80, 3), np.uint8)
    face = Face(20, 10, 30, 40)
    shown = drawing.overlay(picture, [face], np.ones((60, 80), np.float32))
    drawn = np.argwhere(shown.any(axis=-1))
    assert np.abs(drawn.min(axis=0) - (10, 20)).max() <= 1
    assert np.abs(drawn.max(axis=0) - (50, 50)).max() <= 1
    assert not shown[13:47, 23:47].any()
    assert not picture.any()
