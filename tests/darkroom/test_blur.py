"""The lens in one call, on sRGB arrays."""

import numpy as np
import pytest
from skimage import data

import darkroom
from darkroom import lens, pixels


@pytest.fixture
def photo():
    photo = data.chelsea()[:120, :160].copy()
    photo[:40, :40] = 10
    photo[20, 20] = 255  # a light
    return photo


@pytest.fixture
def disparity():
    return np.repeat(np.linspace(0, 1, 120)[:, None], 160, axis=1)


@pytest.mark.parametrize("kind", ["uint8", "uint16", "float32", "float64"])
def test_is_the_lens_between_srgb_and_light(photo, disparity, kind):
    given = {
        "uint8": photo,
        "uint16": pixels.to_uint16(photo),
        "float32": pixels.to_float(photo),
        "float64": pixels.to_float(photo).astype(np.float64),
    }[kind]
    picture = darkroom.blur(given, disparity, focus=0.8, f_number=1.8)
    radius = 0.072 / 1.8 * 160
    light = lens.blur(
        pixels.to_linear(given), disparity.astype(np.float32), 0.8, radius
    )
    expected = pixels.to_srgb(light, np.float32 if kind[0] == "f" else given.dtype.type)
    assert picture.dtype == ("float32" if kind == "float64" else kind)
    np.testing.assert_array_equal(picture, expected)


def test_options_reach_the_lens(photo, disparity):
    plain = darkroom.blur(photo, disparity)
    for options in (
        {"focal_range": 0.5},
        {"aperture": lens.Aperture("ring")},
        {"boost": 1},
        {"focus": 0.2},
    ):
        assert not np.array_equal(darkroom.blur(photo, disparity, **options), plain)


def test_what_does_not_fit_is_refused(photo, disparity):
    with pytest.raises(ValueError, match="one size"):
        darkroom.blur(photo, disparity[:-1])
    with pytest.raises(ValueError, match="above 0"):
        darkroom.blur(photo, disparity, f_number=0)
    with pytest.raises(ValueError, match="expected uint8, uint16 or float"):
        darkroom.blur(photo.astype(int), disparity)
