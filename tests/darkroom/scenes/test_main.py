"""The program: its flags, and what becomes of them."""

import dataclasses
import inspect
import pathlib
import subprocess
import sys
import typing
from typing import Any

import pytest

from darkroom import command
from darkroom.scenes import __main__ as program
from darkroom.scenes import dataset, layouts, recipes


def test_each_flag_reaches_the_parameter_of_its_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Catches positional arguments out of order: width first, aperture as baseline."""
    wanted: dict[str, Any] = {
        "layout": "depth",
        "output": "here",
        "train": 7,
        "test": 5,
        "seed": 3,
        "aperture": 0.01,
        "baseline": 0.02,
        "workers": 4,
        "photos": "albums",
    }
    signature, passed = inspect.signature(dataset.generate), {}

    def note(*arguments: Any, **named: Any) -> pathlib.Path:
        passed.update(signature.bind(*arguments, **named).arguments)
        return pathlib.Path("here")

    monkeypatch.setattr(dataset, "generate", note)
    program.main(program.Config(**wanted, size="40x56"))
    assert passed == {**wanted, "size": (40, 56)}


def test_layouts_and_defaults_are_those_of_recipes() -> None:
    """Catches a layout or a default changed in one place: --help needs a copy."""
    hints = typing.get_type_hints(program.Config)
    assert typing.get_args(hints["layout"]) == typing.get_args(recipes.Layout)
    defaults = {
        field.name: field.default for field in dataclasses.fields(program.Config)
    }
    for field in dataclasses.fields(recipes.Recipe):
        if field.default is not dataclasses.MISSING and field.name in defaults:
            assert defaults[field.name] == field.default
    generate = inspect.signature(dataset.generate).parameters
    assert defaults["size"] == "{}x{}".format(*generate["size"].default)
    for name in ("train", "test", "seed", "aperture", "baseline", "workers", "photos"):
        assert defaults[name] == generate[name].default


@pytest.mark.parametrize("size", ["40x", "-40x56", "40x56x3", "40 x 56", "40.5x56"])
def test_sizes_that_are_none(size: str) -> None:
    """Catches a match of the beginning only."""
    with pytest.raises(ValueError, match=f"--size={size} is no size"):
        program.main(program.Config(output="x", size=size))


@pytest.mark.parametrize("layout", ["stereo", "portrait", "lens"])
def test_the_program_makes_every_layout(
    layout: recipes.Layout, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ["--train=1", "--test=1", "--size=40x40", "--workers=1"]
    folder = tmp_path / layout
    config = command.parse(
        program.Config, *flags, f"--layout={layout}", f"--output={folder}"
    )
    program.main(config)
    assert capsys.readouterr().out == f"1 training and 1 test scenes in {folder}\n"
    recipe = recipes.Recipe(layout, 1, 1, 40, 40)
    for split in ("train", "test"):
        for place in layouts.files(recipe, split, 0):
            assert layouts.whole(folder / place)
    for name, text in layouts.lists(recipe).items():
        assert (folder / name).read_text() == text


@pytest.mark.parametrize(
    ("flags", "text"),
    [
        (["--size=40", "--output=x"], "--size=40 is no size; write height x width"),
        ([], "no folder was named; pass --output DIR"),
    ],
)
def test_flags_that_cannot_be(flags: list[str], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        program.main(command.parse(program.Config, *flags))


def test_help_needs_no_heavy_module() -> None:
    """--help answers at once: neither TensorFlow nor OpenCV nor NumPy is imported."""
    code = (
        "import sys; from darkroom.scenes import __main__; "
        "print([m for m in ('numpy', 'cv2', 'tensorflow') if m in sys.modules])"
    )
    made = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert made.stdout.strip() == "[]"
