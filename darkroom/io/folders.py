"""The pictures of a data set's folder, by name: one rule for every package.

Names that begin with a dot are no pictures (a Mac puts `._NAME` beside each file), two
files of one stem are a question that nobody but their owner can answer, and pictures
that cannot be read are said to be left out.
"""

from __future__ import annotations

import collections
import pathlib
import sys

from darkroom.io import images

SUFFIXES = (*images.SUFFIXES, ".bmp", ".ppm", ".pgm")
_LEFT_OUT = (".gif", ".jp2", ".jxl", ".psd", ".dng", ".cr2", ".nef", ".arw", ".tga")


def pictures(folder: pathlib.Path) -> dict[str, pathlib.Path]:
    """Lists the picture files of a folder by stem, 9 before 10.

    Raises:
      OSError: the folder cannot be read.
      ValueError: two files have one stem.
    """
    files: dict[str, pathlib.Path] = {}
    left_out: collections.Counter[str] = collections.Counter()
    for path in sorted(folder.iterdir()):
        suffix = path.suffix.lower()
        if path.name.startswith(".") or not path.is_file():
            continue
        if suffix in _LEFT_OUT:
            left_out[suffix] += 1
        if suffix not in SUFFIXES:
            continue
        other = files.setdefault(path.stem, path)
        if other is not path:
            raise ValueError(
                f"{folder}: {other.name} and {path.name} have one name but for their "
                "endings, so one would be taken for the other; keep one of them"
            )
    for suffix, count in left_out.items():
        print(
            f"{folder}: {count} {suffix} files are left out; known endings are "
            f"{', '.join(SUFFIXES)}",
            file=sys.stderr,
        )
    return {name: files[name] for name in sorted(files, key=number_or_name)}


def number_or_name(name: str) -> tuple[int, str]:
    """Returns the key that sorts 9 before 10, and numbers behind other names."""
    return (int(name) if name.isdecimal() else -1, name)
