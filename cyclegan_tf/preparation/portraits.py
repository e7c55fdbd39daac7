"""Square portraits with a person mask each, from photos of any size.

  FOLDER/NAME.png  FOLDER_mask/NAME.png  FOLDER_report.csv

so `data/mine/trainA` is a domain of the data set `data/mine`. The report has a line for
each photo: the file it became, or why it was dropped.
"""

from __future__ import annotations

import collections
import csv
import dataclasses
import io
import pathlib
from collections.abc import Iterator

import numpy as np

from cyclegan_tf.preparation import duplicates, squares
from darkroom import cli
from darkroom.io import images, saving
from darkroom.pixels import Array


@dataclasses.dataclass(frozen=True)
class PortraitOptions:
    """What is made of a photo, and which are dropped.

    Attributes:
      side: of the square, in pixels.
      aim: what the square is cut about.
      kilobytes: files smaller than this are dropped.
      alike: bits by which duplicates may differ; below 0 only equal files are dropped.
      masks: whether masks are made, and photos without a person dropped.
    """

    side: int = 256
    aim: squares.Aim = "centre"
    kilobytes: int = 100
    alike: int = duplicates.ALIKE
    masks: bool = True


def files(
    photos: list[pathlib.Path], output: pathlib.Path, overwrite: bool
) -> dict[pathlib.Path, pathlib.Path]:
    """Finds which file each photo becomes; photos of one name get numbers.

    Raises:
      ValueError: a file, or the report, is there already.
    """
    named: collections.Counter[str] = collections.Counter()
    becomes = {}
    saving.reject_overwrite(report_file(output), overwrite)
    for photo in photos:
        named[photo.stem] += 1
        number = named[photo.stem]
        name = photo.stem if number == 1 else f"{photo.stem}_{number}"
        becomes[photo] = output / f"{name}.png"
        for path in (becomes[photo], mask_file(becomes[photo])):
            saving.reject_overwrite(path, overwrite, photo)
    return becomes


def prepare(
    becomes: dict[pathlib.Path, pathlib.Path], options: PortraitOptions
) -> Iterator[tuple[pathlib.Path, str]]:
    """Makes one portrait after the other.

    Args:
      becomes: as `files` gives it.
      options: what is made.

    Yields:
      The photo, and why it was dropped; empty if it was not.

    Raises:
      OSError: a portrait cannot be written.
      ValueError: the network that finds persons is not here.
    """
    if options.masks:
        from darkroom.subjects import fetch

        fetch.check(fetch.path())
    seen = duplicates.Seen(options.alike)
    for photo, path in becomes.items():
        try:
            portrait, mask = _portrait(photo, options, seen)
        except (ValueError, OSError) as error:
            yield photo, cli.sentence(error).removeprefix(f"{photo}: ")
            continue
        images.write(path, portrait)
        if mask is not None:
            images.write(mask_file(path), mask)
        yield photo, ""


def _portrait(
    photo: pathlib.Path, options: PortraitOptions, seen: duplicates.Seen
) -> tuple[Array, Array | None]:
    """Makes the square `[S, S, 3]` uint8 and its mask `[S, S]` uint8, 0 or 255.

    Raises:
      OSError, ValueError: it is to be dropped; the text says why.
    """
    size = photo.stat().st_size
    if size < 1000 * options.kilobytes:
        raise ValueError(f"it has {size / 1000:.0f} kB, below {options.kilobytes} kB")
    if same := seen.same_file(photo, str(photo)):
        raise ValueError(f"it is the same file as {same}")
    square = squares.square(images.read(photo).pixels, options.aim)
    portrait = squares.reduced(square, options.side)
    mask = _mask(portrait) if options.masks else None
    if same := seen.alike(portrait, str(photo)):
        raise ValueError(f"it shows the same as {same}")
    return portrait, mask


def _mask(portrait: Array) -> Array:
    from darkroom import subjects

    person = subjects.person(portrait) >= 0.5
    if not person.any():
        raise ValueError("no person was found in it")
    return np.where(person, 255, 0).astype(np.uint8)


def mask_file(portrait: pathlib.Path) -> pathlib.Path:
    """Returns where a portrait's mask is."""
    folder = portrait.parent
    return folder.with_name(f"{folder.name}_mask") / portrait.name


def report_file(output: pathlib.Path) -> pathlib.Path:
    """Returns where the report on a folder is."""
    return output.with_name(f"{output.name}_report.csv")


def write_report(
    output: pathlib.Path,
    becomes: dict[pathlib.Path, pathlib.Path],
    dropped: dict[pathlib.Path, str],
) -> None:
    """Writes a line `photo,portrait,dropped` for each photo.

    Raises:
      OSError: it cannot be written.
    """
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(("photo", "portrait", "dropped"))
    for photo, path in becomes.items():
        why = dropped.get(photo, "")
        table.writerow((photo, "" if why else path.name, why))
    saving.write(report_file(output), lambda to: to.write_text(text.getvalue()))
