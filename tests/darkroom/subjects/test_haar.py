"""The cascade's conditions; its finds are tested in test_detection."""

import cv2
import numpy as np
import pytest

from darkroom.subjects import haar


def test_an_opencv_without_cascades_is_named(monkeypatch):
    monkeypatch.delattr(cv2, "CascadeClassifier")
    with pytest.raises(ValueError, match=r"no face cascades; .*opencv.*<5"):
        haar.find(np.zeros((40, 40, 3), np.uint8))


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 3000, 3), (30, 20, 3)])
def test_pictures_smaller_than_a_face_have_none(shape):
    assert haar.find(np.zeros(shape, np.uint8)) == []
