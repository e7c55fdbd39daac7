"""Lists of pictures."""

import pathlib

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


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_as_windows_saves_it(tmp_path, encoding):
    file = tmp_path / "list.txt"
    file.write_bytes("é.png b.png\r\n".encode(encoding))
    assert list(lists.lines(str(file))) == [(f"{file}, line 1", ["é.png", "b.png"])]


def test_another_encoding_is_said(tmp_path):
    file = tmp_path / "list.txt"
    file.write_bytes("a.png\né.png\n".encode("latin-1"))
    with pytest.raises(ValueError, match=r"list\.txt, line 2: it is not text in UTF-8"):
        list(lists.lines(str(file)))


def test_names_with_spaces(tmp_path):
    """In quotes, or alone on a line."""
    file = tmp_path / "list.txt"
    file.write_text('"my left.png" "my right.png"\nmy left.jpg\na.png b.png\n')
    (tmp_path / "my left.png").touch()
    assert [names for _, names in lists.lines(str(file), tmp_path)] == [
        ["my left.png", "my right.png"],
        ["my left.jpg"],
        ["a.png", "b.png"],
    ]


def test_an_ending_in_another_case(tmp_path):
    (tmp_path / "a.JPG").touch()
    assert lists.on_disk(tmp_path / "a.jpg").name.lower() == "a.jpg"
    assert lists.on_disk(tmp_path / "a.png").is_file()


ENDINGS = {"npy": "_disp.npy"}


def test_photos_and_pairs_of_a_list(tmp_path):
    """Catches folders that fall into one, and a jpg that was kept as png."""
    for name in ("d1/l/7.png", "d1/r/7.png", "d2/l/7.jpg"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    names = tmp_path / "names.txt"
    names.write_text("d1/l/7.jpg d1/r/7.jpg\n\nd2/l/7.jpg\nd3/gone.jpg\n")
    pair, one, gone = lists.jobs([], str(names), str(tmp_path), "out", ENDINGS)
    assert pair.photo == tmp_path / "d1/l/7.png"
    assert pair.companions.right == str(tmp_path / "d1/r/7.png")
    assert pair.outputs == {"npy": pathlib.Path("out/d1/l/7_disp.npy")}
    assert (one.photo, one.companions.right) == (tmp_path / "d2/l/7.jpg", "")
    assert one.place == f"{names}, line 3"
    assert gone.photo == tmp_path / "d3/gone.jpg"


def test_what_cannot_be_with_a_list_is_one_sentence(tmp_path):
    names = str(tmp_path / "names.txt")
    pathlib.Path(names).write_text("a.png\na.png\n")
    for arguments, output, said in (
        (["b.png"], "out", r"got photos and the list .*names\.txt; pass only one"),
        ([], None, "needs a folder to write to; pass --output"),
        ([], "out", r"names\.txt, line 2: a\.png is named twice"),
    ):
        with pytest.raises(ValueError, match=said):
            lists.jobs(arguments, names, ".", output, ENDINGS)
    with pytest.raises(ValueError, match="no photo was named"):
        lists.jobs([], None, ".", None, ENDINGS)
