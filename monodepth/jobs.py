"""Which photos get a disparity, and where it goes."""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Sequence

from darkroom.render import batch
from monodepth import kitti, outputs, truth


@dataclasses.dataclass(frozen=True)
class Job:
    """One photo.

    Attributes:
      photo: its file.
      becomes: the outputs' path, without their endings.
      right: the right photo, for a network that takes both.
      place: the line of the list that names it.
    """

    photo: pathlib.Path
    becomes: pathlib.Path
    right: pathlib.Path | None = None
    place: str = ""


def named(arguments: Sequence[str], right: str | None, output: str | None) -> list[Job]:
    """The photos that files, folders and patterns name.

    Args:
      arguments: what was written before or after the flags.
      right: the right photo, or a folder of right photos with the photos' names.
      output: folder; without one, each photo's own.

    Raises:
      ValueError: as `batch.photos`; one right photo for several; or two photos would
        become the same files.
    """
    photos, _ = batch.photos(arguments)
    photos = [photo for photo in photos if not outputs.is_one(photo)]
    folder = pathlib.Path(right) if right else None
    if folder and len(photos) > 1 and not folder.is_dir():
        raise ValueError(
            f"--right {right} is not a folder, and there are {len(photos)} photos; "
            "pass a folder of right photos with the photos' names"
        )
    found = []
    for photo in photos:
        becomes = (pathlib.Path(output) if output else photo.parent) / photo.stem
        other = folder / photo.name if folder and folder.is_dir() else folder
        found.append(Job(photo, becomes, other))
    return _apart(found)


def listed(filenames_file: str, data_dir: str, output: str | None) -> list[Job]:
    """The photos of a list: one a line, or the left and the right one of a pair.

    Args:
      filenames_file: paths in `data_dir`; a picture may be there with another ending.
      data_dir: folder.
      output: folder, which gets the folders in the list's paths.

    Raises:
      OSError, ValueError: the list is missing or empty; no output is named.
    """
    if output is None:
        raise ValueError("a list of photos needs a folder to write to; pass --output")
    found = []
    for place, names in truth.lines(filenames_file):
        paths = [pathlib.Path(data_dir) / name for name in names]
        photo, *right = [kitti.picture(path) or path for path in paths]
        becomes = pathlib.Path(output) / pathlib.Path(names[0]).with_suffix("")
        found.append(Job(photo, becomes, right[0] if right else None, place))
    return _apart(found)


def _apart(jobs: list[Job]) -> list[Job]:
    first: dict[pathlib.Path, Job] = {}
    for job in jobs:
        other = first.setdefault(job.becomes, job)
        if other is not job:
            raise ValueError(
                f"{other.photo} and {job.photo} would both become "
                f"{job.becomes.name}_disparity.png; pass two --output folders"
            )
    return jobs
