"""Text files that name pictures, one or more a line."""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Iterator, Mapping, Sequence

from darkroom.io import companions, files, images


def lines(filenames_file: str) -> Iterator[tuple[str, list[str]]]:
    """Yields where each line that holds anything stands, and its words.

    Raises:
      OSError: there is no such file.
      ValueError: nothing is in it.
    """
    path = pathlib.Path(filenames_file)
    words = [line.split() for line in path.read_text().splitlines()]
    if not any(words):
        raise ValueError(f"{path}: it is empty; expected a picture's path a line")
    for number, names in enumerate(words, 1):
        if names:
            yield f"{path}, line {number}", names


def on_disk(path: pathlib.Path) -> pathlib.Path:
    """Returns the picture's file, whose ending may be another than a list says."""
    others = (path.with_suffix(ending) for ending in images.SUFFIXES)
    return next((file for file in (path, *others) if file.is_file()), path)


def jobs(
    arguments: Sequence[str],
    filenames_file: str | None,
    data_dir: str,
    output: str | None,
    endings: Mapping[str, str],
    named: companions.Companions = companions.NONE,
) -> list[files.Job]:
    """Finds the photos that a command names, one by one or by a list.

    Args:
      arguments, output, endings, named: as of `files.jobs`.
      filenames_file: a list with a photo a line, or the left and the right one of a
        pair: paths in `data_dir`, where a picture may have another ending. The output
        is a folder, which gets the folders in these paths.
      data_dir: folder.

    Raises:
      OSError, ValueError: there are both or none; the list is missing or empty, or has
        no output; or as `files.jobs`.
    """
    if filenames_file is None:
        return files.jobs(arguments, output, endings, named=named)
    if arguments:
        raise ValueError(
            f"got photos and the list {filenames_file}; pass only one of them"
        )
    if output is None:
        raise ValueError("a list of photos needs a folder to write to; pass --output")
    todo, names = [], {}
    for place, words in lines(filenames_file):
        photo, *right = [on_disk(pathlib.Path(data_dir) / word) for word in words]
        if photo in names:
            raise ValueError(f"{place}: {photo} is named twice; take one line away")
        names[photo] = pathlib.Path(words[0]).with_suffix("")
        pair = companions.Companions(right=str(right[0]) if right else "")
        todo.append(files.Job(photo, {}, pair, place))
    written = files.outputs(names, output, endings, endings)
    return [dataclasses.replace(job, outputs=written[job.photo]) for job in todo]
