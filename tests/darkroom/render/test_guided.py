"""A small picture carried to its photo's size."""

import cv2
import numpy as np
import pytest

from darkroom import pixels
from darkroom.render import guided

SIZE, SMALL = (240, 360), (80, 120)


def photo(kind: type = np.uint8) -> np.ndarray:
    """Grain of all sizes: every place has detail."""
    chance = np.random.Generator(np.random.PCG64(2)).standard_normal((*SIZE, 3))
    grain = chance + sum(cv2.GaussianBlur(chance, (0, 0), s) * s * 2 for s in (1, 3, 8))
    return (np.clip(0.5 + 0.06 * grain, 0, 1) * np.iinfo(kind).max).astype(kind)


def seen(picture: np.ndarray) -> np.ndarray:
    """What a network sees: half of the small photo, and its enlargement."""
    halved = pixels.resize_to(pixels.to_float(picture), (SMALL[0] // 2, SMALL[1] // 2))
    return cv2.resize(halved, SMALL[::-1], interpolation=cv2.INTER_LINEAR)


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_what_is_left_as_it_was_keeps_every_bit(kind):
    """Catches a photo made as soft as the network's picture, or 16 bits cut to 8."""
    found = guided.enlarge(seen(photo(kind)), seen(photo(kind)), photo(kind))
    assert found.dtype == np.float32
    back = {np.uint8: pixels.to_uint8, np.uint16: pixels.to_uint16}[kind](found)
    off = np.abs(back.astype(int) - photo(kind))
    assert off.mean() < 0.01 * np.iinfo(kind).max / 255
    assert (off <= np.iinfo(kind).max // 255).all()


def test_what_is_blurred_is_the_small_picture_enlarged():
    """Catches detail of the photo that shines through the blur."""
    blurred = cv2.GaussianBlur(seen(photo()), (0, 0), 4)
    found = guided.enlarge(blurred, seen(photo()), photo())
    expected = cv2.resize(blurred, SIZE[::-1], interpolation=cv2.INTER_CUBIC)
    np.testing.assert_allclose(found, expected, rtol=0, atol=0.004)


def test_a_change_of_tone_goes_along_with_the_detail():
    """Catches a picture whose colours are the photo's again where it is sharp."""
    tone = np.array([0.1, -0.1, 0.05], np.float32)
    before = np.clip(photo(), 60, 200)
    found = guided.enlarge(seen(before) + tone, seen(before), before)
    np.testing.assert_allclose(found, before / 255 + tone, rtol=0, atol=0.005)


@pytest.mark.parametrize("size", [SIZE, (241, 359), (239, 1001)])
def test_left_is_sharp_and_right_is_blurred_whatever_the_size(size):
    """Catches strips that do not meet, and a share that lies beside its place."""
    large = cv2.resize(photo(), size[::-1], interpolation=cv2.INTER_LINEAR)
    before = pixels.resize_to(pixels.to_float(large), SMALL)
    drawn = cv2.GaussianBlur(before, (0, 0), 4)
    drawn[:, :60] = before[:, :60]
    found = guided.enlarge(drawn, before, large)
    assert found.shape == (*size, 3)
    left, right = np.s_[:, : size[1] * 2 // 5], np.s_[:, size[1] * 3 // 5 :]
    np.testing.assert_allclose(found[left], large[left] / 255, rtol=0, atol=0.006)
    enlarged = cv2.resize(drawn, size[::-1], interpolation=cv2.INTER_CUBIC)
    np.testing.assert_allclose(found[right], enlarged[right], rtol=0, atol=0.006)


def test_no_rim_where_sharp_meets_blurred_on_an_even_wall():
    """Catches an overshoot of one half of the model that the other does not undo."""
    wall = np.full((*SIZE, 3), 220, np.uint8)
    wall[:, :120] = photo()[:, :120]
    before = seen(wall)
    drawn = np.clip(before - 0.04, 0, 1)  # a darker tone, so that the halves differ
    found = guided.enlarge(drawn, before, wall)[:, 160:]
    assert np.ptp(found) < 0.012


def test_what_is_known_to_be_in_focus_is_sharp_up_to_a_pixel():
    radius = np.float32([0, 0.8, 1.4, 2, 30])
    np.testing.assert_allclose(guided.in_focus(radius), [1, 1, 0.5, 0, 0], atol=1e-6)


def test_sharpness_is_not_what_the_network_invents():
    """Catches energy taken for detail: noise in place of the photo is no sharpness."""
    noise = np.random.Generator(np.random.PCG64(4)).random((*SMALL, 3), np.float32)
    before = seen(photo())
    assert guided.sharpness(before, before).min() > 0.99
    assert guided.sharpness(0.9 * before + 0.05, before).min() > 0.99
    assert guided.sharpness(0.2 * noise, before).mean() < 0.1
    assert guided.sharpness(np.full_like(before, 0.5), before).max() == 0


def test_the_lens_through_a_small_network_is_nearly_the_lens_itself():
    """Measured against rendering at full size; enlarging alone has 29 dB in focus."""
    from darkroom import lens

    large = photo()
    disparity = np.zeros(SIZE, np.float32)
    disparity[60:180, 80:280] = 1

    def shot(picture, depth, radius):
        return pixels.to_srgb(lens.blur(pixels.to_linear(picture), depth, 1.0, radius))

    truth = shot(large, disparity, 18.0)
    small = cv2.resize(disparity, SMALL[::-1], interpolation=cv2.INTER_AREA)
    found = guided.enlarge(shot(seen(large), small, 6.0), seen(large), large)
    focus = np.s_[72:168, 92:268]
    before, after = (
        p - cv2.GaussianBlur(p, (0, 0), 1) for p in (truth[focus], found[focus])
    )
    assert (before * after).sum() > 0.99 * (before * before).sum()
    off = found - truth
    assert -10 * np.log10(np.mean(off[focus] ** 2)) > 40
    assert -10 * np.log10(np.mean(off**2)) > 33


@pytest.mark.parametrize("softness", [0, 0.5])
def test_a_slight_blur_gets_little_of_the_photo_s_detail_back(softness):
    """Catches a background that is sharp again: a blur of a pixel in the small picture
    is one of three in the photo. Also of a network that is soft everywhere."""
    from darkroom import lens

    large = photo()
    disparity = np.zeros(SIZE, np.float32)
    disparity[:, :180] = 1

    def shot(picture, depth, radius):
        return pixels.to_srgb(lens.blur(pixels.to_linear(picture), depth, 1.0, radius))

    truth = shot(large, disparity, 5.0)
    small = cv2.resize(disparity, SMALL[::-1], interpolation=cv2.INTER_AREA)
    drawn = shot(seen(large), small, 5.0 / 3)
    if softness:
        drawn = cv2.GaussianBlur(drawn, (0, 0), softness)
    found = guided.enlarge(drawn, seen(large), large)

    def detail(picture, columns):
        fine = picture - cv2.GaussianBlur(picture, (0, 0), 1)
        return fine[20:-20, columns].std()

    focus, away = slice(20, 160), slice(200, 340)
    assert detail(found, focus) > 0.97 * detail(large / 255, focus)
    assert detail(found, away) < 1.5 * detail(truth, away)


def noise(height: int = 96, width: int = 128) -> np.ndarray:
    """Detail of all sizes, [0.2, 0.8]."""
    chance = np.random.default_rng(0)
    fine = chance.random((height, width, 3), np.float32)
    return 0.2 + 0.6 * (0.5 * fine + 0.5 * cv2.blur(fine, (5, 5)))


def test_a_picture_of_the_photo_s_size_stays():
    made = noise() * 1.5
    np.testing.assert_array_equal(
        guided.restore_detail(noise(), made), np.clip(made, 0, 1)
    )


def test_a_network_that_changes_nothing_gives_the_photo():
    """Catches detail that is lost on the way, or added twice; and 16 bits cut to 8."""
    photo = pixels.to_uint16(noise())
    small = pixels.resize_to(pixels.to_float(photo), (48, 64))
    found = guided.restore_detail(photo, small)
    np.testing.assert_allclose(found, pixels.to_float(photo), atol=2e-6)


def test_what_became_soft_gets_no_grit():
    """Catches the photo's detail in a blurred background, and none in the person."""
    photo = noise()
    made = pixels.resize_to(photo, (48, 64))
    made[:, 32:] = cv2.GaussianBlur(made, (0, 0), 4)[:, 32:]
    found = guided.restore_detail(photo, made)

    def roughness(picture, columns):
        return np.diff(picture[:, columns], axis=0).std()

    sharp, soft = slice(0, 48), slice(80, 128)
    assert roughness(found, sharp) > 0.95 * roughness(photo, sharp)
    assert roughness(found, soft) < 0.2 * roughness(photo, soft)


def test_kept_by_hand():
    """Half the contrast is half the detail; where there was none, all is kept."""
    stripes = np.zeros((40, 40, 3), np.float32)
    stripes[:, ::2] = 0.4
    np.testing.assert_allclose(
        guided.kept_contrast(stripes, stripes / 2), 0.5, atol=0.01
    )
    np.testing.assert_allclose(guided.kept_contrast(stripes / 2, stripes), 1)
    flat = np.zeros_like(stripes)
    np.testing.assert_allclose(guided.kept_contrast(flat, flat), 1)
