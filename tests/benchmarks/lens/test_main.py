"""The program, on one tiny scene of our own."""

import json
import subprocess
import sys

import pytest

from benchmarks.lens import __main__ as program
from benchmarks.lens import renderers
from darkroom import cli
from darkroom.io import images
from darkroom.scenes import layouts, recipes


@pytest.fixture
def scenes(tmp_path):
    """A set of one scene of 48x64 pixels."""
    recipe = recipes.Recipe("lens", 0, 1, "48x64")
    for place, make in layouts.files(recipe, "test", 0).items():
        content, path = make(), tmp_path / place
        if isinstance(content, str):
            path.write_text(content)
        else:
            images.write(path, content)
    return tmp_path / "test"


def test_scores_go_to_the_table_the_file_and_the_sheet(scenes, tmp_path, capsys):
    output, sheet = tmp_path / "scores.json", tmp_path / "sheet.png"
    flags = [f"--data_dir={scenes}", "--fresh=0", "--repeats=0"]
    flags += [f"--output={output}", f"--sheet={sheet}"]
    program.main(cli.parse(program.Config, *flags))
    report = json.loads(output.read_text())
    assert list(report["sets"]["test"]) == list(renderers.ALL)
    shots = report["sets"]["test"]["lens"]["shots"]
    assert list(shots) == ["scene_0/0", "scene_0/1", "scene_0/2"]
    assert 15 < report["sets"]["test"]["lens"]["mean"]["worst"] < 60
    assert images.read(sheet).pixels.shape[0] == 3 * (48 + 22) + 2 * 8
    printed = capsys.readouterr().out
    assert "test, 3 shots" in printed
    assert "test: dB above gather" in printed
    assert str(output) in printed


@pytest.mark.parametrize(
    ("flags", "text"),
    [
        (["--size=480"], "--size=480 is no size; write height x width"),
        (["--data_dir=nowhere", "--fresh=0"], "nowhere is not there, and --fresh=0"),
    ],
)
def test_flags_that_cannot_be(flags, text) -> None:
    with pytest.raises(ValueError, match=text):
        program.main(cli.parse(program.Config, *flags))


def test_nothing_of_it_needs_tensorflow() -> None:
    """Nor does --help need numba or scikit-image."""
    start = "import sys; from benchmarks.lens import __main__; "
    heavy = "[m for m in ('numba', 'skimage') if m in sys.modules]"
    all_of_it = "; from benchmarks.lens import gather, report, sheet, table"
    networks = "[m for m in ('tensorflow', 'keras') if m in sys.modules]"
    made = subprocess.run(
        [sys.executable, "-c", f"{start}print({heavy}){all_of_it}; print({networks})"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert made.stdout.split() == ["[]", "[]"]
