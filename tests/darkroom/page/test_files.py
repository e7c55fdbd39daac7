"""Files that are there only while they are read."""

import pathlib

import pytest

from darkroom.page import files


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Süd see (2).jpg", "Süd see (2).jpg"),
        ("../../etc/passwd", "passwd"),
        (r"C:\photos\a.jpg", "a.jpg"),
        ("a\n\x00;b.png", "a___b.png"),
        ("-rf.png", "rf.png"),  # or the command would take it for a flag
        ("..", ""),
        ("", ""),
    ],
)
def test_a_name_cannot_be_a_path_or_a_flag(sent, kept):
    assert files.plain(sent) == kept


def test_a_long_name_keeps_its_ending():
    name = files.plain("ü" * 300 + ".jpeg")
    assert name.endswith("ü.jpeg")
    assert len(name.encode()) < 200


def test_files_are_there_and_then_gone():
    """Two of one name must not become one."""
    one, two = files.File("a.png", b"1"), files.File("a.png", b"2")
    with files.laid_out(one, two) as paths:
        assert [path.read_bytes() for path in paths] == [b"1", b"2"]
        assert [path.name for path in paths] == ["a.png", "a.png"]
    assert not any(path.parent.exists() for path in paths)


def test_errors_speak_of_the_file_not_of_where_it_lay():
    with (
        pytest.raises(ValueError, match=r"^a\.png: bad, not as b\.png$"),
        files.laid_out(files.File("a.png", b""), files.File("b.png", b"")) as paths,
    ):
        raise ValueError(f"{paths[0]}: bad, not as {paths[1]}")
    assert not paths[0].exists()


def test_on_linux_files_lie_in_memory():
    if not pathlib.Path("/dev/shm").is_dir():
        pytest.skip("there is no /dev/shm: this system has no folder in memory")
    with files.laid_out(files.File("a", b"")) as [path]:
        assert path.is_relative_to("/dev/shm")


def test_what_does_not_fit_into_memory_goes_elsewhere(monkeypatch):
    monkeypatch.setattr(files, "_free", lambda folder: 0)
    with files.laid_out(files.File("a", b"")) as [path]:
        assert not path.is_relative_to("/dev/shm")
