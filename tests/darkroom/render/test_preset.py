"""A look in a file and back."""

import json

import pytest

from darkroom.render import look, preset

LOOK = look.Look(strength=62.5, shape="blades", blades=7, boost=12, focal_range="auto")


def test_a_preset_comes_back(tmp_path):
    preset.write(str(tmp_path / "a.json"), LOOK, overwrite=False)
    assert preset.read(tmp_path / "a.json") == LOOK
    assert preset.chosen(look.Look(), str(tmp_path / "a.json")) == LOOK


def test_a_preset_holds_only_what_was_set(tmp_path):
    """Catches defaults written out, which would hold on to today's defaults."""
    preset.write(str(tmp_path / "a.json"), look.Look(boost=2), overwrite=False)
    assert json.loads((tmp_path / "a.json").read_text()) == {"boost": 2}


def test_a_preset_is_not_replaced_unasked(tmp_path):
    path = str(tmp_path / "a.json")
    preset.write(path, LOOK, overwrite=False)
    with pytest.raises(ValueError, match="is there already"):
        preset.write(path, look.Look(), overwrite=False)
    preset.write(path, look.Look(), overwrite=True)
    assert preset.read(tmp_path / "a.json") == look.Look()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it is not JSON"),
        ("{", "it is not JSON"),
        ("\udcff", "it is not text in UTF-8"),
        ("[1]", "expected a JSON object"),
        ('{"sharpness": 1}', "no control 'sharpness'; a preset may hold method, str"),
        ('{"focus": "0.5,0.5"}', "no control 'focus'"),
        ('{"strength": "much"}', 'strength is "much"; expected a number'),
        ('{"strength": true}', "strength is true; expected a number"),
        ('{"strength": null}', "strength is null; expected a number"),
        ('{"blades": true}', "blades is true; expected a whole number"),
        ('{"blades": 5.5}', r"blades is 5\.5; expected a whole number"),
        ('{"shape": "star"}', 'shape is "star"; expected one of disc, bubble'),
        ('{"method": 3}', "method is 3; expected text"),
        ('{"focal_range": "x"}', 'focal_range is "x"; expected a number or auto'),
    ],
)
def test_a_bad_preset_is_one_sentence_with_its_path(tmp_path, text, said):
    path = tmp_path / "look.json"
    path.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(ValueError, match=rf"look\.json.*{said}"):
        preset.read(path)


def test_numbers_of_a_preset_are_checked_like_flags(tmp_path):
    (tmp_path / "a.json").write_text('{"strength": 400}')
    with pytest.raises(ValueError, match="strength is 400; expected 0 to 100"):
        preset.chosen(look.Look(), str(tmp_path / "a.json"))
    (tmp_path / "a.json").write_text('{"boost": NaN}')
    with pytest.raises(ValueError, match="boost is nan"):
        preset.chosen(look.Look(), str(tmp_path / "a.json"))
