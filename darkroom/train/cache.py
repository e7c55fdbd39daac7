"""Decoded pictures on disk, for trainings that decoding holds up (`--cache`).

A file `NAME.npz` holds one picture as an array, uncompressed, which `numpy.load` reads
anywhere. Its name is a digest of the picture file's content and of what was made of it,
so that a changed picture has another name, moved ones keep theirs, and no flag can be
forgotten. The zip format sums every member: a damaged file is noticed, and made again.
"""

from __future__ import annotations

import hashlib
import pathlib
import sys
import threading
import time
import zipfile
import zlib
from collections.abc import Callable

import numpy as np

from darkroom.io import reading, saving
from darkroom.pixels import Array

_DAMAGED = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error)
_VERSION = 1  # another one where decoding changes what it makes
_SETTLED = 2e9  # ns after which a file's times tell that it was not changed since
_Stamp = tuple[int, int, int, int]


class Cache:
    """Arrays that were made of files; without a folder they are made each time."""

    def __init__(self, folder: str | None = None) -> None:
        """Begins, or goes on with, the cache in a folder.

        Raises:
          ValueError: a file is in its place.
          OSError: the folder cannot be made.
        """
        self._folder = None if folder is None else pathlib.Path(folder)
        self._digests: dict[pathlib.Path, tuple[_Stamp, str]] = {}
        self._writes, self._lock = True, threading.Lock()
        if self._folder is not None:
            saving.make_folder_of(self._folder / "any")

    @property
    def keeps(self) -> bool:
        """Whether anything is kept."""
        return self._folder is not None

    def array(
        self,
        path: pathlib.Path,
        kind: str,
        decode: Callable[[pathlib.Path], Array],
    ) -> Array:
        """Returns `decode(path)`, from the cache if it was made before.

        Args:
          path: a picture file.
          kind: a name for what `decode` does.
          decode: always makes the same of the same content and ending.

        Raises:
          OSError, ValueError: as `decode`.
        """
        if self._folder is None:
            return decode(path)
        name = f"{self._digest(path)}-{kind}-{_VERSION}{path.suffix.lower()}.npz"
        file = self._folder / name
        try:
            with np.load(file) as stored:
                return stored["pixels"]
        except FileNotFoundError:
            pass
        except _DAMAGED:
            print(f"{file} is damaged, and is made again", file=sys.stderr)
            file.unlink(missing_ok=True)
        array = np.ascontiguousarray(decode(path))
        self._write(file, array, path)
        return array

    def _write(self, file: pathlib.Path, array: Array, source: pathlib.Path) -> None:
        """Keeps an array; where that fails it is said once, and training goes on."""

        def save(temporary: pathlib.Path) -> None:
            with temporary.open("wb") as to:
                np.savez(to, pixels=array, source=np.array(str(source)))

        with self._lock:  # samples are made side by side, some of one picture
            if not self._writes or file.exists():
                return
            try:
                saving.write(file, save, sync=False)  # a torn one is noticed
            except OSError as error:
                self._writes = False
                print(
                    f"{file.parent}: nothing more is kept there ({error.strerror}); "
                    "the training goes on, and decodes what is missing each time",
                    file=sys.stderr,
                )

    def _digest(self, path: pathlib.Path) -> str:
        """The digest of the content, read again where the file's times are others."""
        now = time.time_ns()
        status = path.stat()
        stamp = status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino
        known = self._digests.get(path)
        if known is not None and known[0] == stamp:
            return known[1]
        content = reading.content(path)
        digest = hashlib.blake2b(content, digest_size=16).hexdigest()
        if now - max(stamp[1:3]) > _SETTLED:  # else a second change may look the same
            self._digests[path] = stamp, digest
        return digest


NONE = Cache()
