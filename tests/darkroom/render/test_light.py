"""The photo's light, given back to what a network drew."""

import numpy as np
import pytest

from darkroom import lens, pixels
from darkroom.render import light

SIZE = (200, 300)
RADIUS = 12.0


def photo() -> np.ndarray:
    """Patches of colour, none of them white."""
    rng = np.random.default_rng(3)
    coarse = rng.uniform(0.1, 0.7, (8, 12, 3)).astype(np.float32)
    return np.clip(pixels.resize_to(coarse, SIZE), 0.05, 0.9)


def blurred(picture: np.ndarray) -> np.ndarray:
    """The photo as the lens blurs all of it."""
    flat = np.zeros(SIZE, np.float32)
    linear = lens.blur(pixels.to_linear(picture), flat, 1.0, RADIUS)
    return pixels.to_srgb(linear).astype(np.float32)


EVERYWHERE = np.full(SIZE, RADIUS, np.float32)


def db(found: np.ndarray, true: np.ndarray) -> float:
    """PSNR without the border that the blur reaches."""
    inside = np.s_[32:-32, 32:-32]
    return float(-10 * np.log10(np.mean((found[inside] - true[inside]) ** 2)))


@pytest.mark.parametrize("tint", [(0.8, 1, 1), (1.15, 0.9, 1.05)])
def test_a_tone_that_the_network_lost_comes_back(tint):
    """Catches a gain of brightness alone, which leaves the hue, or its inverse."""
    true = blurred(photo())
    drawn = np.clip(true * np.float32(tint), 0, 1)
    found = light.kept(drawn, photo(), EVERYWHERE, RADIUS)
    assert found.dtype == np.float32
    assert db(found, true) > db(drawn, true) + 8


def test_a_true_blur_stays_nearly_as_it_is():
    """Catches sums of sRGB codes, which a blur changes, in place of light, and a blur
    compared with the sharp photo."""
    true = blurred(photo())
    assert db(light.kept(true, photo(), EVERYWHERE, RADIUS), true) > 45


def test_the_picture_itself_stays():
    """Catches one picture seen through the wider window where nothing is blurred."""
    found = light.kept(photo(), photo(), 0 * EVERYWHERE, RADIUS)
    np.testing.assert_allclose(found, photo(), atol=1e-5)


def test_a_lamp_s_light_is_not_known_from_white():
    """Catches a dark ring around a lamp that the network opened into a disc."""
    dark = np.full((*SIZE, 3), 0.1, np.float32)
    seen = dark.copy()
    seen[98:103, 148:153] = 1
    rows, columns = np.mgrid[: SIZE[0], : SIZE[1]]
    disc = (rows - 100) ** 2 + (columns - 150) ** 2 < RADIUS**2
    drawn = np.where(disc[..., None], np.float32(0.8), dark)
    found = light.kept(drawn, seen, EVERYWHERE, RADIUS)
    near = np.hypot(rows - 100, columns - 150) < RADIUS
    np.testing.assert_allclose(found[near], drawn[near], atol=1e-5)
    ring = np.abs(np.hypot(rows - 100, columns - 150) - 18) < 3
    assert found[ring].min() > 0.09
    far = np.hypot(rows - 100, columns - 150) > 60
    np.testing.assert_allclose(found[far], drawn[far], atol=1e-3)


@pytest.mark.parametrize("made", [0.0, 1.0])
def test_what_a_network_lost_altogether_is_bounded(made):
    """Catches a division by nothing."""
    drawn = np.full((*SIZE, 3), made, np.float32)
    found = light.kept(drawn, photo(), EVERYWHERE, RADIUS)
    assert np.isfinite(found).all()
    assert found.min() >= 0
    assert found.max() <= 1
