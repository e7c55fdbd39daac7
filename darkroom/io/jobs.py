"""Photos that become something, one after the other: which ones, and where it goes."""

from __future__ import annotations

import dataclasses
import pathlib
import sys
from collections.abc import Callable, Sequence

from darkroom import cli
from darkroom.io import files, lists


@dataclasses.dataclass(frozen=True)
class Job:
    """One photo.

    Attributes:
      photo: its file.
      becomes: the outputs' path, without their endings.
      right: the right photo, for what takes both.
      place: the line of the list that names it.
    """

    photo: pathlib.Path
    becomes: pathlib.Path
    right: pathlib.Path | None = None
    place: str = ""


def named(
    arguments: Sequence[str],
    output: str | None,
    is_output: Callable[[pathlib.Path], bool] = lambda path: False,
    right: str | None = None,
) -> list[Job]:
    """The photos that files, folders and patterns name.

    Args:
      arguments: what was written before or after the flags.
      output: folder; without one, each photo's own.
      is_output: whether a file is what another run made, by its name.
      right: the right photo, or a folder of right photos with the photos' names.

    Raises:
      ValueError: as `files.photos`; one right photo for several; `output` is a
        file; or two photos would become the same files.
    """
    if output and pathlib.Path(output).is_file():
        raise ValueError(f"--output {output} is a file; expected a folder to write to")
    photos, _ = files.photos(arguments)
    photos = [photo for photo in photos if not is_output(photo)]
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
    for place, names in lists.lines(filenames_file):
        photo, *right = [lists.on_disk(pathlib.Path(data_dir) / name) for name in names]
        becomes = pathlib.Path(output) / pathlib.Path(names[0]).with_suffix("")
        found.append(Job(photo, becomes, right[0] if right else None, place))
    return _apart(found)


def each(todo: Sequence[Job], work: Callable[[Job], str], lack: str) -> None:
    """Does one after the other; a bad photo does not stop the rest.

    Args:
      todo: the jobs.
      work: does one, and returns in words what became of the photo.
      lack: what the photos of failed jobs do: "have no disparity".

    Raises:
      ValueError: after all others are done, if a job failed.
    """
    from tqdm import auto

    failed = 0
    for job in auto.tqdm(todo, unit="photo", disable=len(todo) == 1):
        try:
            auto.tqdm.write(f"{job.photo} -> {work(job)}")
        except (ValueError, OSError) as error:
            said = cli.sentence(error)
            said = said if str(job.photo) in said else f"{job.photo}: {said}"
            said = f"{job.place}: {said}" if job.place else said
            if len(todo) == 1:
                raise ValueError(said) from error
            failed += 1
            auto.tqdm.write(f"error: {said}", file=sys.stderr)
    if failed:
        raise ValueError(f"{failed} of {len(todo)} photos {lack}")


def _apart(jobs: list[Job]) -> list[Job]:
    first: dict[pathlib.Path, Job] = {}
    for job in jobs:
        other = first.setdefault(job.becomes, job)
        if other is not job:
            raise ValueError(
                f"{other.photo} and {job.photo} would both become {job.becomes}; pass "
                "two --output folders"
            )
    return jobs
