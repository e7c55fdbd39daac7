"""Keeps off the screen what libraries print as they start, and tracebacks of a stop."""

from __future__ import annotations

import contextlib
import os
import pathlib
import sys
import threading
import types
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


def interrupts() -> None:
    """Lets `python -m PROGRAM` end on Ctrl-C as it does later: "stopped", code 130.

    Imports take half a second before `program.run` can look after that. Nothing changes
    where these packages are imported by another program.
    """
    if sys.argv[:1] == ["-m"]:  # as long as Python looks for PROGRAM
        sys.excepthook = _say


def _say(
    kind: type[BaseException],
    error: BaseException,
    trace: types.TracebackType | None,
) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    os.write(2, b"stopped\n")
    os._exit(130)
