"""Portraits with hair: composited in linear light, scored where alpha is partial."""

import numpy as np
import pytest

from benchmarks.lens import hair
from darkroom import pixels
from darkroom.io import images


def test_the_person_stays_and_the_background_is_blurred() -> None:
    """Catches a blur of the person, of sRGB values, and a border that shifts."""
    alpha = np.zeros((20, 30), np.float32)
    alpha[:, 10:] = 0.5
    alpha[:, 15:] = 1
    colour = np.full((20, 30, 3), 0.25, np.float32)
    behind = np.zeros((46, 56, 3), np.float32)
    behind[:, ::2] = 0.5
    shot = hair.composite("a", colour, alpha, behind, 0)
    person = pixels.to_srgb(np.float32([0.25]), np.uint8)[0]
    assert (shot.photo[:, 15:] == person).all()
    assert (shot.truth[:, 15:] == person).all()
    assert shot.photo[5, :2, 0].tolist() == [0, 188]  # 13 columns of border: odd
    assert np.ptp(shot.truth[:, :10].astype(int)) <= 20
    half = pixels.to_srgb(np.float32([0.5 * 0.25 + 0.5 * 0.25]), np.uint8)[0]
    assert abs(int(shot.truth[10, 12, 0]) - int(half)) <= 6
    assert shot.scored[:, 10:15].all()
    assert shot.scored.sum() == 20 * 5
    assert shot.disparity[0, [0, 12, 20]].tolist() == pytest.approx([0.1, 0.1, 0.75])
    assert shot.radius * (hair.NEAR - hair.FAR) == pytest.approx(12)


def test_portraits_are_the_same_for_a_seed() -> None:
    (one,), (again,) = (hair.generate(1, (96, 128), 2) for _ in range(2))
    np.testing.assert_array_equal(one.photo, again.photo)
    np.testing.assert_array_equal(one.truth, again.truth)
    assert one.scored.mean() > 0.01


def test_cut_outs_lose_the_background_that_they_came_with() -> None:
    """Catches un-mixing the wrong way round."""
    alpha = np.zeros((64, 64), np.float32)
    alpha[:, 32:] = 1
    alpha[:, 28:32] = 0.5
    person, wall = np.float32([0.8, 0.2, 0.1]), np.float32([0.0, 0.1, 0.9])
    photo = alpha[..., None] * person + (1 - alpha[..., None]) * wall
    front = hair.foreground(photo, alpha)
    assert np.abs(front[:, 28:] - person).max() < 0.02


def test_cut_outs_are_read_from_folders(tmp_path) -> None:
    rng = np.random.default_rng(0)
    images.write(tmp_path / "c/original/x.jpg", rng.integers(0, 255, (48, 40, 3), "u1"))
    images.write(tmp_path / "c/alpha/x.png", np.full((48, 40), 128, np.uint8))
    images.write(tmp_path / "b/wall.png", rng.integers(0, 255, (30, 90, 3), "u1"))
    (shot,) = hair.read(tmp_path / "c", tmp_path / "b")
    assert shot.photo.shape == (960, 800, 3)
    assert shot.scored.all()


def test_a_folder_without_cut_outs(tmp_path) -> None:
    with pytest.raises(ValueError, match="original holds no picture; expected cut-"):
        hair.read(tmp_path, tmp_path)
