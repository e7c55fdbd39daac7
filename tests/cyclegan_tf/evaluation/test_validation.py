"""What a training reports, with networks that are plain functions."""

import numpy as np
import pytest

from cyclegan_tf.data import encoding, folders
from cyclegan_tf.evaluation import validation
from darkroom.io import images


def same(pictures, training):
    assert not training
    return pictures


def brighter(pictures, training):
    """Up by 0.1 in [0, 1]."""
    return pictures + np.float32(0.2)


@pytest.fixture
def portraits(tmp_path):
    """Two grey persons before stripes."""
    found = []
    for number in range(2):
        picture = np.full((16, 16, 3), 60, np.uint8)
        picture[:, ::2] = 160
        mask = np.zeros((16, 16), np.uint8)
        mask[4:12, 4:12] = 255
        picture[mask > 0] = 100 + number
        path, beside = (tmp_path / kind / f"{number}.png" for kind in ("A", "A_mask"))
        images.write(path, picture)
        images.write(beside, mask)
        found.append(folders.Picture(path, None, beside))
    return found


def test_portraits(portraits):
    found = validation.portraits(same, portraits, (16, 16))
    assert found == pytest.approx({"subject": 0, "background": 1}, abs=1e-6)
    found = validation.portraits(brighter, portraits, (16, 16))
    assert found == pytest.approx({"subject": 0.1, "background": 1}, abs=1e-5)


@pytest.fixture
def pairs(tmp_path):
    """Photos as grey as their depths are of 10 m, rising from row to row."""
    found = []
    for number in range(2):
        grey = np.arange(1, 17, dtype=np.uint8)[:, None] * np.uint8(12 + 3 * number)
        grey = np.repeat(grey, 16, axis=1)
        photo, depth = (
            tmp_path / kind / f"{number}.png" for kind in ("photo", "depth")
        )
        images.write(photo, np.repeat(grey[..., None], 3, axis=2))
        images.write(depth, encoding.millimetres(grey / 25.5))
        found.append((folders.Picture(photo), folders.Picture(depth)))
    return found


def test_depths(pairs):
    """The photo is the answer here; a constant is not, nor is one slope for both."""
    found = validation.depths(same, pairs, (16, 16), encoding.Encoding(10.0))
    assert found["output"]["abs_rel"] < 1e-3 and found["output"]["a1"] == 1
    assert 0.02 < found["gradient"]["rmse"] < found["constant"]["rmse"]


def test_nothing_to_compare_with():
    assert validation.depths(same, [], (16, 16), encoding.Encoding()) == {}


def test_the_row_of_a_cycle():
    """Real, made, made from that, made from the other, person; and in this order."""
    real, other = (np.full((8, 8, 3), v, np.float32) for v in (-0.5, 0.2))
    mask = np.zeros((8, 8, 1), np.float32)
    mask[2:4] = 1

    def darker(pictures, training):
        return pictures - np.float32(0.4)

    row = validation.cycle(brighter, darker, real, other, mask)
    means = [(picture[3, 3, 0], picture[0, 0, 0]) for picture in row]
    steps = [round(255 * v) for v in (0.25, 0.35, 0.15, 0.7, 0.25)]
    assert [inside for inside, _ in means] == pytest.approx(steps, abs=1)
    assert means[-1][1] == 0  # around the person
    assert len(validation.cycle(same, same, real, other, None)) == 4


def test_the_row_of_a_pair():
    source, target = (np.full((8, 8, 3), v, np.float32) for v in (-1, 1))
    row = validation.translated(brighter, source, target)
    assert [int(picture.mean()) for picture in row] == pytest.approx(
        [0, 25.5, 255], abs=1
    )
