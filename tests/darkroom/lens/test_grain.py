"""Grain: as much in the blurred part as in the sharp one, and none where none is."""

import cv2
import numpy as np
import pytest
from skimage import data

import darkroom
from darkroom import lens, pixels
from darkroom.lens import grain

FOCUS, RADIUS = 0.8, 24.0
HALF = 160
RAMP = np.linspace(0.25, 0.75, 480)[None, :, None] * np.ones((2 * HALF, 1, 3))
DEPTH = np.full((2 * HALF, 480), 0.1, np.float32)
DEPTH[:HALF] = FOCUS  # the upper half is sharp


def noisy(deviation, correlation=0.0, seed=0):
    """A ramp with noise, of which a part may be smooth, as demosaicing leaves it."""
    noise = np.random.default_rng(seed).standard_normal(RAMP.shape)
    if correlation:
        noise = cv2.GaussianBlur(noise, (0, 0), correlation)
    noise *= deviation / 255 / noise.std()
    return pixels.to_uint8(RAMP + noise)


def drawn(photo, amount=1.0):
    linear = lens.blur(pixels.to_linear(photo), DEPTH, FOCUS, RADIUS, boost=1)
    picture = pixels.to_srgb(linear, photo.dtype.type)
    return picture, grain.restored(picture, photo, DEPTH, FOCUS, RADIUS, amount=amount)


def rest(picture, part):
    """What a picture has besides the ramp, in levels of 8 bits, away from edges."""
    return (pixels.to_float(picture) - RAMP)[part][40:-40, 40:-40] * 255


SHARP, BLURRED = np.s_[:HALF], np.s_[HALF:]


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("deviation", [2.0, 5.0])
def test_the_blurred_part_has_the_sharp_part_s_deviation(kind, deviation):
    photo = noisy(deviation)
    photo = {np.uint8: photo, np.uint16: photo.astype(np.uint16) * 257}.get(
        kind, pixels.to_float(photo)
    )
    plain, grained = drawn(photo)
    assert grained.dtype == kind
    assert rest(plain, BLURRED).std() < 0.3 * deviation
    for part in (np.s_[:, :200], np.s_[:, 200:]):
        sharp = rest(grained, SHARP)[part].std()
        assert sharp == pytest.approx(deviation, rel=0.03)
        assert rest(grained, BLURRED)[part].std() == pytest.approx(sharp, rel=0.06)
    np.testing.assert_array_equal(grained[: HALF - 30], plain[: HALF - 30])


def test_it_has_the_photo_s_spectrum():
    """Neighbours are as alike as in the sharp part."""

    def alike(picture, part):
        values = rest(picture, part)[..., 1]
        values = values - cv2.blur(values, (9, 9))
        return (values[:, 1:] * values[:, :-1]).mean() / (values**2).mean()

    for correlation in (0.0, 0.7):
        grained = drawn(noisy(3.0, correlation))[1]
        expected = alike(grained, SHARP)
        assert alike(grained, BLURRED) == pytest.approx(expected, abs=0.08)


def test_grey_noise_stays_grey():
    photo = noisy(4.0)
    photo[...] = photo[..., :1]
    values = rest(drawn(photo)[1], BLURRED)
    assert (values[..., 0] - values[..., 2]).std() < 0.2 * values[..., 0].std()


def test_it_is_the_same_each_time_and_as_much_as_is_asked():
    photo = noisy(3.0)
    plain, grained = drawn(photo)
    np.testing.assert_array_equal(grained, drawn(photo)[1])
    assert drawn(photo, amount=0.0)[1].tobytes() == plain.tobytes()
    twice = rest(drawn(photo, amount=2.0)[1], BLURRED).std()
    assert twice == pytest.approx(2 * rest(grained, BLURRED).std(), rel=0.05)


def test_light_stays():
    photo = noisy(5.0)
    plain, grained = (pixels.to_float(p).mean() for p in drawn(photo))
    assert grained == pytest.approx(plain, abs=2e-4)


def fibres(way):
    """Noise that is smooth one way only: wood, cloth, a pole of brushed metal."""
    noise = np.random.default_rng(5).standard_normal(RAMP.shape[:2])
    noise = cv2.filter2D(noise, -1, way)
    return pixels.to_uint8(RAMP + 3 / 255 * noise[..., None] / noise.std())


def gravel():
    return np.repeat(data.gravel()[: 2 * HALF, :480, None], 3, axis=2)


@pytest.mark.parametrize(
    "photo",
    [
        pixels.to_uint8(RAMP),  # smoothed away
        gravel(),
        np.random.default_rng(4).integers(0, 256, RAMP.shape, np.uint8),
        np.full(RAMP.shape, 255, np.uint8),
        np.zeros(RAMP.shape, np.uint8),
        fibres(np.eye(3)),
        fibres(np.ones((3, 1))),
        fibres(np.ones((1, 3))),
    ],
)
def test_what_cannot_be_told_is_none(photo):
    plain, grained = drawn(photo)
    assert grained is plain


def test_what_is_sharp_is_no_noise_where_the_rest_is_calmer():
    """Catches a subject of fine texture, of which a smooth wall behind gets as much."""
    photo = noisy(1.0)
    photo[:HALF] = noisy(6.0)[:HALF]  # as large as a noise, and as even
    plain, grained = drawn(photo)
    assert rest(grained, BLURRED).std() < 1.3
    assert grained is not plain


def test_what_grows_with_light_is_not_all_noise():
    """Catches a textured wall that gave grain of 6 to all that is light."""
    noise = np.random.default_rng(6).standard_normal(RAMP.shape)
    growing = 1.5 * 4 ** np.linspace(0, 1, RAMP.shape[1])[None, :, None]
    photo = pixels.to_uint8(RAMP + growing * noise / 255)
    blurred = rest(drawn(photo)[1], BLURRED)
    dark, light = blurred[:, :80], blurred[:, -80:]
    assert dark.std() == pytest.approx(1.7, abs=0.3)
    assert 2 < light.std() < 3.6


def test_a_sharp_picture_and_a_tiny_one_stay():
    photo = noisy(4.0)
    same = np.full(DEPTH.shape, FOCUS, np.float32)
    assert grain.restored(photo, photo, same, FOCUS, RADIUS) is photo
    tiny, depth = photo[:9, :9], DEPTH[-9:, :9]
    assert grain.restored(tiny, tiny, depth, FOCUS, RADIUS) is tiny


def test_blur_in_front_takes_grain_from_what_it_covers():
    depth = np.full((160, 240), 0.5, np.float32)
    depth[:, :80] = 1.0
    lost = grain.lost(depth, 0.5, 60.0)
    assert (lost[:, :60] > 0.9).all() and (lost[:, 130:] < 0.05).all()
    assert 0.1 < lost[80, 90] < 0.9


def test_in_python():
    photo = noisy(3.0)
    plain = darkroom.blur(photo, DEPTH, FOCUS, 1.4)
    grained = darkroom.blur(photo, DEPTH, FOCUS, 1.4, grain=1)
    assert rest(grained, BLURRED).std() > 2.5 > 1 > rest(plain, BLURRED).std()
