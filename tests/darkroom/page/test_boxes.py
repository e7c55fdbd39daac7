"""A box around what should be sharp, as the page sends it."""

import pytest

from darkroom.page import boxes


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
