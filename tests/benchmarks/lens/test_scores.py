"""Scores in closed form, and where each of them looks."""

import dataclasses

import numpy as np
import pytest

from benchmarks.lens import scores
from darkroom import pixels


def flat(value: int) -> np.ndarray:
    return np.full((48, 64, 3), value, np.uint8)


def test_psnr_in_closed_form() -> None:
    """Catches uint8 that wraps around: 10 - 20 must not be 246."""
    assert scores.psnr(flat(10), flat(20)) == pytest.approx(20 * np.log10(25.5))
    assert scores.psnr(flat(20), flat(20)) == scores.EQUAL
    where = np.zeros((48, 64), bool)
    assert scores.psnr(flat(10), flat(20), where) is None
    half = flat(10)
    half[:, 32:] = 20
    where[:, 32:] = True
    assert scores.psnr(flat(10), half, where) == pytest.approx(20 * np.log10(25.5))
    assert scores.psnr(flat(10), half, ~where) == scores.EQUAL


def test_ssim_in_closed_form() -> None:
    """Constant pictures: only luminance counts, with C1 = (0.01 * 255)^2."""
    c1 = 2.55**2
    wanted = (2 * 60 * 90 + c1) / (60**2 + 90**2 + c1)
    assert scores.ssim(flat(60), flat(90)) == pytest.approx(wanted, abs=1e-6)


def test_steps_reach_as_far_as_their_more_blurred_side(shot) -> None:
    """The wall has a radius of 6, the square is in focus, and the wall covers it."""
    near = scores.near_steps(shot)
    assert near[20, 18:29].all()
    assert not near[20, 16]
    assert not near[24, 31:33].any()
    assert not near[:, :16].any()
    sharp = dataclasses.replace(shot, radius=0)
    assert not scores.near_steps(sharp).any()
    ramp = np.broadcast_to(np.arange(64, dtype=np.float32) * 0.01, (48, 64))
    assert not scores.near_steps(dataclasses.replace(shot, disparity=ramp)).any()


def test_lights_are_small_spots_that_are_clipped_in_all_channels(shot) -> None:
    """Catches a white wall or a red lamp taken for a light."""
    photo = shot.photo.copy()
    photo[6:8, 8] = 255
    photo[40:, :10] = 255  # too large
    photo[6, 50, 0] = 255
    near = scores.near_lights(dataclasses.replace(shot, photo=photo))
    assert near[7, 16]  # 6 of blur and 2 more
    assert not near[7, 17]
    assert not near[30:].any()
    assert not near[:, 40:].any()


def test_energy_is_the_share_of_light_inside(shot) -> None:
    """Catches sRGB taken for light, the border, and clipped pixels that count."""
    picture = pixels.to_srgb(0.9 * pixels.to_linear(shot.photo), np.uint8)
    picture[:7] = 0
    picture[:, -7:] = 0
    photo = shot.photo.copy()
    photo[20:30, 30:40] = 255
    picture[20:30, 30:40] = 0
    bright = dataclasses.replace(shot, photo=photo)
    found = scores.score(bright, picture)["energy"]
    assert found == pytest.approx(-0.1, abs=0.002)


def test_sharpness_is_of_what_no_blur_reaches(shot) -> None:
    """Only the right part is in focus, and far from the blur's 5 pixels."""
    disparity = np.full((48, 64), 0.8, np.float32)
    disparity[:, :20] = 0.3
    half = dataclasses.replace(shot, disparity=disparity)
    picture = shot.photo.copy()
    picture[:, :24] = 0
    assert scores.score(half, picture)["sharpness"] == 1
    picture[:, 24:] //= 2
    found = scores.score(half, picture)["sharpness"]
    assert found == pytest.approx(0.25, rel=0.05)


def test_where_there_is_nothing_there_is_no_score(shot) -> None:
    empty = dataclasses.replace(shot, radius=1000.0)
    found = scores.score(empty, shot.photo)
    assert tuple(found) == scores.NAMES
    assert found["energy"] is found["sharpness"] is found["lights"] is None
    assert found["geometry"] == found["psnr"] == scores.EQUAL
