"""Writes files: none is replaced unasked, and each is there whole or not at all."""

from __future__ import annotations

import os
import pathlib
from collections.abc import Callable


def write(path: pathlib.Path, save: Callable[[pathlib.Path], object]) -> None:
    """Lets `save` write a file under a temporary name, then renames it to `path`.

    So a reader sees the whole file or none, and an old one survives a full disk.

    Raises:
      OSError: `path` cannot be written; the temporary file is gone.
    """
    make_folder_of(path)
    # The suffixes stay last: writers choose the format by them.
    name, dot, suffixes = path.name.partition(".")
    temporary = path.with_name(f"{name}.{os.getpid()}-unfinished{dot}{suffixes}")
    try:
        save(temporary)
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        if error.errno is None or str(error.filename) not in ("None", str(temporary)):
            raise
        # Writers name the temporary file, or none; h5py adds its buffers' addresses.
        raise OSError(error.errno, os.strerror(error.errno), str(path)) from error
    finally:
        temporary.unlink(missing_ok=True)


def make_folder_of(path: pathlib.Path) -> None:
    """Makes the folder that a file is to be written into, unless it is there.

    Raises:
      ValueError: a file is in its place.
      OSError: it cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        occupied = next(each for each in path.parents if each.is_file())
        raise ValueError(
            f"{path}: {occupied} is a file; expected a folder to write into"
        ) from None


def reject_overwrite(
    path: pathlib.Path, allowed: bool, *sources: str | pathlib.Path
) -> None:
    """Refuses to replace a file.

    Args:
      path: what is to be written.
      allowed: whether a file that is there may be replaced.
      sources: files that may not, whatever is allowed; empty ones count for nothing.

    Raises:
      ValueError: `path` would replace a file.
    """
    if any(is_same(path, pathlib.Path(source)) for source in sources if source):
        raise ValueError(
            f"{path}: it would replace what it is made from; name another file"
        )
    if path.exists() and not allowed:
        raise ValueError(f"{path} is there already; pass --overwrite to replace it")


def is_same(one: pathlib.Path, other: pathlib.Path) -> bool:
    """Tells whether both are there, and are one file."""
    return one.exists() and other.exists() and one.samefile(other)
