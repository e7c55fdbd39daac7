"""Writes files: none is replaced unasked, and each is there whole or not at all."""

from __future__ import annotations

import contextlib
import functools
import os
import pathlib
import platform
import re
import time
import zlib
from collections.abc import Callable

HOST = f"{zlib.crc32(platform.node().encode()):08x}"  # other machines' processes differ
_UNFINISHED = re.compile(r"\..*\.(\d+)-([0-9a-f]{8})-unfinished(\..*)?")
_LONG_AGO = 24 * 60 * 60  # seconds, after which another machine's file is given up
_in_writing: set[str] = set()  # by this process


def write(
    path: pathlib.Path, save: Callable[[pathlib.Path], object], sync: bool = True
) -> None:
    """Lets `save` write a file under a temporary name, then renames it to `path`.

    So a reader sees the whole file or none, and an old one survives a full disk. The
    temporary name begins with a dot, so that it counts for no picture; what killed
    writers left in the folder is swept.

    Args:
      path: the file.
      save: writes it, under the name that it is given.
      sync: waits until it is on the disk; without, a power cut may leave any content.

    Raises:
      OSError: `path` cannot be written; the temporary file is gone.
    """
    make_folder_of(path)
    _sweep_once(path.parent.absolute())
    # The suffixes stay last: writers choose the format by them.
    name, dot, suffixes = path.name.partition(".")
    writer = f"{os.getpid()}-{HOST}"
    temporary = path.with_name(f".{name}.{writer}-unfinished{dot}{suffixes}")
    _in_writing.add(temporary.name)
    try:
        save(temporary)
        if sync:
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
        _in_writing.discard(temporary.name)


def sweep(folder: pathlib.Path) -> None:
    """Deletes the unfinished files of writers that were killed, in one folder."""
    with contextlib.suppress(OSError):  # whoever may not is no worse off
        for path in [*folder.iterdir()]:
            match = _UNFINISHED.fullmatch(path.name)
            if match and path.is_file() and _is_left(path, int(match[1]), match[2]):
                path.unlink(missing_ok=True)


_sweep_once = functools.cache(sweep)  # a folder, not a file: there may be thousands


def _is_left(path: pathlib.Path, process: int, host: str) -> bool:
    if host != HOST:
        return time.time() - path.stat().st_mtime > _LONG_AGO
    if process == os.getpid():  # containers count from 1: it may be another's
        return path.name not in _in_writing
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        pass
    return False


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
