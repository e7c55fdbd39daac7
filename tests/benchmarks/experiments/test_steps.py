"""Programs that run once, whatever stops them; results that are made once."""

import dataclasses
import json

import numpy as np
import pytest

from benchmarks.experiments import outcome, sheets, steps
from darkroom import pixels
from darkroom.report import results


def step(name, *arguments):
    """A program of Python's own that costs nothing: it writes JSON in good form."""
    return steps.Step(name, "json.tool", tuple(map(str, arguments)))


def test_a_step_that_is_done_is_not_run_again(tmp_path):
    """Catches a resume that trains again, and one that trusts another command."""
    (tmp_path / "in.json").write_text("[1]")
    one = step("one", tmp_path / "in.json", tmp_path / "out.json")
    spent = steps.run([one], tmp_path / "runs")
    assert (tmp_path / "out.json").exists() and spent["one"] > 0
    (tmp_path / "out.json").unlink()
    assert steps.run([one], tmp_path / "runs") == spent
    assert not (tmp_path / "out.json").exists()
    other = step("one", tmp_path / "in.json", tmp_path / "other.json")
    steps.run([other], tmp_path / "runs")
    assert (tmp_path / "other.json").exists()


def test_a_failure_is_told_and_run_again(tmp_path):
    missing = step("one", tmp_path / "in.json", tmp_path / "out.json")
    with pytest.raises(ValueError, match=r"json\.tool .* ended with 2: .*in\.json"):
        steps.run([missing], tmp_path / "runs")
    record = json.loads((tmp_path / "runs/steps/one.json").read_text())
    assert not record["done"]
    (tmp_path / "in.json").write_text("[1]")
    spent = steps.run([missing], tmp_path / "runs")
    assert spent["one"] > record["cpu_seconds"] > 0  # both runs count


@dataclasses.dataclass(frozen=True)
class Settings:
    """As of an experiment."""

    seeds: tuple[int, ...] = (0, 1)


def test_a_result_is_made_once(tmp_path, monkeypatch, capsys):
    """Catches a finished experiment that runs again, and one shown for another."""
    monkeypatch.chdir(tmp_path)
    about = outcome.About(9, "nine", "Nine", "Why?", "So.")
    made = []

    def make(folder):
        made.append(folder)
        table = results.Table("t", ["", "PSNR"], [["a", "30.0"]])
        return outcome.Found([table], [], ["It is 30."], 90.0)

    for settings in (Settings(), Settings(), Settings((0,))):
        outcome.show(about, outcome.Config("smoke"), settings, make)
    assert made == [outcome.RUNS / "smoke/nine"] * 2
    result = results.read(outcome.RUNS / "smoke/nine")
    assert (result.cpu_minutes, result.settings["seeds"]) == (1.5, [0])
    assert result.command == "scripts/experiments/nine.sh --scale smoke"
    assert capsys.readouterr().out.count("- It is 30.") == 3


def test_spread_by_hand():
    assert outcome.spread([1.0, 3.0], 2) == "2.00 ± 1.41"
    assert outcome.spread([0.25], 1) == "0.2" and outcome.spread([], 1) == "-"


def test_pictures_are_small(tmp_path):
    """Catches a sheet too large for a page: noise is the worst."""
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, (300, 900, 3), np.uint8)
    sheets.write(tmp_path / "sheet.jpg", [[noise, noise], [noise]], ["a", "b"])
    assert (tmp_path / "sheet.jpg").stat().st_size < 300_000
    cut = sheets.part(noise[:40, :40], 0.5, 0.25, 0.25)
    assert np.array_equal(cut[::4, ::4], noise[20:30, 10:20])


def test_columns_of_an_evaluation_s_sheet():
    """Catches a column that is cut out a gap too far."""
    from benchmarks.experiments import joint_or_staged

    values = np.arange(8, dtype=np.uint8).reshape(2, 4) * 30
    rows = [[np.full((240, 50, 3), value) for value in row] for row in values]
    sheet = pixels.grid(rows, [("a", "b", "c", "d"), ()])
    columns = joint_or_staged.sheet_columns(sheet)
    found = [[np.unique(cell).tolist() for cell in column] for column in columns]
    assert found == [[[value] for value in column] for column in values.T.tolist()]
    assert all(cell.shape == (240, 50, 3) for column in columns for cell in column)
