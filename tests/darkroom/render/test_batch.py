"""All photos of a command, one after the other."""

import numpy as np
import pytest

from darkroom.io import companions, images
from darkroom.render import aim, batch, look, order, shot

ORDER = order.Order(look.Look(), aim.Aim(disparity=0.5))


@pytest.fixture
def rendered(monkeypatch):
    """Stands in for the rendering of one photo: fails for names that begin with x."""
    jobs = []

    def render(job, asked):
        if job.photo.name.startswith("x"):
            raise ValueError("something is wrong")
        jobs.append(job)
        return f"{job.photo} done"

    monkeypatch.setattr(shot, "render", render)
    return jobs


def touch(folder, *names):
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).touch()


def names(paths):
    return [path.name for path in paths]


def test_a_bad_photo_does_not_stop_the_others(tmp_path, rendered, capsys):
    touch(tmp_path, "a.jpg", "x1.jpg", "x2.jpg", "z.jpg", "z_depth.png")
    with pytest.raises(ValueError, match="2 of 4 photos could not be rendered"):
        batch.render([str(tmp_path)], None, companions.Named(), ORDER)
    assert names(job.photo for job in rendered) == ["a.jpg", "z.jpg"]
    said = capsys.readouterr()
    errors = [line for line in said.err.splitlines() if line.startswith("error: ")]
    assert errors == [
        f"error: {tmp_path / name}: something is wrong" for name in ("x1.jpg", "x2.jpg")
    ]
    assert f"{tmp_path / 'z.jpg'} done" in said.out
    assert "z_depth.png" in said.out  # it was left out


def test_one_bad_photo_is_one_sentence_with_its_name(tmp_path, rendered):
    with pytest.raises(ValueError, match=r"x\.jpg: something is wrong") as caught:
        batch.render([str(tmp_path / "x.jpg")], None, companions.Named(), ORDER)
    assert "could not be rendered" not in str(caught.value)


def test_a_sweep_stands_in_for_the_picture(tmp_path, rendered):
    named = companions.Named(sweep=str(tmp_path / "s.gif"))
    for output, wanted in ((None, None), ("b.jpg", "b.jpg")):
        output = output and str(tmp_path / output)
        batch.render([str(tmp_path / "a.jpg")], output, named, ORDER)
        assert rendered[-1].output == (wanted and tmp_path / wanted)
        assert rendered[-1].sweep == tmp_path / "s.gif"


def test_a_batch_that_was_stopped_can_be_run_again(tmp_path, monkeypatch):
    """What is there is kept, and the rest is made, with an exit code that says so."""
    picture = np.zeros((4, 6, 3), np.uint8)
    for name in ("a.png", "b.png", "a_bokeh.png"):
        images.write(tmp_path / name, picture)
    made = []
    read = shot.Shot(images.Photo(picture), np.zeros((4, 6)), 0.5, "")
    monkeypatch.setattr(shot, "read", lambda job, asked: made.append(job) or read)
    monkeypatch.setattr(shot, "draw", lambda shot, how: picture)
    with pytest.raises(ValueError, match="1 of 2 photos could not be rendered"):
        batch.render([str(tmp_path)], None, companions.Named(), ORDER)
    assert names(job.photo for job in made) == ["b.png"]
    assert (tmp_path / "b_bokeh.png").exists()
