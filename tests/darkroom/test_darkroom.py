"""The lens in one call, on arrays and on files."""

import numpy as np
import pytest
from skimage import data

import darkroom
from darkroom import lens, pixels
from darkroom.io import images
from darkroom.render import __main__ as render


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
    expected = (
        np.clip(pixels.to_srgb(light), 0, 1)
        if kind.startswith("float")
        else pixels.to_srgb(light, given.dtype.type)
    )
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


@pytest.mark.parametrize("how", ["beside", "path", "array"])
def test_a_photo_is_rendered_as_by_the_program(tmp_path, photo, disparity, how):
    """Catches a depth, a focus or a look that does not arrive."""
    file, depth = tmp_path / "cat.png", tmp_path / "map.npy"
    images.write(file, photo)
    np.save(depth, disparity.astype(np.float32))
    flags = {"f_number": 2.0, "shape": "ring"}
    config = render.Config(
        depth=str(depth), focus="0.5,0.25", output=str(tmp_path / "out.png"), **flags
    )
    render.main(config, str(file))
    expected = images.read(tmp_path / "out.png").pixels
    if how == "beside":
        depth.rename(tmp_path / "cat_depth.npy")
        picture = darkroom.render_photo(file, focus=(0.5, 0.25), **flags)
    elif how == "path":
        picture = darkroom.render_photo(str(file), depth, (0.5, 0.25), **flags)
    else:
        picture = darkroom.render_photo(photo, disparity, (0.5, 0.25), **flags)
    np.testing.assert_array_equal(picture, expected)


def test_a_float_photo_is_rendered_as_float(photo, disparity):
    picture = darkroom.render_photo(photo / 255, disparity, (0.5, 0.5), grain=0)
    assert picture.dtype == np.float32
    eight = darkroom.render_photo(photo, disparity, (0.5, 0.5), grain=0)
    assert np.abs(picture * 255 - eight).max() <= 0.51


def test_a_look_that_cannot_be_is_refused(photo, disparity):
    with pytest.raises(ValueError, match="strength and f_number were given"):
        darkroom.render_photo(photo, disparity, strength=5, f_number=2)
    with pytest.raises(ValueError, match="no person was found"):
        darkroom.render_photo(photo, "none")
