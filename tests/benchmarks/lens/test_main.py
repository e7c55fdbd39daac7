"""The program, on one tiny scene; its tables and its limits."""

import json
import subprocess
import sys

import pytest

from benchmarks.lens import __main__ as program
from benchmarks.lens import renderers, scores
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


def test_scores_go_to_the_table_the_file_and_the_grid(scenes, tmp_path, capsys):
    output, grid = tmp_path / "scores.json", tmp_path / "grid.png"
    flags = [f"--data_dir={scenes}", "--fresh=0", "--repeats=0"]
    flags += [f"--output={output}", f"--sheet={grid}"]
    program.main(cli.parse(program.Config, *flags))
    report = json.loads(output.read_text())
    assert list(report["sets"]["test"]) == list(renderers.ALL)
    shots = report["sets"]["test"]["lens"]["shots"]
    assert list(shots) == ["scene_0/0", "scene_0/1", "scene_0/2"]
    assert 15 < report["sets"]["test"]["lens"]["mean"]["worst"] < 60
    assert images.read(grid).pixels.shape[0] == 3 * (48 + 22) + 2 * 8
    printed = capsys.readouterr().out
    assert "test, 3 shots" in printed
    assert "test, dB above gather: " in printed
    assert str(output) in printed


@pytest.mark.parametrize(
    ("flags", "text"),
    [
        (["--size=480"], "size is 480; expected HxW"),
        (["--fresh=0"], "--fresh=0 makes no scenes, and --data_dir names none"),
        (["--sets=fresh,bokeh"], "--sets has 'bokeh'; expected some of fresh, wrong"),
        (["--cutouts=c"], "--cutouts and --backgrounds make shots together"),
        (["--data_dir=nowhere"], "nowhere holds no scene; expected folders with aif"),
    ],
)
def test_flags_that_cannot_be(flags, text) -> None:
    with pytest.raises(ValueError, match=text):
        program.main(cli.parse(program.Config, *flags))


def test_nothing_of_it_needs_tensorflow() -> None:
    """Nor does --help need numba or scikit-image."""
    start = "import sys; from benchmarks.lens import __main__; "
    heavy = "[m for m in ('numba', 'skimage') if m in sys.modules]"
    all_of_it = "; from benchmarks.lens import comparison, cost, truth"
    networks = "[m for m in ('tensorflow', 'keras') if m in sys.modules]"
    made = subprocess.run(
        [sys.executable, "-c", f"{start}print({heavy}){all_of_it}; print({networks})"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert made.stdout.split() == ["[]", "[]"]


def cells(text: str) -> list[list[str]]:
    return [[c.strip() for c in line.split("|")[1:-1]] for line in text.splitlines()]


def test_tables_of_everything() -> None:
    """Catches columns exchanged, a score left out, and None that stops the program."""
    mean = {name: n + 0.25 for n, name in enumerate(scores.NAMES)}
    mean |= {"lights": None, "worst": 9.5, "milliseconds": 12.4}
    report = {
        "sets": {"fresh": {"lens": {"mean": mean, "shots": {"scene/0": {}}}}},
        "energy": {"lens": 0.0123},
        "seconds": {"12": {"gaussian": 0.5}},
        "memory": {"12": 0.75, "48": None},
    }
    tables = [cells(text) for text in program.tables(report)]
    assert tables[0][0][:4] == ["fresh, 1 shots", "PSNR", "SSIM", "scored"]
    assert tables[0][2] == [
        *("lens", "0.25", "1.2500", "2.25", "3.25", "9.50"),
        *("5.25", "-", "6.2500", "7.250"),
        "12",
    ]
    assert tables[1][2] == ["lens", "1.23%"]
    assert tables[2][0] == ["CPU-seconds", "gaussian"]
    assert tables[2][2] == ["12 MP", "0.500"]
    assert tables[3][2:] == [["12 MP", "0.75"], ["48 MP", "-"]]


def test_losses_are_told_for_all_and_for_edges() -> None:
    row = {"psnr": 0.504, "edges": 1.25}
    report = {"sets": {}, "energy": {}, "wrong_depth": {"8 bits": {"lens": row}}}
    (table, _) = (cells(text) for text in program.tables(report))
    assert table[0] == ["dB lost, all / edges", "lens"]
    assert table[2] == ["8 bits", "0.50 / 1.25"]


def limits(**report) -> dict[str, bool | None]:
    usual = {"sets": {}, "energy": {"lens": 0.004, "classic": 0.5}, "identity": True}
    return {limit.what: limit.met for limit in program.limits({**usual, **report})}


def test_gains_are_over_the_other_renderers() -> None:
    """Catches the gather's limit checked with the classic one's."""
    means = {"lens": 36.0, "gather": 31.0, "classic": 28.0}
    fresh = {
        name: {"mean": {"psnr": psnr, "sharpness": None}}
        for name, psnr in means.items()
    }
    met = limits(sets={"fresh": fresh})
    assert met["fresh, dB above gather"] is True
    assert met["fresh, dB above classic"] is False
    assert met["fresh, detail kept in focus"] is None
    assert met["light energy, relative error"] is True
    assert met["12 MP, peak memory in GB"] is None


def test_planes_and_hair_have_no_limits_of_flat_layers() -> None:
    means = {"psnr": 50.0, "sharpness": 1.0, "scored": 48.0}
    met = limits(sets={"planes": {"lens": {"mean": means}}})
    assert not [what for what in met if what.startswith("planes")]


def test_cost_is_compared_at_its_own_size() -> None:
    ratios = {"over gaussian": 2.5, "40 over 12": 1.0, "40 over 12 scaled": 1.2}
    memory = {"12": 0.9, "48": 3.0}
    met = limits(ratios={"1": ratios, "12": ratios}, memory=memory)
    assert met["1 MP, CPU-seconds over a Gaussian blur's"] is True
    assert met["12 MP, CPU-seconds over a Gaussian blur's"] is False
    assert met["12 MP, K 40 over K 12"] is True
    assert met["12 MP, K 40 over K 12 scaled"] is False
    assert met["12 MP, peak memory in GB"] is True
