"""What each method makes of a look."""

import numpy as np
import pytest

from darkroom import lens, pixels, subjects
from darkroom.io import gain_map, images
from darkroom.lens import aperture, classic, graded
from darkroom.render import look, methods

HEIGHT, WIDTH = 40, 60
DISPARITY = np.repeat(np.linspace(0, 1, WIDTH, dtype=np.float32)[None], HEIGHT, 0)


def photo(kind: type = np.uint8) -> images.Photo:
    top = np.iinfo(kind).max
    generator = np.random.Generator(np.random.PCG64(3))
    return images.Photo(generator.integers(0, top + 1, (HEIGHT, WIDTH, 3), kind))


@pytest.fixture
def asked(monkeypatch):
    """What the lens is called with; it returns the light as it came."""
    calls = []

    def blur(linear, disparity, focus, radius, **options):
        calls.append((linear, disparity, focus, radius, options))
        return linear

    monkeypatch.setattr(lens, "blur", blur)
    return calls


@pytest.mark.parametrize("method", [None, "lens", "classic", "graded"])
@pytest.mark.parametrize("amount", [{"radius": 0}, {"strength": 0}])
@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_no_blur_is_the_photo_bit_for_bit(method, amount, kind):
    how = look.Look(method=method, **amount)
    found = methods.draw(photo(kind), DISPARITY, 0.5, how)
    assert found.dtype == kind
    np.testing.assert_array_equal(found, photo(kind).pixels)


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_what_the_lens_leaves_sharp_is_the_photo_bit_for_bit(asked, kind):
    found = methods.draw(photo(kind), DISPARITY, 0.5, look.Look())
    np.testing.assert_array_equal(found, photo(kind).pixels)


def test_the_lens_gets_light_and_every_control(asked):
    of_the_lens = {"focal_range": 0.1, "boost": 4.0, "fringing": 0.5, "vignette": 0.2}
    how = look.Look(f_number=1.2, shape="ring", **of_the_lens)
    matte = np.zeros_like(DISPARITY)
    methods.draw(photo(), DISPARITY, 0.25, how, matte)
    (linear, disparity, focus, radius, options) = asked[0]
    np.testing.assert_array_equal(linear, pixels.to_linear(photo().pixels))
    assert disparity is DISPARITY
    assert (focus, radius) == (0.25, pytest.approx(0.072 * WIDTH / 1.2))
    opening = aperture.Aperture(shape="ring", cats_eye=0.2)
    assert options == {"aperture": opening, "matte": matte, **of_the_lens}


def test_the_lens_s_own_defaults_stay_its_own(asked):
    methods.draw(photo(), DISPARITY, 0.25, look.Look())
    assert asked[0][4] == {"aperture": aperture.DISC}


def test_classic_is_sharp_near_the_focus_and_has_one_disc(monkeypatch):
    monkeypatch.setattr(subjects, "faces", lambda picture: [], raising=False)
    found = methods.draw(photo(), DISPARITY, 1.0, look.Look(method="classic", radius=8))
    disc = classic.highlights(photo().pixels, 6)  # 0.75 * 8
    np.testing.assert_array_equal(found[:, 31:], photo().pixels[:, 31:])
    np.testing.assert_array_equal(found[:, :29], disc[:, :29])


def test_classic_spares_faces(monkeypatch):
    face = subjects.Face(12, 5, 10, 10)
    monkeypatch.setattr(subjects, "faces", lambda picture: [face], raising=False)
    found = methods.draw(photo(), DISPARITY, 1.0, look.Look(method="classic", radius=8))
    np.testing.assert_array_equal(found[5:15, 12:22], photo().pixels[5:15, 12:22])
    assert (found[20:30, 12:22] != photo().pixels[20:30, 12:22]).any()


def test_graded_blurs_each_level_by_the_lens_s_radius_there():
    """K = 12 at distances 1.5/6 ... 5.5/6: windows of 7, 11, 15, 19 and 23."""
    how = look.Look(method="graded", radius=12, filter="average")
    found = methods.draw(photo(), DISPARITY, 0.0, how)
    sizes = (7, 11, 15, 19, 23)
    wanted = graded.bokeh(photo().pixels, DISPARITY, 0.0, filter="average", sizes=sizes)
    np.testing.assert_array_equal(found, wanted)
    other = methods.draw(photo(), DISPARITY, 0.0, look.Look(method="graded", radius=12))
    assert (other != found).any()


def test_a_gain_map_lights_what_is_out_of_focus_and_leaves_the_rest():
    pixels_ = np.full((80, 120, 3), 60, np.uint8)
    pixels_[39:42, 29:32] = pixels_[39:42, 89:92] = 250
    gain = np.ones((80, 120, 1), np.float32)
    gain[39:42, 29:32] = gain[39:42, 89:92] = 12
    bright = gain_map.GainMap(gain, *np.zeros((2, 3), np.float32))
    depth = np.zeros((80, 120), np.float32)
    depth[:, 60:] = 0.5  # the right half is in focus
    how = look.Look(radius=20, boost=1.0)
    plain = methods.draw(images.Photo(pixels_), depth, 0.5, how)
    lit = methods.draw(images.Photo(pixels_, gain_map=bright), depth, 0.5, how)
    np.testing.assert_array_equal(lit[:, 75:], pixels_[:, 75:])
    light = [pixels.to_linear(p[20:60, 10:50]).sum() for p in (plain, lit)]
    assert light[1] - light[0] == pytest.approx(9 * 3 * 11 * 0.956, rel=0.05)
    unsaid = methods.draw(
        images.Photo(pixels_, gain_map=bright), depth, 0.5, look.Look(radius=20)
    )
    np.testing.assert_array_equal(unsaid, lit)  # there is nothing to be guessed
