"""darkroom.lens.silhouettes: hair and other soft edges through the whole lens."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from darkroom import lens, pixels
from darkroom.lens import aperture, layers, lights, silhouettes, tiles
from darkroom.lens.view import View
from darkroom.scenes import hair, textures

SIZE = (96, 128)
FRONT, BEHIND = (0.6, 0.3, 0.1), (0.1, 0.2, 0.5)


def ramp(width=16):
    """Returns alpha from 0 on the left to 1 on the right, over some pixels."""
    x = np.arange(SIZE[1], dtype=np.float32)
    row = np.clip((x - 56) / width, 0, 1)
    return np.tile(row, (SIZE[0], 1))


def flat(alpha, front=FRONT, behind=BEHIND):
    a = alpha[..., None]
    return (a * np.float32(front) + (1 - a) * np.float32(behind)).astype(np.float32)


def cards(alpha, near=0.8, far=0.1):
    return np.where(alpha > 0.5, np.float32(near), np.float32(far))


def known(alpha, focus, radius, near=0.8, far=0.1):
    """Renders flat colours that are known, so that nothing is estimated."""
    depth = layers.split(cards(alpha, near, far), focus, radius)
    photo = flat(alpha)
    soft = silhouettes.find(photo, depth, alpha)
    soft.mixed.front[:, :3] = soft.mixed.alpha[:, None] * np.float32(FRONT)
    soft.mixed.behind[:, :3] = BEHIND
    view = View(photo, soft.depth, lights.NONE, aperture.DISC, soft.mixed)
    return tiles.render(view)


@pytest.mark.parametrize("radius", [4.0, 12.0, 50.0])
def test_what_is_half_transparent_in_focus_keeps_its_mixture(radius):
    alpha = ramp()
    result = known(alpha, 0.8, radius / 0.7)
    grid = 2e-5 if radius < 20 else 2e-3  # a large blur is on half the pixels
    np.testing.assert_allclose(result, flat(alpha), atol=grid)


@pytest.mark.parametrize("radius", [3.0, 8.0])
def test_a_blurred_front_lets_through_what_its_blurred_alpha_does(radius):
    alpha = ramp()
    result = known(alpha, 0.1, radius / 0.7)
    kernel = aperture.kernel(aperture.DISC, radius)
    spread = cv2.filter2D(alpha, -1, kernel, borderType=cv2.BORDER_REPLICATE)
    np.testing.assert_allclose(result, flat(spread), atol=3e-3)


def test_what_is_behind_is_blurred_and_seen_through_hair():
    """A white stripe behind half-covered pixels goes on beneath them, blurred."""
    alpha = ramp(40)
    band = (alpha > 0) & (alpha < 1)
    alpha[band] = np.random.default_rng(0).random(np.count_nonzero(band))
    behind = np.zeros((*SIZE, 3), np.float32)
    behind[40:56] = 0.8
    photo = alpha[..., None] * np.float32(FRONT) + (1 - alpha[..., None]) * behind
    disc = aperture.kernel(aperture.DISC, 7.0)
    blurred = cv2.filter2D(behind, -1, disc, borderType=cv2.BORDER_REPLICATE)
    truth = alpha[..., None] * np.float32(FRONT) + (1 - alpha[..., None]) * blurred
    depth = cards(alpha)
    soft = lens.blur(photo, depth, 0.8, 10.0, boost=1, matte=alpha)
    hard = lens.blur(photo, depth, 0.8, 10.0, boost=1)
    error, before = (np.abs(one - truth)[band].mean() for one in (soft, hard))
    assert error < 0.35 * before


def drawn(seed):
    """Returns photo, truth and alpha of a drawn head with hair before a photo."""
    rng = np.random.default_rng(seed)
    sources = textures.of("test")
    colour, alpha = hair.portrait(rng, sources, 240, 320)
    behind = textures_behind(rng)
    blurred = cv2.filter2D(
        behind, -1, aperture.kernel(aperture.DISC, 9.0), borderType=cv2.BORDER_REFLECT
    )
    a = alpha[..., None]
    return a * colour + (1 - a) * behind, a * colour + (1 - a) * blurred, alpha


def textures_behind(rng):
    rough = rng.random((30, 40, 3), dtype=np.float32)
    return cv2.resize(rough, (320, 240), interpolation=cv2.INTER_LINEAR)


def psnr(linear, truth, where):
    encoded, exact = pixels.to_srgb(np.clip(linear, 0, 1)), pixels.to_srgb(truth)
    return -10 * np.log10(np.mean((encoded - exact)[where] ** 2))


def test_hair_gains_much_by_its_matte():
    photo, truth, alpha = drawn(3)
    depth = cards(alpha, 0.75, 0.1)
    band = (alpha > 0.02) & (alpha < 0.98)
    one = lens.blur(photo, depth, 0.75, 9 / 0.65, boost=1)
    other = lens.blur(photo, depth, 0.75, 9 / 0.65, boost=1, matte=alpha)
    assert psnr(other, truth, band) > psnr(one, truth, band) + 6
    assert psnr(other, truth, ~band) > psnr(one, truth, ~band) - 0.05


def test_a_matte_of_0_and_1_changes_no_bit():
    photo, _, alpha = drawn(1)
    hard = (alpha > 0.5).astype(np.float32)
    depth = cards(alpha)
    for focus in (0.8, 0.1, 0.4):
        plain = lens.blur(photo, depth, focus, 20.0)
        assert (lens.blur(photo, depth, focus, 20.0, matte=hard) == plain).all()


def test_where_depth_does_not_step_a_matte_changes_no_bit():
    photo, _, alpha = drawn(1)
    depth = np.full(alpha.shape, 0.3, np.float32)
    plain = lens.blur(photo, depth, 0.8, 20.0)
    assert (lens.blur(photo, depth, 0.8, 20.0, matte=alpha) == plain).all()


def test_what_depth_says_within_the_soft_edge_does_not_matter():
    photo, _, alpha = drawn(2)
    depth = cards(alpha)
    noise = np.random.default_rng(0).choice(np.float32([0.1, 0.8]), depth.shape)
    wrong = np.where((alpha > 0.02) & (alpha < 0.98), noise, depth)
    for focus in (0.8, 0.1):
        one, other = (
            lens.blur(photo, d, focus, 14.0, boost=1, matte=alpha)
            for d in (depth, wrong)
        )
        assert np.abs(one - other).max() < 1e-3


@pytest.mark.parametrize("moved", [-3, 3])
def test_a_depth_that_steps_beside_the_matte_is_brought_to_it(moved):
    alpha = ramp(8)
    photo, depth = flat(alpha), cards(alpha)
    for focus in (0.8, 0.1):
        right, wrong = (
            lens.blur(photo, d, focus, 12.0, boost=1, matte=alpha)
            for d in (depth, np.roll(depth, moved, axis=1))
        )
        within = np.s_[:, 30:-30]
        assert np.abs(right - wrong)[within].max() < 1e-3


def test_the_matte_of_what_is_behind_does_the_same():
    photo, _, alpha = drawn(2)
    depth = cards(alpha)
    one, other = (
        lens.blur(photo, depth, 0.8, 14.0, boost=1, matte=matte)
        for matte in (alpha, 1 - alpha)
    )
    np.testing.assert_allclose(one, other, atol=1e-4)


def test_light_is_kept():
    alpha = ramp()
    photo = np.full((*SIZE, 3), 0.3, np.float32)
    for focus in (0.8, 0.1, 0.45):
        result = lens.blur(photo, cards(alpha), focus, 20.0, boost=1, matte=alpha)
        np.testing.assert_allclose(result, photo, atol=2e-3)


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (900, 1), (3, 5), (61, 115)])
def test_any_size_keeps_its_light(size):
    rng = np.random.default_rng(size[0])
    alpha = rng.random(size, dtype=np.float32)
    alpha[: size[0] // 2, : size[1] // 2] = 1
    alpha[size[0] // 2 :, size[1] // 2 :] = 0
    photo = np.full((*size, 3), 0.3, np.float32)
    for focus in (0.8, 0.1):
        result = lens.blur(photo, cards(alpha), focus, 30.0, boost=1, matte=alpha)
        np.testing.assert_allclose(result, photo, atol=3e-3)


def test_tiles_leave_no_seam(monkeypatch):
    photo, _, alpha = drawn(1)
    whole = lens.blur(photo, cards(alpha), 0.1, 14.0, boost=1, matte=alpha)
    monkeypatch.setattr(tiles, "_SIDE", 64)
    parts = lens.blur(photo, cards(alpha), 0.1, 14.0, boost=1, matte=alpha)
    assert np.abs(parts - whole).max() < 8e-3


@pytest.mark.parametrize(
    ("matte", "message"),
    [
        (np.zeros((5, 5), np.float32), "resize"),
        (np.zeros(SIZE, np.uint8), "uint8"),
        (np.full(SIZE, 1.5, np.float32), "1.5"),
        (np.full(SIZE, np.nan, np.float32), "NaN"),
    ],
)
def test_bad_mattes(matte, message):
    photo = np.zeros((*SIZE, 3), np.float32)
    with pytest.raises(ValueError, match=message):
        lens.blur(photo, np.zeros(SIZE, np.float32), 0.5, 5.0, matte=matte)
