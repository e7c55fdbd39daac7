"""Files are kept, and new ones appear whole."""

import errno
import os
import pathlib
import subprocess
import sys

import pytest

from darkroom import program
from darkroom.io import folders, saving


def test_a_file_is_replaced_only_if_that_is_allowed(tmp_path):
    path = tmp_path / "a.jpg"
    saving.reject_overwrite(path, False)
    path.touch()
    with pytest.raises(ValueError, match=r"a\.jpg is there already; pass --overwrite"):
        saving.reject_overwrite(path, False)
    saving.reject_overwrite(path, True, "", "prior", tmp_path / "b.jpg")


def test_what_it_is_made_from_is_never_replaced(tmp_path):
    """Catches a photo that is replaced through another spelling of its path."""
    path = tmp_path / "a.jpg"
    path.touch()
    (tmp_path / "link.jpg").symlink_to(path)
    for other in (path, tmp_path / ".." / tmp_path.name / "a.jpg"):
        with pytest.raises(ValueError, match="replace what it is made from"):
            saving.reject_overwrite(tmp_path / "link.jpg", True, "", str(other))


def test_a_file_keeps_its_ending_while_it_is_written(tmp_path):
    """Writers choose the format by it."""
    seen = []

    def save(path: pathlib.Path) -> None:
        seen.append(path)
        path.write_text("new")

    saving.write(tmp_path / "deep" / "x.weights.h5", save)
    assert (tmp_path / "deep" / "x.weights.h5").read_text() == "new"
    assert seen[0].name.endswith(".weights.h5") and seen[0].name != "x.weights.h5"
    assert [file.name for file in (tmp_path / "deep").iterdir()] == ["x.weights.h5"]


def full_disk(path: pathlib.Path) -> None:
    path.write_text("half")
    raise OSError(errno.ENOSPC, "No space left on device")


def library(path: pathlib.Path) -> None:
    """Says it as h5py does: at length, naming no file."""
    path.write_text("half")
    raise OSError(errno.ENOSPC, "Can't write data (file write failed: time = ...\n)")


def forbidden(path: pathlib.Path) -> None:
    raise PermissionError(errno.EACCES, "Permission denied", str(path))


def own_words(path: pathlib.Path) -> None:
    raise OSError("a writer's own sentence")


def another_file(path: pathlib.Path) -> None:
    (path.parent / "source.txt").read_text()


def ctrl_c(path: pathlib.Path) -> None:
    path.write_text("half")
    raise KeyboardInterrupt


def nothing(path: pathlib.Path) -> None:
    """A writer that does not write."""


@pytest.mark.parametrize(
    ("save", "said"),
    [
        (full_disk, "old.txt: No space left on device"),
        (library, "old.txt: No space left on device"),
        (forbidden, "old.txt: Permission denied"),
        (own_words, "a writer's own sentence"),
        (another_file, "source.txt: No such file or directory"),
        (nothing, "old.txt: No such file or directory"),
        (ctrl_c, None),
    ],
)
def test_an_old_file_survives_a_failing_save(tmp_path, save, said):
    path = tmp_path / "old.txt"
    path.write_text("old")
    with pytest.raises(BaseException) as error:
        saving.write(path, save)
    if said:
        assert isinstance(error.value, OSError)
        assert program.sentence(error.value).endswith(said)
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["old.txt"]


def test_a_folder_that_is_a_file_is_named(tmp_path):
    (tmp_path / "a.png").touch()
    with pytest.raises(ValueError, match=r"a\.png is a file; expected a folder"):
        saving.write(tmp_path / "a.png" / "b" / "c.png", lambda to: None)


KILLED = """
import os, pathlib, signal, sys
from darkroom.io import folders, saving
def save(temporary):
    temporary.write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
saving.write(pathlib.Path(sys.argv[1]), save)
"""


def test_what_a_killed_writer_left_is_no_photo_and_is_swept(tmp_path):
    root = pathlib.Path(__file__).parents[3]
    path = tmp_path / "a_bokeh.jpg"
    subprocess.run([sys.executable, "-c", KILLED, str(path)], cwd=root, check=False)
    (left,) = tmp_path.iterdir()
    assert left.suffix == ".jpg" and folders.pictures(tmp_path) == {}
    saving.write(path, lambda to: to.write_text("new"))
    assert [*tmp_path.iterdir()] == [path]


def test_whoever_still_writes_is_left_alone(tmp_path):
    """This process, another one, another machine; and files of other names."""
    names = [
        f".a.{os.getppid()}-{saving.HOST}-unfinished.jpg",
        ".a.4194305-00000000-unfinished.jpg",
        "a.4194305-unfinished.jpg",
    ]
    for name in names:
        (tmp_path / name).touch()

    def save(to: pathlib.Path) -> None:
        to.touch()
        saving.sweep(tmp_path)

    saving.write(tmp_path / "b.jpg", save)
    assert {path.name for path in tmp_path.iterdir()} == {*names, "b.jpg"}
    os.utime(tmp_path / names[1], (0, 0))
    saving.sweep(tmp_path)
    assert not (tmp_path / names[1]).exists()
