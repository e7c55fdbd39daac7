"""Real things, cut out of their photos."""

import cv2
import numpy as np
import pytest

from darkroom.scenes import cutouts, photos
from darkroom.scenes.textures import PACKAGED


@pytest.mark.parametrize(
    ("name", "inside", "outside"),
    [
        ("astronaut", [(225, 110), (250, 500), (500, 500)], [(60, 100), (450, 300)]),
        ("camera", [(230, 110), (100, 300), (20, 500)], [(20, 200), (280, 180)]),
        ("motorcycle", [(196, 317), (605, 360), (400, 380)], [(200, 430), (110, 120)]),
        ("coffee", [(279, 239), (292, 115)], [(100, 100), (460, 370)]),
    ],
)
def test_the_thing_is_inside_and_what_is_around_it_is_not(
    name: str, inside: list[tuple[int, int]], outside: list[tuple[int, int]]
) -> None:
    """Catches x and y swapped, and an alpha cut elsewhere than its photo.

    The points are (x, y) in the whole photo.
    """
    photo, alpha = cutouts.read(name)
    match = cv2.matchTemplate(photos.read(name), photo.copy(), cv2.TM_SQDIFF)
    left, top = cv2.minMaxLoc(match)[2]
    assert all(alpha[y - top, x - left] == 1 for x, y in inside)
    assert all(alpha[y - top, x - left] == 0 for x, y in outside)


def test_a_person_whom_the_photo_cuts_off_does_not_fade_there() -> None:
    """Catches a blur that takes what is outside of the photo for transparent."""
    for name in PACKAGED["train"].persons:
        alpha = cutouts.read(name)[1]
        assert (alpha[-1] == 1).mean() > 0.3


@pytest.mark.parametrize("height", [1.2, 40.0, 700.5])
def test_colour_and_alpha_are_scaled_and_mirrored_together(height: float) -> None:
    """Catches a mirrored alpha over a plain photo, and cubic overshoot."""
    photo, alpha = cutouts.scaled("astronaut", height, mirror=False)
    mirrored = cutouts.scaled("astronaut", height, mirror=True)
    np.testing.assert_array_equal(mirrored[0], photo[:, ::-1])
    np.testing.assert_array_equal(mirrored[1], alpha[:, ::-1])
    assert photo.shape == (*alpha.shape, 3)
    assert alpha.shape[0] == np.ceil(height) + 2
    assert 0 <= photo.min() <= photo.max() <= 1
    assert 0 <= alpha.min() <= alpha.max() <= 1


@pytest.mark.parametrize("name", ["astronaut", "camera", "motorcycle", "coffee"])
def test_cutouts_are_things_with_soft_edges(name: str) -> None:
    photo, alpha = cutouts.scaled(name, 120.0, mirror=False)
    assert photo.shape[:2] == alpha.shape
    assert alpha.shape[0] == 122
    assert not np.concatenate([alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]]).any()
    assert 0.3 < (alpha > 0.5).mean() < 0.9
    assert ((alpha > 0.1) & (alpha < 0.9)).mean() > 0.005
    mirrored = cutouts.scaled(name, 120.0, mirror=True)[1]
    np.testing.assert_array_equal(mirrored, alpha[:, ::-1])
