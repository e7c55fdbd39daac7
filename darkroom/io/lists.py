"""Text files that name pictures, one or more a line."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator

from darkroom.io import images


def lines(filenames_file: str) -> Iterator[tuple[str, list[str]]]:
    """The lines of a list of files that hold anything: where they stand, their words.

    Raises:
      OSError: there is no such file.
      ValueError: nothing is in it.
    """
    path = pathlib.Path(filenames_file)
    found = [line.split() for line in path.read_text().splitlines()]
    if not any(found):
        raise ValueError(f"{path}: it is empty; expected a picture's path a line")
    for number, words in enumerate(found, 1):
        if words:
            yield f"{path}, line {number}", words


def on_disk(path: pathlib.Path) -> pathlib.Path:
    """The picture's file, whose ending may be another than a list says."""
    others = (path.with_suffix(ending) for ending in images.SUFFIXES)
    return next((file for file in (path, *others) if file.is_file()), path)
