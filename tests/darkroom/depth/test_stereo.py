"""Disparity from two photos: of real pairs with truth, generated ones, and no pairs."""

import json

import numpy as np
import pytest

from darkroom.depth import stereo
from darkroom.io import decoding, images

RANDOM = np.random.Generator(np.random.PCG64(11))


@pytest.fixture(scope="module")
def pair():
    """A wall of noise at shift 4 with a board at shift 12 before it: left, right."""
    import cv2

    def noise(height, width):
        small = RANDOM.integers(0, 256, (height // 2, width // 2, 3), np.uint8)
        return cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)

    wall, board = noise(120, 240), noise(60, 80)
    left, right = wall[:, 10:210].copy(), wall[:, 14:214].copy()
    left[30:90, 60:140] = board
    right[30:90, 48:128] = board
    return left, right


def test_a_board_is_nearer_than_the_wall_and_ends_where_it_ends(pair):
    found = stereo.match(*pair).disparity
    assert found.shape == (120, 200)
    assert found.dtype == np.float32
    truth = np.zeros((120, 200))
    truth[30:90, 60:140] = 1
    assert (np.abs(found - truth) > 0.2).mean() < 0.03
    # the strip left of the board is hidden in the right photo: background
    assert found[35:85, 50:57].max() < 0.2


def test_what_has_no_match_is_told(pair):
    """By hand: 60 rows of 8 hidden columns are 2 % of 120 x 200; the rim adds to it."""
    assert 0.02 <= stereo.match(*pair).unmatched < 0.12


def test_a_pair_with_an_offset_is_matched_as_well(pair):
    """Catches: shifts taken to begin at 0; photos cut after rectifying do not."""
    left, right = pair
    found = stereo.match(left[:, :-8], right[:, 8:]).disparity
    assert found[40:80, 70:120].mean() > 0.9
    assert found[:20].mean() < 0.1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda left, right: (right, left), "taken from the left"),
        (lambda left, right: (left, left), "nothing nearer than the rest"),
        (lambda left, right: (left, right[::-1]), "% of the pixels are found"),
        (lambda left, right: (0 * left, 0 * right), "% of the pixels are found"),
        (lambda left, right: (left, right[:-1]), "119x200, the left one 120x200"),
    ],
)
def test_what_is_no_pair_is_one_sentence(pair, change, said):
    with pytest.raises(ValueError, match=said):
        stereo.match(*change(*pair))


def test_generated_pairs_come_out_as_they_were_made(tmp_path):
    from darkroom.scenes import dataset, recipes

    recipe = recipes.Recipe("stereo", 1, 0, "128x192", seed=4)
    dataset.generate(recipe, tmp_path, workers=1)
    (name,) = (path.name for path in (tmp_path / "left").iterdir())
    left, right = (
        images.read(tmp_path / side / name).pixels for side in ("left", "right")
    )
    truth = decoding.load(tmp_path / "disp_left" / name)
    truth = np.asarray(truth).astype(np.float32)
    found = stereo.match(left, right).disparity
    scale = np.polyfit(found.ravel(), truth.ravel(), 1)
    off = np.abs(np.polyval(scale, found) - truth) / 256
    assert (off > 1).mean() < 0.25
    assert np.corrcoef(found.ravel(), truth.ravel())[0, 1] > 0.9


def test_middlebury_s_scenes_have_few_bad_pixels(shared):
    """Share of pixels off by more than 2, hidden ones too; 6 % when written."""
    folder = shared / "data" / "stereo"
    if not folder.is_dir():
        pytest.skip("the shared folder has no stereo pairs")
    scales = json.loads((folder / "meta.json").read_text())
    bad = []
    for name in ("Aloe", "Cloth1", "Bowling1", "Lampshade2", "Tsukuba"):
        left, right = (
            images.read(folder / name / f"{side}.png").pixels
            for side in ("left", "right")
        )
        truth = np.asarray(decoding.load(folder / name / "disp_left.png"))
        shift = truth / scales[name]["disp_scale"]
        known = truth > 0
        found = stereo.match(left, right).disparity
        scale = np.polyfit(found[known], shift[known], 1)
        bad.append((np.abs(np.polyval(scale, found) - shift) > 2)[known].mean())
    assert np.mean(bad) < 0.1
