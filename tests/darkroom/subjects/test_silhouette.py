"""The guess of a person from a face, on a drawn bust and on a real one."""

import numpy as np
import pytest
from skimage import data

from darkroom import subjects


def test_the_drawn_person_is_found_beyond_the_guess():
    """A body narrower and a head larger than the guess: the colours decide."""
    y, x = np.mgrid[:300, :400]
    head = ((x - 200) / 30) ** 2 + ((y - 80) / 42) ** 2 < 1
    body = (y > 110) & (np.abs(x - 200) < np.minimum(15 + y - 110, 70))
    person = head | body
    picture = np.where(person[..., None], (200, 120, 90), (60, 90, 120))
    noise = np.random.Generator(np.random.PCG64(1)).integers(-9, 9, picture.shape)
    face = subjects.Face(175, 60, 50, 56)
    mask = subjects.portrait((picture + noise).astype(np.uint8), face)
    assert mask.shape == (300, 400)
    assert mask.dtype == np.float32
    found = mask > 0.5
    assert (found & person).sum() / (found | person).sum() > 0.95


def test_a_real_person_is_mostly_in_it():
    picture = data.astronaut()
    mask = subjects.portrait(picture, subjects.Face(173, 68, 106, 106))
    for x, y in ((222, 40), (222, 130), (100, 330), (300, 320), (220, 480)):
        assert mask[y, x] > 0.9  # hair, face, both shoulders, chest
    for x, y in ((60, 60), (420, 100), (330, 60), (480, 250)):
        assert mask[y, x] < 0.1  # flag, shuttle, wall


@pytest.mark.parametrize("dark", [0, 40])
@pytest.mark.parametrize(
    "box", [(0, 0, 64, 48), (0, 0, 1, 1), (63, 47, 1, 1), (20, 10, 12, 12)]
)
def test_any_face_and_an_even_picture_give_a_mask(box, dark):
    """Catches OpenCV's failed assertions where there is nothing to part."""
    picture = np.full((48, 64, 3), dark, np.uint8)
    mask = subjects.portrait(picture, subjects.Face(*box))
    assert mask.shape == (48, 64)
    assert mask[box[1] + box[3] // 2, box[0] + box[2] // 2] > 0.5


def test_it_is_the_same_every_time():
    picture = data.astronaut()[:200, 100:350]
    face = subjects.Face(73, 68, 106, 106)
    first = subjects.portrait(picture, face)
    np.random.default_rng().random()
    np.testing.assert_array_equal(subjects.portrait(picture, face), first)
