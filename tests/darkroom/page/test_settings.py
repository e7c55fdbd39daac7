"""Settings are read as the command line is."""

import dataclasses
import shlex

import pytest

from darkroom import cli, program
from darkroom.page import settings, strokes
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
        ({"look": {"f_number": "nan"}}, "f_number=nan: expected a finite"),
        ({"look": {"strength": 50, "f_number": 2}}, "give one of them"),
        ({"look": {"shape": "heart"}}, "shape"),
        ({"look": {"shape": "disc", "blades": 5}}, "blades"),
        ({"look": {"focal_range": 2}}, "focal_range"),
        ({"look": {"f_number": 1e-9}}, "f_number is 1e-09; expected at least"),
        ({"look": {"blades": 10**400}}, r"blades came as 1000*\.\.\."),
        ({"look": {"blades": 10**30}}, "blades=1000"),
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
        (
            {
                "strokes": [
                    {"kind": "sharp", "size": 1, "soft": 1, "points": [[0.5, 0.5]]}
                ]
                * 1_400
            },
            "1400 strokes",
        ),
    ],
)
def test_a_wrong_setting_is_one_sentence(values, said):
    with pytest.raises(ValueError, match=said) as caught:
        settings.read(values)
    assert len(program.sentence(caught.value)) < 300


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


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "soft"},
        {"soft": -0.1},
        {"soft": 1.1},
        {"soft": "1"},
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
    assert settings.read({"strokes": [fine]}).strokes == (
        strokes.Stroke("sharp", 0.2, ((0.5, 0.5),)),
    )
    for bad in (fine | change, "stroke", {}):
        with pytest.raises(ValueError, match="a brush stroke came as"):
            settings.read({"strokes": [fine, bad]})
