"""Decoded pictures on disk: never another picture's, never a damaged one."""

import errno
import os
import shutil
import threading
import time
from concurrent import futures

import numpy as np
import pytest

from darkroom.io import saving
from darkroom.train import cache


class Decoder:
    """Reads a file's bytes as numbers; counts how often."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, path) -> np.ndarray:
        self.calls += 1
        return np.frombuffer(path.read_bytes(), np.uint8).reshape(2, -1)


@pytest.fixture
def source(tmp_path):
    """A file that was not changed for a while."""
    path = tmp_path / "photo.png"
    path.write_bytes(b"abcdefgh")
    long_ago(path)
    return path


def long_ago(path) -> None:
    os.utime(path, (1e9, 1e9))


def test_a_picture_is_decoded_once(tmp_path, source):
    decode = Decoder()
    folder = str(tmp_path / "cache")
    for _ in range(2):  # processes
        decoded = cache.Cache(folder)
        for _ in range(3):  # epochs
            array = decoded.array(source, "photo", decode)
            assert array.tolist() == [[97, 98, 99, 100], [101, 102, 103, 104]]
            assert array.dtype == np.uint8
    assert decode.calls == 1
    assert len([*(tmp_path / "cache").iterdir()]) == 1
    cache.NONE.array(source, "photo", decode)
    assert decode.calls == 2  # without a folder each time


def test_another_array_of_the_same_file_is_apart(tmp_path, source):
    """Catches a map that comes where the photo was asked for."""
    decoded = cache.Cache(str(tmp_path / "cache"))
    decoded.array(source, "photo", Decoder())
    other = decoded.array(source, "map", lambda path: np.ones((1, 1), np.uint16))
    assert other.dtype == np.uint16 and other.tolist() == [[1]]


def test_a_changed_picture_is_decoded_again(tmp_path, source):
    """Even if it is as long, and its time was set back."""
    decoded, decode = cache.Cache(str(tmp_path / "cache")), Decoder()
    decoded.array(source, "photo", decode)
    for content in (b"ABCDEFGH", b"abcdefgH"):
        source.write_bytes(content)
        long_ago(source)
        array = decoded.array(source, "photo", decode)
        assert array.tobytes() == content
    assert decode.calls == 3


def test_moved_and_touched_pictures_are_not_decoded_again(tmp_path, source):
    decoded, decode = cache.Cache(str(tmp_path / "cache")), Decoder()
    decoded.array(source, "photo", decode)
    os.utime(source)
    decoded.array(source, "photo", decode)
    decoded.array(source.rename(tmp_path / "moved.png"), "photo", decode)
    assert decode.calls == 1


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:-40],
        lambda content: content[: len(content) // 2],
        lambda content: content.replace(b"abcd", b"abcD"),  # one bit
        lambda content: b"\0" * len(content),
    ],
    ids=["empty", "cut off", "half", "a bit", "zeros"],
)
def test_a_damaged_file_is_made_again(tmp_path, source, capsys, damage):
    decoded, decode = cache.Cache(str(tmp_path / "cache")), Decoder()
    decoded.array(source, "photo", decode)
    (file,) = (tmp_path / "cache").iterdir()
    file.write_bytes(damage(file.read_bytes()))
    for _ in range(2):
        assert decoded.array(source, "photo", decode).tobytes() == b"abcdefgh"
    assert decode.calls == 2
    assert capsys.readouterr().err == f"{file} is damaged, and is made again\n"


def test_a_full_disk_is_said_once_and_training_goes_on(
    tmp_path, source, capsys, monkeypatch
):
    def full(path, save, sync):
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    decoded, decode = cache.Cache(str(tmp_path / "cache")), Decoder()
    monkeypatch.setattr(saving, "write", full)
    for _ in range(3):
        assert decoded.array(source, "photo", decode).tobytes() == b"abcdefgh"
    assert decode.calls == 3
    said = capsys.readouterr().err
    assert said.count("nothing more is kept there (No space left on device)") == 1


def test_a_file_in_the_folders_place_is_refused(source):
    with pytest.raises(ValueError, match="is a file; expected a folder"):
        cache.Cache(str(source))


def test_a_cache_that_is_deleted_meanwhile_is_begun_again(tmp_path, source):
    decoded, decode = cache.Cache(str(tmp_path / "cache")), Decoder()
    decoded.array(source, "photo", decode)
    shutil.rmtree(tmp_path / "cache")
    assert decoded.array(source, "photo", decode).tobytes() == b"abcdefgh"
    assert decode.calls == 2


def test_a_picture_that_changes_twice_at_once_is_seen(tmp_path):
    """Its times may be the same both times: they are not trusted while it is young."""
    path = tmp_path / "photo.png"
    decoded, decode = cache.Cache(str(tmp_path / "cache")), Decoder()
    for content in (b"aaaaaaaa", b"bbbbbbbb"):
        path.write_bytes(content)
        now = time.time_ns()
        os.utime(path, ns=(now, now))
        assert decoded.array(path, "photo", decode).tobytes() == content
    assert not decoded._digests


def test_samples_that_are_made_side_by_side_share_a_picture(tmp_path, source, capsys):
    """Catches two that write one temporary file, and take each other's for damaged."""
    decoded, decode = cache.Cache(str(tmp_path / "cache")), Decoder()
    together = threading.Barrier(8)

    def read(_: int) -> bytes:
        together.wait()
        return decoded.array(source, "photo", decode).tobytes()

    with futures.ThreadPoolExecutor(8) as pool:
        assert {*pool.map(read, range(8))} == {b"abcdefgh"}
    assert len([*(tmp_path / "cache").iterdir()]) == 1
    assert capsys.readouterr().err == ""
