"""How often pictures are decoded."""

from __future__ import annotations

import collections
import pathlib

from darkroom.io import decoding


def count(monkeypatch) -> collections.Counter[str]:
    """Counts from now on how often each file is decoded, by its path."""
    counter: collections.Counter[str] = collections.Counter()
    decode = decoding.decode

    def counted(path: str | pathlib.Path, stored: bytes) -> decoding.Decoded:
        counter[str(path)] += 1
        return decode(path, stored)

    monkeypatch.setattr(decoding, "decode", counted)
    return counter


def check(monkeypatch, plain, cached, epoch: int) -> None:
    """Two data sets, without and with a cache, give the same samples.

    Every file is decoded at most once an epoch; with a cache once for ever.
    """
    files = count(monkeypatch)
    expected = [plain(index) for index in range(epoch)]
    assert files and set(files.values()) == {1}
    expected += [plain(index) for index in range(epoch, 2 * epoch)]
    files.clear()
    for index, arrays in enumerate(expected):
        for found, array in zip(cached(index), arrays, strict=True):
            assert found.dtype == array.dtype and found.tobytes() == array.tobytes()
    assert files and set(files.values()) == {1}
