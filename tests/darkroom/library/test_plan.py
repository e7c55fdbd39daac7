"""Which photos a library has, what they become, what is left to do."""

import pathlib

import numpy as np
import pytest

from darkroom.io import companions, images
from darkroom.library import plan, summary
from darkroom.render import look
from darkroom.render.options import RenderOptions

LENS = RenderOptions(look.Look())
PRIOR = companions.Companions(depth="prior")
GREY = np.full((8, 8, 3), 100, np.uint8)


@pytest.fixture
def library(tmp_path, monkeypatch):
    """Photos in folders in folders, one with its depth, and what is no photo."""
    for name in ("a.jpg", "2024/a.jpg", "2024/sea/b.png", "2024/sea/b_depth.png"):
        images.write(tmp_path / "photos" / name, GREY)
    (tmp_path / "photos/notes.txt").touch()
    monkeypatch.chdir(tmp_path)


def outputs(pattern: str, options: RenderOptions = LENS) -> dict[str, list[str]]:
    found = plan.jobs(pattern, "out", PRIOR, options)
    return {str(job.photo): [*map(str, job.outputs.values())] for job in found}


def test_names_are_those_below_the_fixed_part(library):
    assert outputs("photos/**") == {
        "photos/2024/a.jpg": ["out/2024/a.jpg"],
        "photos/2024/sea/b.png": ["out/2024/sea/b.png"],
        "photos/a.jpg": ["out/a.jpg"],
    }
    assert outputs("photos/2024/*/*.png") == {
        "photos/2024/sea/b.png": ["out/sea/b.png"]
    }
    assert outputs("photos") == {"photos/a.jpg": ["out/a.jpg"]}
    assert outputs("photos/a.jpg") == {"photos/a.jpg": ["out/a.jpg"]}


def test_a_view_is_written_beside(library):
    found = outputs("photos", RenderOptions(look.Look(), view=True))
    assert found == {"photos/a.jpg": ["out/a.jpg", "out/a_depth_view.png"]}


def test_what_is_there_is_done(library):
    todo = plan.jobs("photos/**", "out", PRIOR, LENS)
    assert plan.pending(todo, overwrite=False) == todo
    images.write(pathlib.Path("out/2024/a.jpg"), GREY)
    left = [str(job.photo) for job in plan.pending(todo, overwrite=False)]
    assert left == ["photos/2024/sea/b.png", "photos/a.jpg"]
    assert plan.pending(todo, overwrite=True) == todo


def test_results_inside_the_library_are_no_photos_of_it(library):
    images.write(pathlib.Path("photos/out/a.jpg"), GREY)
    todo = plan.jobs("photos/**", "photos/out", PRIOR, LENS)
    assert len(todo) == 3
    pathlib.Path("photos/2024/a.jpg").unlink()
    with pytest.raises(ValueError, match="all pictures there lie in --output"):
        plan.jobs("photos/*/a.jpg", "photos/out", PRIOR, LENS)


@pytest.mark.parametrize("output", ["photos", "photos/../photos/"])
def test_the_library_is_not_written_over(library, output):
    with pytest.raises(ValueError, match="is where the photos are"):
        plan.jobs("photos/**", output, PRIOR, LENS)


def test_two_photos_that_would_become_one_file(library):
    pathlib.Path("photos/a.dng").touch()
    images.write(pathlib.Path("photos/b/c.jpg"), GREY)
    with pytest.raises(ValueError, match="is not a folder, and there are 4 photos"):
        plan.jobs("photos/**", "out", companions.Companions(mask="m.png"), LENS)


def test_settings_are_not_mixed(tmp_path):
    plan.claim(tmp_path, LENS, PRIOR, overwrite=False)
    plan.claim(tmp_path, LENS, PRIOR, overwrite=False)
    larger = RenderOptions(look.Look(), max_megapixels=500)  # for those refused before
    plan.claim(tmp_path, larger, PRIOR, overwrite=False)
    ring = RenderOptions(look.Look(shape="ring"))
    with pytest.raises(ValueError, match='made with shape null, now it is "ring"'):
        plan.claim(tmp_path, ring, PRIOR, overwrite=False)
    plan.claim(tmp_path, ring, PRIOR, overwrite=True)
    plan.claim(tmp_path, ring, PRIOR, overwrite=False)
    for damaged in ("", "[]", "\x00", "[" * 100_000):
        (tmp_path / plan.SETTINGS).write_text(damaged)
        with pytest.raises(ValueError, match=r"settings\.json is damaged"):
            plan.claim(tmp_path, ring, PRIOR, overwrite=False)


def test_a_summary_of_nothing_left(tmp_path):
    total = summary.read(tmp_path, 7, 0.5)
    assert str(total) == "0 photos rendered, 7 done before, 0 failed"
