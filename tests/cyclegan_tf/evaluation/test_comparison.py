"""Methods beside one another, with networks that are plain functions."""

import cv2
import numpy as np
import pytest

from cyclegan_tf import generator
from cyclegan_tf.data import encoding, folders
from cyclegan_tf.evaluation import comparison
from cyclegan_tf.weights import GeneratorCard
from darkroom.io import images


def network(run, task="portrait"):
    return generator.Generator(run, GeneratorCard(task, (32, 32), 4))


def same(pictures):
    return pictures


def blurred(pictures):
    return cv2.GaussianBlur(pictures[0], (0, 0), 3)[None]


@pytest.fixture
def portraits(tmp_path):
    """Nine grey persons before stripes."""
    found = []
    for number in range(9):
        picture = np.full((40, 40, 3), 60, np.uint8)
        picture[:, ::4] = picture[:, 1::4] = 160
        mask = np.zeros((40, 40), np.uint8)
        mask[10:30, 10:30] = 255
        picture[mask > 0] = 100 + number
        path, beside = (tmp_path / kind / f"{number}.png" for kind in ("A", "A_mask"))
        images.write(path, picture)
        images.write(beside, mask)
        found.append(folders.Picture(path, None, beside))
    return found


def test_portraits(portraits):
    """Catches a baseline that blurs the person, and methods in each other's place."""
    networks = {"same": network(same), "blur": network(blurred)}
    found = comparison.portraits(networks, portraits, (40, 40))
    means = found.means
    assert list(means) == ["mean 5x5", "Gaussian 9x9", "same", "blur"]
    assert means["same"] == pytest.approx({"subject": 0, "background": 1}, abs=1e-6)
    for name in comparison.BLURS:
        assert means[name]["subject"] == pytest.approx(0, abs=1e-6)
        assert means[name]["background"] < 0.3
    assert means["blur"]["subject"] > 0.01
    assert means["blur"]["background"] < 0.1
    assert found.names == [f"{n}.png" for n in range(9)]


def test_the_sheet_shows_all_methods_on_the_same_photo(portraits):
    """Catches a row more than there is room for, and captions of other columns."""
    networks = {"blur": network(blurred), "same": network(same)}
    found = comparison.portraits(networks, portraits, (40, 40))
    assert len(found.rows) == comparison.ROWS == 8
    assert found.captions[0] == [
        *("photo", "person", "mean 5x5", "Gaussian 9x9", "blur", "same")
    ]
    photo, person, *_, blur, unchanged = found.rows[0]
    np.testing.assert_array_equal(photo, unchanged)
    assert person[100, 100] == 255
    assert photo.std() > blur.std()
    height, width, _ = found.grid.shape
    assert (height, width) == (22 + 8 * 208 - 8, 6 * 208 - 8)


@pytest.fixture
def pairs(tmp_path):
    """Photos as grey as their depths of 10 m, farther upwards and to the right."""
    found = []
    for number in range(2):
        y, x = np.mgrid[:40, :60]
        grey = np.uint8(40 + 2 * x + number + (40 - y))
        photo, depth = (
            tmp_path / kind / f"{number}.png" for kind in ("photo", "depth")
        )
        images.write(photo, np.repeat(grey[..., None], 3, axis=2))
        images.write(depth, encoding.millimetres(grey / 25.5))
        found.append((folders.Picture(photo), folders.Picture(depth)))
    return found


def test_depths(pairs):
    """Catches depths in other units, and maps that are drawn in the network's shape."""
    networks = {
        "exact": network(same, "depth"),
        "wrong": network(lambda pictures: 1 - pictures, "depth"),
    }
    found = comparison.depths(networks, pairs, encoding.Encoding(10.0))
    means = found.means
    assert list(means) == ["constant", "gradient", "exact", "wrong"]
    assert means["exact"]["abs_rel"] < 0.01
    assert means["exact"]["rmse"] < 0.1  # metres
    off = [means[name]["abs_rel"] for name in ("gradient", "constant", "wrong")]
    assert off == sorted(off)
    assert found.captions[0] == ["photo", "truth", *means]
    _, truth, *_, exact, wrong = (view.astype(int) for view in found.rows[0])
    assert np.abs(exact - truth).mean() < 3 < np.abs(wrong - truth).mean()
    assert truth[-20, 5].sum() > truth[5, -20].sum()  # near is light


def test_unknown_depths_are_black(pairs):
    """Catches a hole that is drawn as near, and one that is scored."""
    file = pairs[0][1].path
    stored = encoding.millimetres(np.full((40, 60), 4.0))
    stored[:20, :30] = 0
    stored[:20, 30:] = 60_000  # beyond white
    images.write(file, stored)
    found = comparison.depths({}, pairs[:1], encoding.Encoding(10.0))
    assert found.means["constant"]["abs_rel"] == pytest.approx(0, abs=1e-6)
    truth = found.rows[0][1]
    assert not truth[:80].any()
    assert truth[120:].any()


def test_a_picture_that_cannot_be_scored_is_named(portraits, pairs):
    images.write(portraits[1].path, np.full((40, 40, 3), 9, np.uint8))
    with pytest.raises(ValueError, match=r"1.png: there is no background, or nothing"):
        comparison.portraits({}, portraits, (40, 40))
    images.write(pairs[1][1].path, np.zeros((40, 60), np.uint16))
    with pytest.raises(
        ValueError, match=r"depth/1.png: no pixel of the truth is valid"
    ):
        comparison.depths({}, pairs, encoding.Encoding(10.0))
