"""Files that came over the wire, for readers that want a path.

Nothing of a visitor's photos is to stay on a disk. A file lives in a folder of its own
while it is read, on Linux in one that is itself memory.
"""

from __future__ import annotations

import contextlib
import dataclasses
import pathlib
import re
import shutil
import tempfile
from collections.abc import Iterator

from darkroom import cli

_IN_MEMORY = pathlib.Path("/dev/shm")  # of Linux; elsewhere the system's own choice


@dataclasses.dataclass(frozen=True)
class File:
    """A file's name, without any folder, and what is in it."""

    name: str
    data: bytes = dataclasses.field(repr=False)


def plain(name: str) -> str:
    """The last part of a name, as any disk takes it; it may be empty."""
    last = re.split(r"[/\\]", name)[-1]
    path = pathlib.PurePath(re.sub(r"[^\w .,()+@~-]", "_", last).strip(". -"))
    return path.stem[:50] + path.suffix[:12]


@contextlib.contextmanager
def laid_out(*files: File) -> Iterator[list[pathlib.Path]]:
    """Paths of the files, which are gone afterwards.

    Raises:
      ValueError: what was done with them failed; it says so by the files' own names.
    """
    needed = 2 * sum(len(file.data) for file in files) + 2**26  # also for what is made
    fits = _IN_MEMORY.is_dir() and _free(_IN_MEMORY) > needed
    with tempfile.TemporaryDirectory(dir=_IN_MEMORY if fits else None) as folder:
        paths = []
        for number, file in enumerate(files):
            path = pathlib.Path(folder, str(number), file.name)
            path.parent.mkdir()
            path.write_bytes(file.data)
            paths.append(path)
        try:
            yield paths
        except (ValueError, OSError) as error:
            said = re.sub(rf"{re.escape(folder)}/(\d+/)?", "", cli.sentence(error))
            raise ValueError(said) from error


def _free(folder: pathlib.Path) -> int:
    return shutil.disk_usage(folder).free
