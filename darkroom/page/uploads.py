"""What visitors send: how many bytes and pixels are let in, and where they are kept.

Nothing of a visitor's photos is to stay on a disk. A file lives in a folder of its own
while a reader needs a path, on Linux in one that is itself memory.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import pathlib
import re
import shutil
import tempfile
from collections.abc import Iterator

from werkzeug import exceptions

from darkroom import program
from darkroom.io import decoding, reading

_IN_MEMORY = pathlib.Path("/dev/shm")  # of Linux; elsewhere the system's own choice
_NAME = "darkroom-page-"  # of the folders, and then their process
JSON_BYTES = 2_000_000  # what the controls and the strokes of a brush may take


@dataclasses.dataclass(frozen=True)
class Limits:
    """What one photo or depth map may have.

    Attributes:
      upload: bytes of the file.
      pixels: pixels in it.
    """

    upload: int = 100_000_000
    pixels: int = 64_000_000


@dataclasses.dataclass(frozen=True)
class File:
    """A file's name, without any folder, and what is in it."""

    name: str
    data: bytes = dataclasses.field(repr=False)


def check_bytes(name: str, length: int | None, limit: int) -> None:
    """Raises LengthRequired (411), or RequestEntityTooLarge (413) above the limit."""
    if length is None:
        raise exceptions.LengthRequired(f"{name}: its length was not said")
    if length > limit:
        raise exceptions.RequestEntityTooLarge(
            f"{name}: it has {length / 1e6:.0f} MB; at most {limit / 1e6:.0f} MB are "
            "taken here (--max_megabytes)"
        )


def check_pixels(file: File, limit: int) -> int:
    """Refuses a picture by what its head says, before anything is decoded.

    Returns:
      Its pixels; of a map that is no picture, as many as its bytes may be.

    Raises:
      RequestEntityTooLarge (413): it has more than `limit` pixels.
    """
    try:
        height, width = decoding.size_of(file.data, file.name)
        count = height * width
    except reading.TooLargeError:
        count = decoding.MAX_PIXELS + 1
    except (OSError, ValueError):
        return len(file.data)  # no picture, which its reader says better
    if count > limit:
        raise exceptions.RequestEntityTooLarge(
            f"{file.name}: it has {count / 1e6:.0f} megapixels; at most "
            f"{limit / 1e6:.0f} are taken here (--max_megapixels)"
        )
    return count


def safe_name(name: str) -> str:
    """Returns the last part of a name, as any disk takes it; it may be empty."""
    last = re.split(r"[/\\]", name)[-1]
    path = pathlib.PurePath(re.sub(r"[^\w .,()+@~-]", "_", last).strip(". -"))
    return path.stem[:50] + path.suffix[:12]


@contextlib.contextmanager
def on_disk(*files: File) -> Iterator[list[pathlib.Path]]:
    """Yields paths of the files, which are gone afterwards.

    Raises:
      ValueError: what was done with them failed; it says so by the files' own names.
    """
    needed = 2 * sum(len(file.data) for file in files) + 2**26  # also for what is made
    fits = _IN_MEMORY.is_dir() and _free(_IN_MEMORY) > needed
    with tempfile.TemporaryDirectory(
        prefix=f"{_NAME}{os.getpid()}-",
        dir=_IN_MEMORY if fits else None,
        ignore_cleanup_errors=True,
    ) as folder:
        paths = []
        for number, file in enumerate(files):
            path = pathlib.Path(folder, str(number), file.name)
            path.parent.mkdir()
            path.write_bytes(file.data)
            paths.append(path)
        try:
            yield paths
        except (ValueError, OSError) as error:
            message = re.sub(
                rf"{re.escape(folder)}/(\d+/)?", "", program.sentence(error)
            )
            raise ValueError(message) from error


def sweep() -> None:
    """Removes the files of this process, and of those that were killed."""
    for place in {_IN_MEMORY, pathlib.Path(tempfile.gettempdir())}:
        for folder in place.glob(f"{_NAME}*-*"):
            process = folder.name.removeprefix(_NAME).partition("-")[0]
            if process == str(os.getpid()) or not _runs(process):
                shutil.rmtree(folder, ignore_errors=True)


def _runs(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except (ValueError, ProcessLookupError):
        return False
    except OSError:  # it is somebody else's
        return True
    return True


def _free(folder: pathlib.Path) -> int:
    return shutil.disk_usage(folder).free
