"""Data sets: the same bytes again, completed when interrupted, guarded."""

import dataclasses
import pathlib
import subprocess
import sys
import time
from typing import Any

import pytest

from darkroom.io import saving
from darkroom.scenes import dataset, layouts, recipes

EBB = recipes.Recipe("ebb", 3, 2, "40x56", seed=1)
SMALL = recipes.Recipe("ebb", 1, 1, "40x56")


def contents(folder: pathlib.Path) -> dict[str, bytes]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("scenes") / "ebb"
    return dataset.generate(EBB, folder, workers=1)


def test_the_recipe_is_kept_as_it_always_was(whole: pathlib.Path) -> None:
    """Catches another form: a data set begun before would be refused."""
    assert (whole / "scenes.json").read_text() == (
        '{\n  "layout": "ebb",\n  "train": 3,\n  "test": 2,\n  "height": 40,\n'
        '  "width": 56,\n  "seed": 1,\n  "aperture": 0.04,\n  "baseline": 0.08,\n'
        '  "version": 1\n}\n'
    )


def test_focused_scenes_say_how_far_they_blur(tmp_path: pathlib.Path) -> None:
    """And are not taken for others, nor others for them."""
    focused = dataclasses.replace(SMALL, focused=True)
    folder = dataset.generate(focused, tmp_path / "a", workers=1)
    assert dataset.focused_radius(folder) == pytest.approx(0.04 * 56)
    with pytest.raises(ValueError, match="scenes of focused True, not of focused None"):
        dataset.generate(SMALL, folder, workers=1)


def test_other_folders_tell_no_network_of_their_blur(
    whole: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    assert dataset.focused_radius(whole) is None
    assert dataset.focused_radius(tmp_path) is None
    damaged = '{"focused": true, "aperture": "0.04", "width": 56}'
    for text in ("[1", "[1]", damaged, '{"focused": true}'):
        (tmp_path / "scenes.json").write_text(text)
        assert dataset.focused_radius(tmp_path) is None


def test_the_number_of_workers_changes_nothing(
    whole: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    other = dataset.generate(EBB, tmp_path / "a/b", workers=2)
    assert len(contents(whole)) == 1 + 5 * 3
    assert contents(other) == contents(whole)


def test_what_is_missing_or_cut_off_is_made_again_and_nothing_else(
    whole: pathlib.Path,
) -> None:
    """An interrupted data set is completed, not trusted."""
    before = contents(whole)
    times = {path: path.stat().st_mtime_ns for path in whole.rglob("*.*")}
    gone = whole / "train/bokeh/1.jpg"
    cut = whole / "test/original_depth/0.png"
    gone.unlink()
    cut.write_bytes(cut.read_bytes()[:50])
    left = f".1.4194305-{saving.HOST}-unfinished.jpg"  # no process has that number
    (whole / "test/bokeh" / left).write_bytes(b"left by a kill")
    dataset.generate(EBB, whole, workers=1)
    assert contents(whole) == before
    touched = {path for path in times if path.stat().st_mtime_ns != times[path]}
    assert touched == {gone, cut}


def test_a_complete_one_starts_no_process(
    whole: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dataset, "_pool", None)
    assert dataset.generate(EBB, whole) == whole


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"train": 4}, r"scenes of train 3, not of train 4 as asked for; ask for"),
        ({"seed": 2, "size": "48x56"}, r"height 40, seed 1, not of height 48, seed 2"),
    ],
)
def test_another_recipe_is_refused(
    whole: pathlib.Path, change: dict[str, Any], text: str
) -> None:
    before = contents(whole)
    with pytest.raises(ValueError, match=text):
        dataset.generate(dataclasses.replace(EBB, **change), whole)
    assert contents(whole) == before


def test_a_folder_of_other_things_is_left_alone(tmp_path: pathlib.Path) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"photo")
    for folder in (tmp_path, tmp_path / "holiday.jpg"):
        with pytest.raises(ValueError, match=r"something else than .* empty folder"):
            dataset.generate(SMALL, folder)
    assert contents(tmp_path) == {"holiday.jpg": b"photo"}


def test_a_recipe_that_cannot_be_read_is_refused(tmp_path: pathlib.Path) -> None:
    (tmp_path / dataset.RECIPE).write_text("[")
    with pytest.raises(ValueError, match=r"layout None, .* not of layout ebb"):
        dataset.generate(SMALL, tmp_path)


def test_a_worker_that_fails_says_why(
    tmp_path: pathlib.Path,
) -> None:
    """Catches an error lost in another process."""
    recipe = recipes.Recipe("stereo", 1, 0, "40x56")
    dataset._claim(tmp_path, recipe)
    (tmp_path / "left").write_text("a file where a folder belongs")
    with pytest.raises(ValueError, match="left is a file; expected a folder"):
        dataset.generate(recipe, tmp_path, workers=1)


def test_a_kill_leaves_whole_files_and_no_process(tmp_path: pathlib.Path) -> None:
    """Catches workers that wait for ever, and files that grow in place."""
    folder = tmp_path / "killed"
    flags = ["--train=400", "--test=0", "--size=40x56", "--workers=2"]
    command_line = [sys.executable, "-m", "darkroom.scenes", f"--output={folder}"]
    program = subprocess.Popen([*command_line, *flags], stderr=subprocess.PIPE)
    while not list(folder.glob("train/bokeh/*.jpg")):
        assert program.poll() is None
        time.sleep(0.02)
    program.kill()
    assert program.stderr is not None
    program.stderr.read()  # ends when the last process that could write is gone
    program.wait()
    made = [path for path in folder.rglob("*.*g") if "unfinished" not in path.name]
    assert 0 < len(made) < 1200
    assert all(layouts.whole(path) for path in made)
