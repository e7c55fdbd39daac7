"""Which photos a command names, and what each becomes.

Every program that takes photos takes them this way: files, folders and patterns; with
`--output`, a folder, or a file for one photo; nothing is replaced unasked. `batch` does
one after the other.
"""

from __future__ import annotations

import dataclasses
import glob
import os
import pathlib
from collections.abc import Iterable, Mapping, Sequence

from darkroom.io import companions, images, saving

# What programs here write beside a photo, to look at.
_MADE = ("_bokeh", "_depth_view", "_sweep", "_disparity_colour", "_millimetres")


@dataclasses.dataclass(frozen=True)
class Job:
    """One photo, the files that go with it, and those that it becomes.

    Attributes:
      photo: its file.
      outputs: what is to be written, by what it is: "picture", or a format.
      companions: what the command names for all; in `batch.each`, this photo's own.
      place: the line of the list that names the photo, if one does.
    """

    photo: pathlib.Path
    outputs: Mapping[str, pathlib.Path]
    companions: companions.Companions = companions.NONE
    place: str = ""

    def __str__(self) -> str:
        """Says what becomes what."""
        return f"{self.photo} -> {', '.join(map(str, self.outputs.values()))}"

    def ready(self, overwrite: bool, resume: bool = False) -> Job:
        """Returns the job with the photo's own companions.

        Args:
          overwrite: whether files that are there may be replaced.
          resume: leaves outputs that are there out, in place of refusing them.

        Raises:
          ValueError: a companion is missing, or an output would replace a file.
        """
        own = self.companions.of(self.photo)
        for path in self.outputs.values():
            allowed = overwrite or resume
            saving.reject_overwrite(path, allowed, self.photo, *own.files().values())
        left = {
            kind: path
            for kind, path in self.outputs.items()
            if overwrite or not path.exists()
        }
        return dataclasses.replace(self, companions=own, outputs=left)


def photos(arguments: Sequence[str]) -> tuple[list[pathlib.Path], list[pathlib.Path]]:
    """Lists the photos that files, folders and patterns name, each once.

    Returns:
      The photos in order, a folder's by name; and what was left out, since it belongs
      to another of them: its depth map, or what was made from it.

    Raises:
      ValueError: nothing was named, or a folder or pattern has no picture.
    """
    named: dict[str, pathlib.Path] = {}
    for argument in arguments:
        for path in _named(argument):
            named.setdefault(_real(path), path)
    if not named:
        raise ValueError("no photo was named; pass files, folders or patterns")
    names = {path.absolute().with_suffix("") for path in named.values()}
    others = [path for path in named.values() if _belongs(path.absolute(), names)]
    return [path for path in named.values() if path not in others], others


def _real(path: pathlib.Path) -> str:
    """The file behind links; of links in a circle, pathlib's own way raises."""
    return os.path.realpath(path)


def _named(argument: str) -> list[pathlib.Path]:
    path = pathlib.Path(argument)
    if path.is_dir():
        inside: Iterable[pathlib.Path] = path.iterdir()
    elif path.exists() or not glob.has_magic(argument):
        return [path]
    else:
        matches = glob.glob(argument, recursive=True)  # noqa: PTH207, of any root
        inside = map(pathlib.Path, matches)
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


def jobs(
    arguments: Sequence[str],
    output: str | None,
    endings: Mapping[str, str],
    in_folder: Mapping[str, str] | None = None,
    named: companions.Companions = companions.NONE,
    flag: str = "output",
) -> list[Job]:
    """Finds what the photos of a command become; says which files were left out.

    Args:
      arguments: what was written before or after the flags.
      output: a folder, or a file for one photo; beside each photo without one.
      endings: by what is written, what it adds to the photo's name: "_disp.npy", or
        "_bokeh", which keeps the photo's own ending (or .jpg, if that is unknown). A
        file that is named may be any picture in place of these and of ".jpg".
      in_folder: the same in the folder `output`, where the names may be others.
      named: the files that go with the photos.
      flag: the name of the flag that gave `output`.

    Raises:
      ValueError: as `photos`; one file for several; an unknown ending; or two photos
        would become the same file, or one another.
    """
    chosen, others = photos(arguments)
    named.check(len(chosen))
    if others:
        print(f"left out, as they go with others: {', '.join(map(str, others))}")
    stems = {photo: pathlib.Path(photo.stem) for photo in chosen}
    written = outputs(stems, output, endings, in_folder or endings, flag)
    return [Job(photo, written[photo], named) for photo in chosen]


def outputs(
    names: Mapping[pathlib.Path, pathlib.Path],
    output: str | None,
    beside: Mapping[str, str],
    in_folder: Mapping[str, str],
    flag: str = "output",
) -> dict[pathlib.Path, dict[str, pathlib.Path]]:
    """Finds the files that photos become.

    Args:
      names: by photo, what its files are called: a path in the output's folder,
        without an ending.
      output, beside, in_folder, flag: as of `jobs`.

    Raises:
      ValueError: as `jobs`.
    """
    if output is not None and _is_file(output):
        _check_file(output, len(names), in_folder, flag)
        file = pathlib.Path(output)
        return _check_distinct(
            {photo: dict.fromkeys(in_folder, file) for photo in names}
        )
    endings = beside if output is None else in_folder
    written = {}
    for photo, name in names.items():
        folder = photo.parent if output is None else pathlib.Path(output)
        suffix = photo.suffix if photo.suffix.lower() in images.SUFFIXES else ".jpg"
        written[photo] = {
            kind: folder / f"{name}{ending}{'' if '.' in ending else suffix}"
            for kind, ending in endings.items()
        }
    return _check_distinct(written)


def _is_file(output: str) -> bool:
    path = pathlib.Path(output)
    if path.is_dir() or output.endswith("/"):
        return False
    return bool(path.suffix) or path.exists()


def _check_file(
    output: str, photos: int, endings: Mapping[str, str], flag: str
) -> None:
    if photos > 1:
        raise ValueError(
            f"--{flag} {output} is one file for {photos} photos; pass a folder"
        )
    if len(endings) > 1:
        raise ValueError(
            f"--{flag} {output} is one file for {', '.join(endings)}; pass a folder, "
            "or ask for one of them"
        )
    [name] = endings.values()
    ending = pathlib.Path(f"NAME{name}").suffix
    known = images.SUFFIXES if ending in ("", ".jpg") else (ending,)
    suffix = pathlib.Path(output).suffix
    if suffix.lower() not in known:
        raise ValueError(
            f"--{flag} {output} ends in {suffix or 'nothing'}; expected a folder, or a "
            f"file that ends in {', '.join(known)}"
        )


def _check_distinct(
    written: dict[pathlib.Path, dict[str, pathlib.Path]],
) -> dict[pathlib.Path, dict[str, pathlib.Path]]:
    first: dict[str, pathlib.Path] = {}
    sources = {_real(photo): photo for photo in written}
    for photo, paths in written.items():
        for path in paths.values():
            other = first.setdefault(_real(path), photo)
            if other is not photo:
                raise ValueError(
                    f"{other} and {photo} would both become {path}; take them one by "
                    "one, or into two folders"
                )
            if sources.get(_real(path), photo) is not photo:
                raise ValueError(
                    f"{path}: it would replace what it is made from; name another file"
                )
    return written
