"""Which photos a command names, and what they become."""

import numpy as np
import pytest

from darkroom import images
from darkroom.render import aim, batch, companions, look, order, shot


def touch(folder, *names):
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).touch()


def names(paths):
    return [path.name for path in paths]


def test_a_folder_is_its_pictures_by_name(tmp_path):
    touch(tmp_path, "b.jpg", "a.PNG", "c.heic", "notes.txt", "map.npy", "._a.jpg")
    (tmp_path / "inner.jpg").mkdir()
    assert names(batch.photos([str(tmp_path)])[0]) == ["a.PNG", "b.jpg", "c.heic"]


def test_what_goes_with_a_photo_is_no_photo(tmp_path):
    """Catches a second run that renders what the first one wrote, and the maps."""
    made = ["a_bokeh.jpg", "a_depth.png", "a_depth_view.png", "a_disparity.tif"]
    touch(tmp_path, "a.jpg", "a_b.jpg", "z_depth.png", *made)
    for arguments in ([str(tmp_path)], [str(p) for p in sorted(tmp_path.iterdir())]):
        photos, others = batch.photos(arguments)
        assert names(photos) == ["a.jpg", "a_b.jpg", "z_depth.png"]
        assert names(others) == made
    alone, _ = batch.photos([str(tmp_path / "a_bokeh.jpg")])
    assert names(alone) == ["a_bokeh.jpg"]


def test_a_pattern_that_the_shell_left_alone(tmp_path):
    touch(tmp_path, "a1.jpg", "a2.jpg", "b.jpg", "a3.txt")
    touch(tmp_path / "in", "a4.png")
    assert names(batch.photos([f"{tmp_path}/a*"])[0]) == ["a1.jpg", "a2.jpg"]
    assert "a4.png" in names(batch.photos([f"{tmp_path}/**/a*"])[0])


def test_a_name_with_magic_characters_is_a_name(tmp_path):
    touch(tmp_path, "IMG[1].jpg", "IMG1.jpg")
    assert names(batch.photos([str(tmp_path / "IMG[1].jpg")])[0]) == ["IMG[1].jpg"]


def test_each_photo_is_taken_once(tmp_path):
    touch(tmp_path, "a.jpg", "b.jpg")
    again = str(tmp_path / ".." / tmp_path.name / "b.jpg")
    found, _ = batch.photos([str(tmp_path / "b.jpg"), str(tmp_path), again])
    assert names(found) == ["b.jpg", "a.jpg"]


def test_nothing_to_render_is_one_sentence(tmp_path):
    with pytest.raises(ValueError, match="no photo was named; pass files, folders"):
        batch.photos([])
    for argument in (str(tmp_path), str(tmp_path / "*.jpg")):
        with pytest.raises(ValueError, match=r"there is no picture; known endings are"):
            batch.photos([argument])


def test_a_missing_file_is_left_for_its_own_turn(tmp_path):
    """So that the others are rendered all the same."""
    missing = tmp_path / "missing.jpg"
    assert batch.photos([str(missing)]) == ([missing], [])


def test_the_output_s_name(tmp_path):
    photos = [tmp_path / "a.jpg", tmp_path / "b.c.TIF", tmp_path / "d.gif"]

    def becomes(output):
        found = batch.outputs(photos, output)
        return [str(found[photo].relative_to(tmp_path)) for photo in photos]

    assert becomes(None) == ["a_bokeh.jpg", "b.c_bokeh.TIF", "d_bokeh.jpg"]
    assert becomes(str(tmp_path / "new")) == ["new/a.jpg", "new/b.c.TIF", "new/d.jpg"]
    assert becomes(f"{tmp_path}/v1.5/")[0] == "v1.5/a.jpg"
    one = batch.outputs(photos[:1], str(tmp_path / "x.webp"))
    assert one == {photos[0]: tmp_path / "x.webp"}


def test_an_output_for_several_photos_is_a_folder(tmp_path):
    photos = [tmp_path / "a.jpg", tmp_path / "b.jpg"]
    with pytest.raises(ValueError, match=r"x\.jpg is one file for 2 photos"):
        batch.outputs(photos, "x.jpg")
    with pytest.raises(ValueError, match=r"ends in \.bmp; expected a folder, or"):
        batch.outputs(photos[:1], "x.bmp")


def test_two_photos_do_not_become_one_file(tmp_path):
    photos = [tmp_path / "x" / "1.jpg", tmp_path / "y" / "1.jpg"]
    batch.outputs(photos, None)
    with pytest.raises(ValueError, match=r"x/1\.jpg and .*y/1\.jpg would both become"):
        batch.outputs(photos, str(tmp_path))
    with pytest.raises(ValueError, match="would both become"):
        batch.outputs([tmp_path / "a.jpg", tmp_path / "a.gif"], None)


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
