"""Pickles that ask for more than they hold."""

import io
import pickle
import resource

import pytest

from darkroom.importers import pickles, pth


def check(content: bytes) -> int:
    file = io.BytesIO(content)
    pickles.check(file, len(content))
    return file.tell()


def test_a_whole_one_is_left_where_it_was():
    for protocol in range(5):
        assert check(pickle.dumps({"a": [1, "b" * 300, b"c" * 70_000]}, protocol)) == 0


@pytest.mark.parametrize(
    "content",
    [
        b"\x80\x02}r\xff\xff\xff\x7f.",  # a memo of 2^31 entries
        b"\x80\x02}p2147483647\n.",
        b"\x80\x05\x96\xff\xff\xff\xff\x0f\0\0\0.",  # 64 GB of bytes
        b"\x80\x02X\xff\xff\xff\x7f.",  # text of 2 GB
        b"\x80\x02}",  # no end
    ],
)
def test_one_that_asks_for_more(content, tmp_path):
    """It is refused, and takes no memory. Unpickled, the first takes 17 GB."""
    with pytest.raises(ValueError, match=r"memo|asks for|exhausted"):
        check(content)
    path = tmp_path / "a.pth"
    path.write_bytes(content)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ValueError, match="is not a state dict that PyTorch saved"):
        pth.read(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kB
