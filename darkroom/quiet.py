"""Keeps what libraries print while they start off the screen."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator


@contextlib.contextmanager
def chatter() -> Iterator[None]:
    """Swallows what is printed meanwhile, from Python and from C++.

    TensorFlow's greeting cannot be turned off by its own settings before it has
    been printed. If something fails, all that was said comes out after all.
    """
    with tempfile.TemporaryFile("w+", errors="replace") as heard:
        _flush()
        failed = True
        kept = {stream: os.dup(stream) for stream in (1, 2)}
        try:
            for stream in kept:
                os.dup2(heard.fileno(), stream)
            with contextlib.redirect_stdout(heard), contextlib.redirect_stderr(heard):
                yield
            failed = False
        finally:
            _flush()
            for stream, copy in kept.items():
                os.dup2(copy, stream)
                os.close(copy)
            if failed:
                heard.seek(0)
                sys.stderr.write(heard.read())


def _flush() -> None:
    sys.stdout.flush()
    sys.stderr.flush()
