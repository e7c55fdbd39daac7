"""The program: its flags, and what becomes of them."""

import pathlib
import subprocess
import sys

import pytest

from darkroom import cli
from darkroom.scenes import __main__ as program
from darkroom.scenes import layouts, recipes


@pytest.mark.parametrize("layout", ["stereo", "portrait", "lens"])
def test_the_program_makes_every_layout(
    layout: recipes.Layout, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ["--train=1", "--test=1", "--size=40x40", "--workers=1"]
    folder = tmp_path / layout
    config = cli.parse(
        program.Config, *flags, f"--layout={layout}", f"--output={folder}"
    )
    program.main(config)
    assert capsys.readouterr().out == f"1 training and 1 test scenes in {folder}\n"
    recipe = recipes.Recipe(layout, 1, 1, "40x40")
    for split in ("train", "test"):
        for place in layouts.files(recipe, split, 0):
            assert layouts.whole(folder / place)
    for name, text in layouts.lists(recipe).items():
        assert (folder / name).read_text() == text


@pytest.mark.parametrize(
    ("flags", "text"),
    [
        (["--size=40", "--output=x"], "size is 40; expected HxW"),
        (["--train=0", "--test=0", "--output=x"], "0 training and 0 test scenes"),
        ([], "no folder was named; pass --output DIR"),
    ],
)
def test_flags_that_cannot_be(flags: list[str], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        program.main(cli.parse(program.Config, *flags))


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
