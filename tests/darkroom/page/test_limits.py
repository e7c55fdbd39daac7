"""Who is let in, and how much."""

import io

import pytest
from PIL import Image
from werkzeug import exceptions

from darkroom.page import limits

NAMES = limits.LOCAL | {"studio.local"}


@pytest.mark.parametrize(
    "header",
    [
        "localhost",
        "localhost:8000",
        "127.0.0.1:1",
        "[::1]:8000",
        "[::1]",
        "Studio.Local",
    ],
)
def test_our_own_names_are_answered(header):
    limits.check_host(header, NAMES)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "evil.example",  # that DNS has turned to 127.0.0.1
        "evil.example:8000",
        "localhost.evil.example",
        "localhost:8000.evil.example",
        "127.0.0.1:8000:80",
        "[::1",
        "::1",
        "0.0.0.0",
    ],
)
def test_other_names_are_refused(header):
    with pytest.raises(exceptions.Forbidden, match="--host"):
        limits.check_host(header, NAMES)


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",  # of a sandboxed frame
        "http://evil.example",
        "https://localhost:8000",
        "http://localhost:8001",
        "http://localhost:8000.evil.example",
    ],
)
def test_only_our_page_may_change_anything(origin):
    limits.check_origin("http://localhost:8000", "localhost:8000")
    with pytest.raises(exceptions.Forbidden, match="open the page itself"):
        limits.check_origin(origin, "localhost:8000")


def test_bytes_are_counted_before_they_are_read():
    limits.check_bytes("a.jpg", 100, 100)
    with pytest.raises(exceptions.RequestEntityTooLarge, match=r"a\.jpg: .* 2 MB"):
        limits.check_bytes("a.jpg", 2_000_001, 1_000_000)
    with pytest.raises(exceptions.LengthRequired):
        limits.check_bytes("a.jpg", None, 100)


def test_pixels_are_counted_before_they_are_decoded(tmp_path):
    """A bomb: 5 KB that say they are 20 megapixels, and hold none."""
    target = io.BytesIO()
    Image.new("1", (5000, 4000)).save(target, "PNG")
    bomb = tmp_path / "bomb.png"
    bomb.write_bytes(target.getvalue()[:100])
    limits.check_pixels(bomb, 20_000_000)
    with pytest.raises(
        exceptions.RequestEntityTooLarge, match=r"^413.*: bomb\.png: it has 20 megap"
    ):
        limits.check_pixels(bomb, 19_999_999)


def test_a_bomb_that_pillow_itself_refuses_is_told_the_same(tmp_path):
    bomb = tmp_path / "bomb.png"
    target = io.BytesIO()
    Image.new("1", (1, 1)).save(target, "PNG")
    head = bytearray(target.getvalue())
    import zlib

    head[16:24] = (40_000).to_bytes(4) + (40_000).to_bytes(4)
    head[29:33] = zlib.crc32(head[12:29]).to_bytes(4)
    bomb.write_bytes(head)
    with pytest.raises(
        exceptions.RequestEntityTooLarge, match="megapixels; at most 64"
    ):
        limits.check_pixels(bomb, 64_000_000)


def test_what_is_no_picture_is_left_to_its_reader(tmp_path):
    (tmp_path / "a.npy").write_bytes(b"no picture")
    limits.check_pixels(tmp_path / "a.npy", 1)
