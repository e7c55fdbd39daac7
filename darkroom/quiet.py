"""Keeps what libraries print while they start off the screen."""

from __future__ import annotations

import contextlib
import os
import pathlib
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def chatter() -> Iterator[None]:
    """Drops what is printed meanwhile, from Python and from C++; errors are raised.

    TensorFlow greets before any setting of its own can stop it, and converters talk.
    """
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
