"""How much is let in, and files that are there only while they are read."""

import io
import os
import pathlib
import subprocess
import sys
import zlib

import pytest
from PIL import Image
from werkzeug import exceptions

from darkroom.page import uploads


def test_bytes_are_counted_before_they_are_read():
    uploads.check_bytes("a.jpg", 100, 100)
    with pytest.raises(exceptions.RequestEntityTooLarge, match=r"a\.jpg: .* 2 MB"):
        uploads.check_bytes("a.jpg", 2_000_001, 1_000_000)
    with pytest.raises(exceptions.LengthRequired):
        uploads.check_bytes("a.jpg", None, 100)


def test_pixels_are_counted_before_they_are_decoded():
    """A bomb: 5 KB that say they are 20 megapixels, and hold none."""
    target = io.BytesIO()
    Image.new("1", (5000, 4000)).save(target, "PNG")
    bomb = uploads.File("bomb.png", target.getvalue()[:100])
    assert uploads.check_pixels(bomb, 20_000_000) == 20_000_000
    with pytest.raises(
        exceptions.RequestEntityTooLarge, match=r"^413.*: bomb\.png: it has 20 megap"
    ):
        uploads.check_pixels(bomb, 19_999_999)


def test_a_bomb_that_pillow_itself_refuses_is_told_the_same():
    target = io.BytesIO()
    Image.new("1", (1, 1)).save(target, "PNG")
    head = bytearray(target.getvalue())
    head[16:24] = (40_000).to_bytes(4) + (40_000).to_bytes(4)
    head[29:33] = zlib.crc32(head[12:29]).to_bytes(4)
    with pytest.raises(
        exceptions.RequestEntityTooLarge, match="megapixels; at most 64"
    ):
        uploads.check_pixels(uploads.File("bomb.png", bytes(head)), 64_000_000)


def test_what_is_no_picture_is_left_to_its_reader():
    assert uploads.check_pixels(uploads.File("a.npy", b"no picture"), 1) == 10


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
    assert uploads.safe_name(sent) == kept


def test_a_long_name_keeps_its_ending():
    name = uploads.safe_name("ü" * 300 + ".jpeg")
    assert name.endswith("ü.jpeg")
    assert len(name.encode()) < 200


def test_files_are_there_and_then_gone():
    """Two of one name must not become one."""
    one, two = uploads.File("a.png", b"1"), uploads.File("a.png", b"2")
    with uploads.on_disk(one, two) as paths:
        assert [path.read_bytes() for path in paths] == [b"1", b"2"]
        assert [path.name for path in paths] == ["a.png", "a.png"]
    assert not any(path.parent.exists() for path in paths)


def test_errors_speak_of_the_file_not_of_where_it_lay():
    with (
        pytest.raises(ValueError, match=r"^a\.png: bad, not as b\.png$"),
        uploads.on_disk(
            uploads.File("a.png", b""), uploads.File("b.png", b"")
        ) as paths,
    ):
        raise ValueError(f"{paths[0]}: bad, not as {paths[1]}")
    assert not paths[0].exists()


def test_on_linux_files_lie_in_memory():
    if not pathlib.Path("/dev/shm").is_dir():
        pytest.skip("there is no /dev/shm: this system has no folder in memory")
    with uploads.on_disk(uploads.File("a", b"")) as [path]:
        assert path.is_relative_to("/dev/shm")


def test_what_does_not_fit_into_memory_goes_elsewhere(monkeypatch):
    monkeypatch.setattr(uploads, "_free", lambda folder: 0)
    with uploads.on_disk(uploads.File("a", b"")) as [path]:
        assert not path.is_relative_to("/dev/shm")


def test_files_of_a_killed_process_are_swept_and_others_are_not():
    code = (
        "import os, signal; from darkroom.page import uploads\n"
        "with uploads.on_disk(uploads.File('a', b'1')) as [path]:\n"
        "    print(path, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    line = [sys.executable, "-c", code]
    killed = subprocess.run(line, capture_output=True, text=True, check=False)
    left = pathlib.Path(killed.stdout.strip())
    assert left.exists()
    other = left.parents[1].with_name(f"darkroom-page-{os.getppid()}-x")
    other.mkdir()
    try:
        uploads.sweep()
        assert not left.parents[1].exists()
        assert other.exists()
    finally:
        other.rmdir()
