"""Files as bytes, and the sentence that a reader says when its library fails.

Libraries throw what they like at a damaged file: zlib.error, struct.error, KeyError,
MemoryError ... A person gets one sentence, and the rest of a batch goes on.
"""

from __future__ import annotations

import contextlib
import pathlib
import stat
from collections.abc import Iterator

MAX_BYTES = 1_000_000_000  # of one picture or map, decoded; see decoding.allow


class TooLargeError(ValueError):
    """A file claims more than is taken."""


def content(path: str | pathlib.Path) -> bytes:
    """Returns what is in a file.

    Raises:
      OSError: there is no such file, or it may not be read.
      ValueError: it is no regular file, and reading it might never end.
    """
    path = pathlib.Path(path)
    check_regular(path)
    return path.read_bytes()


def check_regular(path: str | pathlib.Path) -> None:
    """Refuses folders, pipes, sockets and devices.

    Raises:
      OSError: there is no such file.
      ValueError: it is one of these.
    """
    mode = pathlib.Path(path).stat().st_mode
    if not stat.S_ISREG(mode):
        kind = "a folder" if stat.S_ISDIR(mode) else "a pipe, a socket or a device"
        raise ValueError(f"{path}: it is {kind}; expected a file")


def check_size(path: str | pathlib.Path, size: int) -> None:
    """Refuses a file that claims more bytes, decoded, than may be held.

    Raises:
      TooLargeError: `size` is above `MAX_BYTES`.
    """
    if size > MAX_BYTES:
        raise TooLargeError(
            f"{path}: it would take {size / 1e9:.1f} GB of memory, and at most "
            f"{MAX_BYTES / 1e9:g} are taken; make it smaller first (darkroom takes "
            "more with --max_megapixels)"
        )


@contextlib.contextmanager
def decoding(path: str | pathlib.Path, what: str) -> Iterator[None]:
    """Turns whatever a library throws at a file into a sentence.

    Sentences that name the file already, and errors of the disk, pass through.

    Args:
      path: the file.
      what: it is, as in "the picture".

    Raises:
      ValueError: the file is damaged, or too large for the memory.
    """
    try:
        yield
    except MemoryError:
        raise ValueError(
            f"{path}: {what} is too large for the memory here; make it smaller first"
        ) from None
    except Exception as error:
        if isinstance(error, OSError) and error.strerror:
            raise
        if isinstance(error, ValueError) and str(path) in str(error):
            raise
        said = " ".join(str(error).split()) or type(error).__name__
        raise ValueError(
            f"{path}: {what} is damaged or cut short ({said}); get a whole copy"
        ) from None
