"""Arithmetic on pictures against closed forms, Pillow, and its own inverses."""

import hashlib

import numpy as np
import pytest
from PIL import Image

from darkroom import pixels


def noise(shape: tuple[int, ...], seed: int = 1) -> np.ndarray:
    return np.random.Generator(np.random.PCG64(seed)).random(shape)


def test_float_and_integers_are_inverses():
    """Catches: truncation in place of rounding."""
    for kind, change in ((np.uint8, pixels.to_uint8), (np.uint16, pixels.to_uint16)):
        every = np.arange(np.iinfo(kind).max + 1, dtype=kind).reshape(2, -1)
        np.testing.assert_array_equal(change(pixels.to_float(every)), every)
    np.testing.assert_array_equal(
        pixels.to_uint8(np.array([-1, 0.499 / 255, 0.501 / 255, 2])), [0, 0, 1, 255]
    )


def test_eight_bits_widen_to_the_ends_of_sixteen():
    np.testing.assert_array_equal(
        pixels.to_uint16(np.array([0, 1, 255], np.uint8)), [0, 257, 65535]
    )


def test_nan_and_other_types_are_refused():
    with pytest.raises(ValueError, match="NaN"):
        pixels.to_uint8(np.array([0, np.nan]))
    with pytest.raises(ValueError, match="int32"):
        pixels.to_float(np.zeros((2, 2), np.int32))


def test_srgb_follows_the_standard():
    """Catches: a plain power of 2.2. IEC 61966-2-1, by hand."""
    encoded = np.array([0, 0.04045, 0.5, 0.735357, 1])
    linear = np.array([0, 0.0031308, 0.2140411, 0.5, 1])
    np.testing.assert_allclose(pixels.to_linear(encoded), linear, atol=1e-6)
    np.testing.assert_allclose(pixels.to_srgb(linear), encoded, atol=1e-5)
    every = np.arange(65536, dtype=np.uint16)
    back = pixels.to_uint16(pixels.to_srgb(pixels.to_linear(every)))
    assert np.abs(back.astype(int) - every).max() <= 1
    assert pixels.to_linear(every).dtype == pixels.to_srgb(linear).dtype == np.float32


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_every_step_comes_back_from_light(kind):
    """Catches one wrong code among 65536: what is in focus must stay as it was."""
    every = np.arange(np.iinfo(kind).max + 1, dtype=kind).reshape(4, -1, 1)
    linear = pixels.to_linear(every)
    assert linear.dtype == np.float32
    np.testing.assert_allclose(
        linear, pixels.to_linear(every / np.iinfo(kind).max), atol=1e-6
    )
    back = pixels.to_srgb(linear, kind)
    assert back.dtype == kind
    np.testing.assert_array_equal(back, every)


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_light_is_rounded_to_the_nearest_step(kind):
    """Against the standard in float64, most of all a hair beside every threshold."""
    top = np.iinfo(kind).max
    near = pixels.to_linear((np.arange(top) + 0.5) / top)
    around = [np.nextafter(near, np.float32(to)) for to in (0, 2)]
    for light in (near, *around, noise((9, 999)).astype(np.float32) ** 4):
        precise = light.astype(np.float64)
        encoded = np.where(
            precise <= 0.0031308, precise * 12.92, 1.055 * precise ** (1 / 2.4) - 0.055
        )
        error = np.abs(pixels.to_srgb(light, kind) - encoded * top)
        assert error.max() < 0.5 + (2e-8 + 1e-12) * top  # the standard's own jump
    ends = np.array([-np.inf, -1, -1e-30, 1, 7, np.inf], np.float32)
    np.testing.assert_array_equal(pixels.to_srgb(ends, kind), [0, 0, 0, top, top, top])


def test_light_that_is_nan_is_refused():
    light = np.zeros((5, 7, 3), np.float32)
    light[2, 3, 1] = np.nan
    with pytest.raises(ValueError, match="light is NaN"):
        pixels.to_srgb(light, np.uint8)


