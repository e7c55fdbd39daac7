"""Keeps what libraries print while they start off the screen."""

from __future__ import annotations

import contextlib
import os
import pathlib
import sys
import threading
from collections.abc import Iterator

# Two threads that both turn the streams away would each bring back what the other left.
_TURNING = threading.RLock()


@contextlib.contextmanager
def chatter() -> Iterator[None]:
    """Drops what is printed meanwhile, from Python and from C++; errors are raised.

    TensorFlow greets before any setting of its own can stop it, and converters talk.
    """
    with _TURNING:
        yield from _turned_away()


def _turned_away() -> Iterator[None]:
    sys.stdout.flush()
    sys.stderr.flush()
    kept = {stream: os.dup(stream) for stream in (1, 2)}
    with pathlib.Path(os.devnull).open("w") as nowhere:
        for stream in kept:
            os.dup2(nowhere.fileno(), stream)
        try:
            with (
                contextlib.redirect_stdout(nowhere),
                contextlib.redirect_stderr(nowhere),
            ):
                yield
        finally:
            for stream, copy in kept.items():
                os.dup2(copy, stream)
                os.close(copy)
