"""Settings are read as the command line is."""

import dataclasses
import shlex

import numpy as np
import pytest

from darkroom import cli
from darkroom.page import settings
from darkroom.render import __main__ as render
from darkroom.render import look


def test_the_pages_numbers_are_the_commands():
    found = settings.read(
        {
            "look": {"f_number": 2.8, "shape": "blades", "blades": 7, "boost": 4},
            "focus": "0.25,0.75",
            "strokes": [{"kind": "sharp", "size": 0.1, "points": [[0.5, 0.5]]}],
            "turn": 3,
        }
    )
    assert found.look == look.Look(f_number=2.8, shape="blades", blades=7, boost=4.0)
    assert found.focus_request().point == (0.25, 0.75)
    assert found.turn == 3
    assert len(found.strokes) == 1


def test_nothing_said_is_the_commands_default():
    assert settings.read({}) == settings.Settings(look.Look())


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([], "expected an object of settings"),
        ({"look": [1]}, "look came as"),
        ({"focus": 3}, "focus came as"),
        ({"focus": "left"}, "expected x,y"),
        ({"turn": "1"}, "turn came as"),
        ({"strokes": [{}]}, "a brush stroke"),
        ({"look": {"f_number": 0}}, "f-number"),
        ({"look": {"f_number": "wide"}}, "f_number"),
        ({"look": {"f_number": "nan"}}, "f-number"),
        ({"look": {"strength": 50, "f_number": 2}}, "give one of them"),
        ({"look": {"shape": "heart"}}, "shape"),
        ({"look": {"shape": "disc", "blades": 5}}, "blades"),
        ({"look": {"focal_range": 2}}, "focal_range"),
        ({"look": {"f_number": 1e-9}}, "f_number is 1e-09; expected at least"),
        ({"look": {"blades": 10**400}}, r"blades came as 1000*\.\.\."),
        ({"look": {"blades": 10**30}}, "blades is 1000"),
        ({"look": {"shape": ["disc"] * 1000}}, "shape came as"),
        ({"focus": "0.5," + "5" * 1000}, "focus came as"),
        (
            {"strokes": [{"kind": "sharp", "size": 1, "points": [[0.5, 10**400]]}]},
            "a brush stroke",
        ),
        (
            {
                "strokes": [{"kind": "sharp", "size": 1, "points": [[0.5, 0.5]]}]
                * 20_000
            },
            "20000 strokes",
        ),
    ],
)
def test_a_wrong_setting_is_one_sentence(values, said):
    with pytest.raises(ValueError, match=said) as caught:
        settings.read(values)
    assert len(cli.sentence(caught.value)) < 300


@pytest.mark.parametrize(
    "name", ["method", "flagfile", "preset", "radius", "verbosity"]
)
def test_no_setting_names_a_file_or_another_flag(name):
    """`--flagfile` would read any file, `--method x.tflite` load one."""
    with pytest.raises(ValueError, match="there is no control"):
        settings.read({"look": {name: "any"}})


def test_the_command_spells_the_same():
    asked = settings.read(
        {"look": {"strength": 70, "shape": "ring"}, "focus": "0.1,0.2"}
    )
    line = settings.command_line(
        asked, "my photo.jpg", {"depth": "its map.png", "mask": "m.png"}, "out.png"
    )
    words = shlex.split(line.replace("\\\n", " "))
    assert words[:4] == ["python", "-m", "darkroom.render", "my photo.jpg"]
    config = cli.parse(render.Config, *words[4:])
    chosen = {
        field.name: getattr(config, field.name)
        for field in dataclasses.fields(look.Look)
    }
    assert look.Look(**chosen) == asked.look
    assert (config.depth, config.mask) == ("its map.png", "m.png")
    assert (config.focus, config.output) == ("0.1,0.2", "out.png")


def test_a_turn_makes_no_other_picture():
    one, two = (settings.read({"turn": turn}) for turn in (1, 2))
    assert one != two
    assert one.without_turn() == two.without_turn()


def stroke(kind="sharp", size=0.2, points=((0.5, 0.5),)):
    return settings.Stroke(kind, size, points)


def test_a_dab_is_a_disc_of_the_brushs_size():
    """A fifth of the longer side wide; its area is that of the disc."""
    mask = settings.brush_mask([stroke()], "sharp", (200, 300))
    rows, columns = np.nonzero(mask)
    assert abs(rows.mean() - 99.5) < 1
    assert abs(columns.mean() - 149.5) < 1
    assert abs(len(rows) / (np.pi * 30**2) - 1) < 0.05
    assert set(np.unique(mask)) == {0, 255}


def test_a_stroke_goes_where_it_was_drawn():
    mask = settings.brush_mask(
        [stroke(size=0.1, points=((0.1, 0.25), (0.9, 0.25)))], "sharp", (100, 200)
    )
    assert mask[25, 20:180].all()
    assert mask[14:36, 100].sum() == mask[:, 100].sum()
    assert not mask[60:].any()


def test_it_is_the_same_place_in_any_size():
    drawn = [stroke(points=((0.2, 0.3), (0.7, 0.8)))]
    small, large = (settings.brush_mask(drawn, "sharp", (h, 2 * h)) for h in (100, 400))
    assert (small != large[2::4, 2::4]).mean() < 0.02


def test_a_brush_wider_than_opencv_draws_paints_what_it_can():
    drawn = [stroke(size=1, points=((0.5, 0.5),))]
    assert settings.brush_mask(drawn, "sharp", (2, 40_000))[:, 4_000:36_000].all()


def test_the_later_stroke_holds():
    drawn = [stroke("sharp", 0.4), stroke("blurred", 0.2)]
    sharp, blurred = (
        settings.brush_mask(drawn, kind, (100, 100)) for kind in settings.BRUSHES
    )
    assert sharp[50, 50] == 0
    assert sharp[50, 33] == 255
    assert blurred[50, 50] == 255
    assert blurred[50, 33] == 0


def test_without_a_stroke_of_the_kind_there_is_no_mask():
    assert settings.brush_mask([], "sharp", (10, 10)) is None
    assert settings.brush_mask([stroke("blurred")], "sharp", (10, 10)) is None


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "soft"},
        {"size": 0},
        {"size": float("nan")},
        {"size": "1"},
        {"points": []},
        {"points": [[0.5]]},
        {"points": [[0.5, float("nan")]]},
        {"points": [[0.5, 1.5]]},
        {"points": [[0.1, 0.2], [0.3]]},
        {"points": None},
    ],
)
def test_what_is_no_stroke_is_refused(change):
    fine = {"kind": "sharp", "size": 0.2, "points": [[0.5, 0.5]]}
    assert settings.read({"strokes": [fine]}).strokes == (stroke(),)
    for bad in (fine | change, "stroke", {}):
        with pytest.raises(ValueError, match="a brush stroke came as"):
            settings.read({"strokes": [fine, bad]})