def test_resize_equals_the_reference_s_bytes():
    """The data sheet's check sum: Pillow's bicubic, the size truncated."""
    generator = np.random.Generator(np.random.PCG64([1, 3 * 10**6]))
    picture = generator.integers(0, 256, (101, 67, 3), dtype=np.uint8)
    half = pixels.resize(picture, 0.5)
    assert half.shape == (50, 33, 3)
    assert half.sum() == 627984
    assert (
        hashlib.sha256(half.tobytes()).hexdigest()
        == "026d176b21337c96521e65dfe91950ef4e84ef62ada0cc53adac20c99390828a"
    )


def test_other_types_are_resized_alike():
    """uint8 rounds between its two passes, so it may be a step away from the rest."""
    picture = (60 + noise((37, 52, 3)) * 120).astype(np.uint8)  # no overshoot to clip
    eight = pixels.resize_to(picture, (19, 31))
    sixteen = pixels.resize_to(picture.astype(np.uint16) * 257, (19, 31))
    fractions = pixels.resize_to(pixels.to_float(picture), (19, 31))
    grey = pixels.resize_to(pixels.to_float(picture)[..., 1], (19, 31))
    assert sixteen.dtype == np.uint16
    assert np.abs(sixteen / 257 - eight).max() < 1.6
    np.testing.assert_allclose(fractions, sixteen / 65535, atol=1e-5)
    np.testing.assert_array_equal(grey, fractions[..., 1])


def test_overshoot_is_clipped():
    """Catches: a wrap-around where bicubic passes black or white."""
    edge = np.zeros((8, 8), np.uint16)
    edge[:, 4:] = 65535
    larger = pixels.resize_to(edge, (8, 32))
    assert (np.diff(larger[0].astype(int)) >= 0).all()
    assert pixels.resize_to(edge / 65535, (8, 32)).max() == 1


def test_a_side_without_pixels_is_refused():
    with pytest.raises(ValueError, match="1x9 cannot become 0x4"):
        pixels.resize(np.zeros((1, 9, 3), np.uint8), 0.5)


def test_a_sheet_holds_every_picture_in_its_place():
    red = np.zeros((10, 20, 3), np.uint8)
    red[..., 0] = 200
    half = np.full((5, 10), 0.5)
    page = pixels.grid([[red, half], [half]], gap=4)
    assert page.shape == (10 + 4 + 5, 20 + 4 + 20, 3)
    assert (page[:10, :20] == [200, 0, 0]).all()
    assert (page[:10, 24:] == 128).all()  # brought to the height of its neighbour
    assert (page[14:, :10] == 128).all()
    assert (page[10:14] == 255).all()
    assert (page[14:, 10:] == 255).all()


def test_captions_leave_the_pictures_alone():
    picture = noise((12, 90, 3))
    page = pixels.grid([[picture, picture]], [["input", "27.4 dB"]])
    np.testing.assert_array_equal(page[-12:, :90], pixels.to_uint8(picture))
    band = page[:-12]
    assert (band[:, :90] < 100).any()
    assert (band[:, 98:] < 100).any()
    assert (band[:, :90] != band[:, 98:]).any()


def test_resize_equals_pillow():
    picture = (noise((45, 30, 3)) * 255).astype(np.uint8)
    expected = Image.fromarray(picture).resize((7, 90), Image.Resampling.BICUBIC)
    np.testing.assert_array_equal(pixels.resize_to(picture, (90, 7)), expected)


def test_a_row_without_captions_takes_no_room_for_them():
    """Catches a blank band above every row of a sheet with one line of captions."""
    picture = noise((12, 90, 3))
    page = pixels.grid([[picture], [picture]], [["input"], []], gap=4)
    assert len(page) == 22 + 12 + 4 + 12
    np.testing.assert_array_equal(page[-12:], pixels.to_uint8(picture))
