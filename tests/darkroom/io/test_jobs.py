"""Which photos, what they become, and one after the other."""

import pathlib

import pytest

from darkroom.io import jobs


def touch(folder: pathlib.Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def is_output(path: pathlib.Path) -> bool:
    return "_disp" in path.name


def test_photos_of_a_folder_without_what_was_made_of_them(tmp_path):
    """Catches a second run that takes the first one's pictures for photos."""
    made = ("b_disparity.png", "b_disparity_colour.png", "b_disp.npy")
    touch(tmp_path, "b.jpg", "a.PNG", *made, "notes.txt")
    found = jobs.named([str(tmp_path)], None, is_output)
    assert [job.photo.name for job in found] == ["a.PNG", "b.jpg"]
    assert [job.becomes for job in found] == [tmp_path / "a", tmp_path / "b"]
    found = jobs.named([str(tmp_path / "*.jpg")], "out")
    assert [job.becomes for job in found] == [pathlib.Path("out/b")]


def test_right_photos_have_the_left_ones_names(tmp_path):
    touch(tmp_path, "left/1.png", "left/2.png", "right/1.png", "right/2.png", "r.png")
    right = str(tmp_path / "right")
    found = jobs.named([str(tmp_path / "left")], "out", right=right)
    assert [job.right for job in found] == [
        tmp_path / "right" / name for name in ("1.png", "2.png")
    ]
    one, other = str(tmp_path / "left/1.png"), str(tmp_path / "r.png")
    assert jobs.named([one], "out", right=other)[0].right == tmp_path / "r.png"
    with pytest.raises(ValueError, match=r"r.png is not a folder, .* 2 photos; pass"):
        jobs.named([str(tmp_path / "left")], "out", right=other)


def test_a_list_of_photos_and_of_pairs(tmp_path):
    """Catches folders that fall into one, and a jpg that was kept as png."""
    touch(tmp_path, "d1/l/7.png", "d1/r/7.png", "d2/l/7.jpg")
    names = tmp_path / "names.txt"
    names.write_text("d1/l/7.jpg d1/r/7.jpg\n\nd2/l/7.jpg\nd3/gone.jpg\n")
    pair, one, gone = jobs.listed(str(names), str(tmp_path), "out")
    assert (pair.photo, pair.right) == (
        tmp_path / "d1/l/7.png",
        tmp_path / "d1/r/7.png",
    )
    assert pair.becomes == pathlib.Path("out/d1/l/7")
    assert (one.photo, one.right) == (tmp_path / "d2/l/7.jpg", None)
    assert one.place == f"{names}, line 3"
    assert gone.photo == tmp_path / "d3/gone.jpg"


def test_a_list_needs_an_output(tmp_path):
    (tmp_path / "names.txt").write_text("a.png\n")
    with pytest.raises(ValueError, match="needs a folder to write to; pass --output"):
        jobs.listed(str(tmp_path / "names.txt"), str(tmp_path), None)


def test_an_output_that_is_a_file_is_refused(tmp_path):
    touch(tmp_path, "a.png", "b.png")
    with pytest.raises(ValueError, match=r"b\.png is a file; expected a folder to wri"):
        jobs.named([str(tmp_path / "a.png")], str(tmp_path / "b.png"))


def test_two_photos_of_one_name_are_refused(tmp_path):
    """Catches the second disparity in the place of the first."""
    touch(tmp_path, "1/a.png", "2/a.png", "2/a.jpg")
    both = [str(tmp_path / folder / "a.png") for folder in "12"]
    with pytest.raises(ValueError, match=r"1/a.png and .*2/a.png would both .* out/a;"):
        jobs.named(both, "out")
    assert len(jobs.named(both, None)) == 2
    with pytest.raises(ValueError, match="would both become"):
        jobs.named([str(tmp_path / "2")], None)


def test_a_bad_photo_does_not_stop_the_rest(capfd):
    paths = [pathlib.Path(f"{n}.png") for n in (1, 2, 3)]
    todo = [jobs.Job(path, path, None, "line 2") for path in paths]

    def work(job):
        if job.photo == paths[1]:
            raise ValueError("it is bad")
        return "done"

    with pytest.raises(ValueError, match=r"^1 of 3 photos have no end$"):
        jobs.each(todo, work, "have no end")
    said = capfd.readouterr()
    assert said.out.split("\n")[:2] == ["1.png -> done", "3.png -> done"]
    assert "error: line 2: 2.png: it is bad" in said.err
    with pytest.raises(ValueError, match=r"^line 2: 2.png: it is bad$"):
        jobs.each(todo[1:2], work, "have no end")
