"""No file is replaced unasked, and none by what is made from it."""

from __future__ import annotations

import pathlib


def check(path: pathlib.Path, allowed: bool, *sources: str | pathlib.Path) -> None:
    """Refuses to replace a file.

    Args:
      path: what is to be written.
      allowed: whether a file that is there may be replaced.
      sources: files that may not, whatever is allowed; empty ones count for nothing.

    Raises:
      ValueError: `path` would replace a file.
    """
    if any(same(path, pathlib.Path(source)) for source in sources if source):
        raise ValueError(
            f"{path}: it would replace what it is made from; name another file"
        )
    if path.exists() and not allowed:
        raise ValueError(f"{path} is there already; pass --overwrite to replace it")


def same(one: pathlib.Path, other: pathlib.Path) -> bool:
    """Whether both are there, and are one file."""
    return one.exists() and other.exists() and one.samefile(other)
