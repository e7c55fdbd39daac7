"""A program that is stopped while it starts says so, without a traceback."""

from __future__ import annotations

import os
import sys
import types


def quiet() -> None:
    """Lets `python -m PROGRAM` end on Ctrl-C as it does later: "stopped", code 130.

    Imports take half a second before `cli.run` can look after that. Nothing changes
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
