"""The controls: what they are to the lens, and what is refused."""

import dataclasses

import pytest

from darkroom import cli
from darkroom.lens import aperture
from darkroom.render import look

Look = look.Look


def test_the_three_amounts_are_the_specification_s():
    """K = strength / 100 * 0.08 * longer side = 0.072 * longer side / f-number."""
    size = (300, 400)
    assert look.blur_radius(Look(strength=25), size) == pytest.approx(8)
    assert look.blur_radius(Look(f_number=3.6), size) == pytest.approx(8)
    assert look.blur_radius(Look(radius=8), size) == 8
    assert look.blur_radius(Look(), size) == look.blur_radius(Look(strength=50), size)
    assert look.blur_radius(Look(strength=0), size) == 0


def test_a_radius_is_at_most_a_quarter_of_the_longer_side():
    """Catches 5,000 pixels in a small photo, which took all memory."""
    assert look.blur_radius(Look(radius=100), (300, 400)) == 100
    with pytest.raises(ValueError, match=r"^radius is 5000 pixels; .* at most 100, a"):
        look.blur_radius(Look(radius=5000), (300, 400))
    look.check(Look(radius=5000))  # in a larger photo it might do


def test_an_f_number_has_the_same_bound_whatever_the_photo():
    """Catches f/1e-9, an endless picture, and f/.005, one of 8 GB."""
    for f_number in (1e-9, 0.005, 0.287):
        with pytest.raises(ValueError, match=r"expected at least 0\.288, where the"):
            look.check(Look(f_number=f_number))
    look.check(Look(f_number=0.2881))


def test_only_a_radius_in_pixels_depends_on_the_picture_s_size():
    assert look.scaled(Look(radius=40), 0.25).radius == 10
    assert look.scaled(Look(strength=40), 0.25) == Look(strength=40)


def test_every_control_of_the_aperture_reaches_it():
    """Catches a flag that is parsed and then forgotten."""
    controls = {
        "shape": "blades",
        "blades": 7,
        "curvature": 0.5,
        "rotation": -20.0,
        "cats_eye": 0.4,
        "squeeze": 0.75,
        "spherical": -0.5,
    }
    assert look.opening(Look(**controls)) == aperture.Aperture(**controls)
    assert set(controls) == {f.name for f in dataclasses.fields(aperture.Aperture)}
    assert look.opening(Look()) == aperture.DISC


def test_a_vignette_brings_its_cats_eye_unless_one_is_given():
    assert look.opening(Look(vignette=0.6)).cats_eye == 0.6
    assert look.opening(Look(vignette=0.6, cats_eye=0.0)).cats_eye == 0


@pytest.mark.parametrize("control", [{"blades": 7}, {"curvature": 1.0}])
def test_a_control_of_the_blades_asks_for_blades(control):
    assert look.opening(Look(**control)).shape == "blades"
    with pytest.raises(ValueError, match="is ring; it needs the shape blades"):
        look.opening(Look(shape="ring", **control))


def test_flags_count_more_than_a_preset():
    preset = Look(strength=70, shape="ring", boost=3)
    found = look.over(Look(shape="disc"), preset)
    assert found == Look(strength=70, shape="disc", boost=3)


def test_an_amount_takes_the_place_of_the_preset_s_other_one():
    """Catches --f_number beside a preset's strength, which would be two amounts."""
    found = look.over(Look(f_number=2.0), Look(strength=70, boost=3))
    assert found == Look(f_number=2.0, boost=3)
    look.check(found)


def test_the_focal_range_is_the_photo_s_unless_it_is_a_number():
    assert look.ranged(Look(), 0.1).focal_range == 0.1
    assert look.ranged(Look(focal_range="auto"), 0.1).focal_range == 0.1
    assert look.ranged(Look(focal_range=0.0), 0.1).focal_range == 0
    assert look.ranged(Look(focal_range="auto"), 0.0).focal_range is None


def test_zero_is_an_answer():
    """Catches `value or default`: strength 0 is no blur, not the default."""
    assert look.over(Look(strength=0), Look(strength=70)).strength == 0
    assert look.given(Look(rotation=0.0)) == {"rotation": 0.0}


@pytest.mark.parametrize(
    ("controls", "said"),
    [
        ({"strength": 1, "radius": 2}, "strength and radius were given; each says how"),
        ({"f_number": 0.0}, "f-number is 0; expected"),
        ({"f_number": float("nan")}, "f-number is nan; expected"),
        ({"strength": 101}, "strength is 101; expected 0 to 100"),
        ({"radius": -1}, "radius is -1; expected 0 to"),
        ({"radius": float("inf")}, "radius is inf; expected 0 to"),
        ({"focal_range": float("nan")}, "focal_range is nan; expected 0 to 1"),
        ({"focal_range": 1.5}, "focal_range is 1.5; expected 0 to 1"),
        ({"boost": 0.5}, "boost is 0.5; expected 1 to"),
        ({"blades": 2}, "blades is 2; expected"),
        ({"spherical": -2.0}, "spherical is -2; expected a number from -1 to 1"),
        ({"grain": -1.0}, "grain is -1; expected 0 to 4"),
        ({"fringing": 1.5}, "fringing is 1.5; expected 0 to 1"),
        ({"vignette": float("nan")}, "vignette is nan; expected 0 to 1"),
        ({"method": "graded", "vignette": 1.0}, "vignette has no effect with the met"),
        ({"shape": "star"}, "no aperture shape 'star'; expected one of disc"),
        ({"method": "magic"}, r"no method magic; expected lens, .*\.tflite"),
        ({"method": "classic", "boost": 2}, "boost has no effect with the method cla"),
        ({"method": "n.tflite", "strength": 2}, "strength has no effect with the meth"),
        ({"filter": "median"}, "filter has no effect with the method lens"),
    ],
)
def test_what_cannot_be_drawn_is_one_sentence(controls, said):
    with pytest.raises(ValueError, match=said):
        look.check(Look(**controls))


@pytest.mark.parametrize(
    "controls",
    [
        {},
        {"method": "graded", "filter": "median", "strength": 100},
        {"method": "n.tflite"},
        {"focal_range": "auto"},
        {"radius": 0, "focal_range": 1, "boost": 1, "rotation": -90.0},
    ],
)
def test_what_can_be_drawn_passes(controls):
    look.check(Look(**controls))


def test_every_control_is_a_flag_without_a_default_of_its_own():
    """Catches a default that would always win over a preset."""
    assert cli.parse(Look) == Look()
    found = cli.parse(Look, "--strength=0", "--shape=ring", "--blades=6")
    assert found == Look(strength=0, shape="ring", blades=6)
