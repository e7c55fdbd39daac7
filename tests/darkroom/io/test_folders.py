"""The pictures of a data set's folder."""

import pytest

from darkroom.io import folders


def test_pictures_by_stem_9_before_10(tmp_path):
    for name in ("10.jpg", "9.PNG", "a.bmp", "._9.png", ".hidden.jpg", "notes.txt"):
        (tmp_path / name).touch()
    (tmp_path / "folder.png").mkdir()
    assert [*folders.pictures(tmp_path)] == ["a", "9", "10"]


def test_two_files_of_one_stem_are_refused(tmp_path):
    """Catches one that is taken for the other, by the order of the disk."""
    for name in ("0.jpg", "0.png"):
        (tmp_path / name).touch()
    with pytest.raises(ValueError, match=r"0\.jpg and 0\.png have one name"):
        folders.pictures(tmp_path)


def test_what_is_left_out_is_said(tmp_path, capsys):
    for name in ("a.png", "b.psd", "c.psd"):
        (tmp_path / name).touch()
    assert [*folders.pictures(tmp_path)] == ["a"]
    assert "2 .psd files are left out" in capsys.readouterr().err
