"""What is in a box: a drawn thing whose outline is known, and boxes that are none."""

import numpy as np
import pytest

from darkroom.subjects import box, fetch, segmentation

Y, X = np.mgrid[:240, :320]
THING = (np.hypot(X - 160, Y - 120) < 60) | (
    (np.abs(X - 160) < 12) & (Y >= 120) & (Y < 210)
)
AROUND = (100 / 320 - 0.03, 60 / 240 - 0.03, 120 / 320 + 0.06, 150 / 240 + 0.06)


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    monkeypatch.setattr(fetch, "has_person_network", lambda: False)


def photo(kind=np.uint8):
    """A red thing before a mottled green wall."""
    rng = np.random.Generator(np.random.PCG64(6))
    picture = np.where(THING[..., None], (190, 70, 60), (70, 120, 80))
    picture = np.clip(picture + rng.normal(0, 12, picture.shape), 0, 255)
    return picture.astype(kind) if kind is np.uint8 else (picture / 255).astype(kind)


@pytest.mark.parametrize("kind", [np.uint8, np.float32])
def test_the_thing_is_cut_out_at_its_outline(kind):
    mask, note = box.boxed(photo(kind), AROUND)
    assert (mask.shape, mask.dtype, note) == ((240, 320), np.float32, "")
    found = mask >= 0.5
    assert (found & THING).sum() / (found | THING).sum() > 0.97
    assert mask[:40].max() == mask[:, :60].max() == 0
    np.testing.assert_array_equal(box.boxed(photo(kind), AROUND).mask, mask)


def test_where_nothing_stands_out_its_oval_is_taken_and_that_is_said(monkeypatch):
    """By hand: an oval fills pi / 4 of its box."""
    monkeypatch.setattr(box.cut, "grab", lambda picture, labels, rounds: 0.0 * labels)
    mask, note = box.boxed(photo(), (0.25, 0.25, 0.5, 0.5))
    assert "nothing in the box stands out" in note
    assert (mask >= 0.5).mean() == pytest.approx(np.pi / 16, abs=0.02)


@pytest.mark.parametrize("place", [(0, 0, 1e-6, 1e-6), (0.99, 0.99, 0.01, 0.01)])
def test_a_box_of_a_pixel_has_something_in_it(place):
    assert box.boxed(photo()[:40, :50], place).mask.max() >= 0.5


def test_a_person_that_it_was_drawn_around_is_the_network_s(monkeypatch):
    mask = np.zeros((240, 320), np.float32)
    mask[60:210, 100:220] = 0.9
    person = segmentation.Person(mask)
    monkeypatch.setattr(fetch, "has_person_network", lambda: True)
    monkeypatch.setattr(segmentation, "find_person", lambda picture: person)
    np.testing.assert_array_equal(box.boxed(photo(), AROUND).mask, mask)
    beside = box.boxed(photo(), (0.6, 0.3, 0.35, 0.6)).mask  # half of them is out of it
    assert not np.array_equal(beside > 0, mask > 0)
    monkeypatch.setattr(
        segmentation, "find_person", lambda picture: segmentation.Person(mask, 0.5)
    )
    assert box.boxed(photo(), AROUND).mask[70, 105] < 0.5  # a corner of that mask


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0.5,0.5", "--subject is 0.5,0.5; expected x,y,width,height of a box in fr"),
        ("a,b,c,d", "--subject is a,b,c,d; expected"),
        ("0.5,0.5,0.6,0.2", "box 0.5,0.5,0.6,0.2 is not inside the photo; expected x"),
        ("0.5,0.5,0,0.2", "is not inside the photo"),
        ("nan,0,1,1", "is not inside the photo"),
        ("100,100,300,200", "is not inside the photo"),
        ("0,0,1,1", "the box is all of the photo; expected one around"),
    ],
)
def test_what_is_no_box_is_one_sentence(text, said):
    with pytest.raises(ValueError, match=said):
        box.parse(text)
