"""Text files that name pictures, one or more a line."""

from __future__ import annotations

import dataclasses
import pathlib
import re
from collections.abc import Iterator, Mapping, Sequence

from darkroom import cli
from darkroom.io import companions, files, folders

_NAMES = re.compile(r'"([^"]*)"|(\S+)')


def lines(
    filenames_file: str, data_dir: str | pathlib.Path | None = None
) -> Iterator[tuple[str, list[str]]]:
    """Yields where each line that holds anything stands, and its names.

    A name with spaces stands in double quotes, or alone on its line.

    Args:
      filenames_file: the list.
      data_dir: the folder of the pictures, to tell a name with spaces from several.

    Raises:
      OSError: there is no such file.
      ValueError: nothing is in it, or it is no text.
    """
    text = cli.read_text(filenames_file)
    if not text.strip():
        raise ValueError(
            f"{filenames_file}: it is empty; expected a picture's path a line"
        )
    for number, line in enumerate(text.splitlines(), 1):
        names = [quoted or word for quoted, word in _NAMES.findall(line)]
        whole = line.strip()
        if len(names) > 1 and data_dir and '"' not in line:
            alone = pathlib.Path(data_dir) / whole
            names = [whole] if on_disk(alone).is_file() else names
        if names:
            yield f"{filenames_file}, line {number}", names


def on_disk(path: pathlib.Path) -> pathlib.Path:
    """Returns the picture's file, whose ending may be another than a list says."""
    endings = [path.suffix, *folders.SUFFIXES]
    cases = [case for e in endings for case in (e, e.lower(), e.upper())]
    others = (path.with_suffix(ending) for ending in dict.fromkeys(cases))
    return next((file for file in others if file.is_file()), path)


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
    for place, words in lines(filenames_file, data_dir):
        photo, *right = [on_disk(pathlib.Path(data_dir) / word) for word in words]
        if photo in names:
            raise ValueError(f"{place}: {photo} is named twice; take one line away")
        names[photo] = pathlib.Path(words[0]).with_suffix("")
        pair = companions.Companions(right=str(right[0]) if right else "")
        todo.append(files.Job(photo, {}, pair, place))
    written = files.outputs(names, output, endings, endings)
    return [dataclasses.replace(job, outputs=written[job.photo]) for job in todo]
