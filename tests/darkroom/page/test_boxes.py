"""A box around what should be sharp becomes a depth."""

import numpy as np
import pytest

from darkroom.page import boxes


def scene():
    """A red disc on a green ground, and where it is."""
    y, x = np.mgrid[:120, :160]
    disc = (x - 90) ** 2 + (y - 60) ** 2 <= 30**2
    picture = np.where(disc[..., None], (200, 40, 30), (40, 110, 60))
    noise = np.random.default_rng(0).integers(0, 12, picture.shape)
    return (picture + noise).astype(np.uint8), disc


def test_what_the_box_holds_stands_before_the_rest():
    picture, disc = scene()
    disparity, mask = boxes.depth(picture, (0.3, 0.2, 0.5, 0.6))
    assert disparity.shape == mask.shape == disc.shape
    inside = mask >= 0.5
    assert (inside & disc).sum() / (inside | disc).sum() > 0.97
    assert np.ptp(disparity[inside]) == 0  # it stands upright
    assert (disparity[:30][~inside[:30]] == 0).all()  # above it all is far away
    feet = np.flatnonzero(inside.any(1))[-1]
    assert disparity[feet, 5] == pytest.approx(disparity[60, 90], abs=0.02)


@pytest.mark.parametrize(
    "text",
    [
        *("", "0,0,1", "a,b,c,d", "0,0,nan,1", "-0.1,0,0.5,0.5", "0.6,0,0.5,0.5"),
        *("0,0,0.01,0.5", "0.1,0.1,inf,0.3", "0.1,0.1,0.3,0.3,0.3"),
    ],
)
def test_what_is_no_box_is_one_sentence(text):
    with pytest.raises(ValueError, match="expected x,y,w,h in fractions"):
        boxes.parse(text)


def test_a_box_is_spelled_as_it_is_read():
    box = (0.1, 0.25, 0.3333, 0.5)
    assert boxes.parse(boxes.spelled(box)) == box


def test_a_box_around_nothing_is_one_sentence():
    flat = np.full((60, 80, 3), 90, np.uint8)
    with pytest.raises(ValueError, match="draw it closer"):
        boxes.depth(flat, (0.0, 0.0, 1.0, 1.0))
