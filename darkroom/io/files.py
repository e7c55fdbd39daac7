"""Which photos a command names, and what each becomes."""

from __future__ import annotations

import glob
import pathlib
from collections.abc import Iterable, Sequence

from darkroom.io import companions, images

# What this program and depth networks write beside a photo, to look at.
_MADE = ("_bokeh", "_depth_view", "_disparity_colour", "_millimetres")


def photos(arguments: Sequence[str]) -> tuple[list[pathlib.Path], list[pathlib.Path]]:
    """The photos that files, folders and patterns name, each once.

    Returns:
      The photos in order, a folder's by name; and what was left out, since it belongs
      to another of them: its depth map, or what was made from it.

    Raises:
      ValueError: nothing was named, or a folder or pattern has no picture.
    """
    named: dict[pathlib.Path, pathlib.Path] = {}
    for argument in arguments:
        for path in _named(argument):
            named.setdefault(path.resolve(), path)
    if not named:
        raise ValueError("no photo was named; pass files, folders or patterns")
    names = {path.absolute().with_suffix("") for path in named.values()}
    others = [path for path in named.values() if _belongs(path.absolute(), names)]
    return [path for path in named.values() if path not in others], others


def _named(argument: str) -> list[pathlib.Path]:
    path = pathlib.Path(argument)
    if path.is_dir():
        inside: Iterable[pathlib.Path] = path.iterdir()
    elif path.exists() or not glob.has_magic(argument):
        return [path]
    else:
        found = glob.glob(argument, recursive=True)  # noqa: PTH207, of any root
        inside = map(pathlib.Path, found)
    pictures = sorted(p for p in inside if _is_picture(p) and p.is_file())
    if not pictures:
        raise ValueError(
            f"{argument}: there is no picture; known endings are "
            f"{', '.join(images.SUFFIXES)}"
        )
    return pictures


def _is_picture(path: pathlib.Path) -> bool:
    return path.suffix.lower() in images.SUFFIXES and not path.name.startswith(".")


def _belongs(path: pathlib.Path, names: set[pathlib.Path]) -> bool:
    plain = path.with_suffix("")
    return any(
        plain.name.endswith(ending)
        and plain.with_name(plain.name.removesuffix(ending)) in names
        for ending in (*companions.DEPTHS, *_MADE)
    )


def outputs(
    photos: Sequence[pathlib.Path], output: str | None
) -> dict[pathlib.Path, pathlib.Path]:
    """What each photo becomes: NAME_bokeh beside it; or a file; or NAME in a folder.

    A photo in a format that cannot be written becomes a JPEG.

    Raises:
      ValueError: one file for several photos, or an unknown ending.
    """
    if output is None:
        ends = {p: f"{p.stem}_bokeh{_ending(p)}" for p in photos}
        return _apart({p: p.with_name(name) for p, name in ends.items()})
    path = pathlib.Path(output)
    if path.is_dir() or output.endswith("/") or not path.suffix:
        return _apart({p: path / f"{p.stem}{_ending(p)}" for p in photos})
    if len(photos) > 1:
        raise ValueError(
            f"--output {output} is one file for {len(photos)} photos; pass a folder"
        )
    if path.suffix.lower() not in images.SUFFIXES:
        raise ValueError(
            f"--output {output} ends in {path.suffix}; expected a folder, or a file "
            f"that ends in {', '.join(images.SUFFIXES)}"
        )
    return {photos[0]: path}


def _ending(photo: pathlib.Path) -> str:
    return photo.suffix if photo.suffix.lower() in images.SUFFIXES else ".jpg"


def _apart(files: dict[pathlib.Path, pathlib.Path]) -> dict[pathlib.Path, pathlib.Path]:
    first: dict[pathlib.Path, pathlib.Path] = {}
    for photo, output in files.items():
        other = first.setdefault(output.resolve(), photo)
        if other is not photo:
            raise ValueError(
                f"{other} and {photo} would both become {output}; render them one by "
                "one, or into two folders"
            )
    return files
