"""Lists of pictures."""

import pytest

from darkroom.io import lists


def test_lines_know_where_they_stand(tmp_path):
    """Catches numbers that count no empty lines, or from 0."""
    file = tmp_path / "list.txt"
    file.write_text("a.png b.png\n \n\nc.png\n")
    assert list(lists.lines(str(file))) == [
        (f"{file}, line 1", ["a.png", "b.png"]),
        (f"{file}, line 4", ["c.png"]),
    ]


def test_an_empty_list_and_none(tmp_path):
    (tmp_path / "list.txt").write_text(" \n\n")
    with pytest.raises(ValueError, match=r"list.txt: it is empty; expected"):
        list(lists.lines(str(tmp_path / "list.txt")))
    with pytest.raises(FileNotFoundError):
        list(lists.lines(str(tmp_path / "other.txt")))


def test_a_picture_may_have_another_ending(tmp_path):
    """Catches a name that is cut at its first dot, and a file replaced by another."""
    (tmp_path / "a.b.png").touch()
    assert lists.on_disk(tmp_path / "a.b.jpg") == tmp_path / "a.b.png"
    (tmp_path / "a.b.jpg").touch()
    assert lists.on_disk(tmp_path / "a.b.jpg") == tmp_path / "a.b.jpg"
    assert lists.on_disk(tmp_path / "gone.jpg") == tmp_path / "gone.jpg"
