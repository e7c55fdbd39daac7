"""Pickles, looked at before they are read: what they ask for must be in the file.

A pickle is a program. Which functions it may call is for its unpickler to say; but a
few bytes can also ask for gigabytes before anything is called: a memo with a number of
2^31, or a text that is longer than the file.
"""

from __future__ import annotations

import pickletools
from typing import BinaryIO, cast

_MEMOS = ("PUT", "BINPUT", "LONG_BINPUT")


def check(file: BinaryIO, size: int) -> None:
    """Refuses a pickle that asks for more than its file has; leaves the file as it was.

    Args:
      file: at the pickle's beginning.
      size: bytes in the whole file.

    Raises:
      ValueError: it does, or is damaged.
    """
    start = file.tell()
    bounded = cast(BinaryIO, _Bounded(file, size))
    for opcode, argument, _ in pickletools.genops(bounded):
        if opcode.name in _MEMOS and int(argument or 0) > size:
            raise ValueError(f"its memo has a number {argument}, and it {size} bytes")
    file.seek(start)


class _Bounded:
    """A file that is not asked for more than there is."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file, self._size = file, size

    def read(self, count: int) -> bytes:
        if count > self._size:
            raise ValueError(f"it asks for {count} bytes of {self._size}")
        return self._file.read(count)

    def readline(self) -> bytes:
        return self._file.readline()

    def tell(self) -> int:
        return self._file.tell()
