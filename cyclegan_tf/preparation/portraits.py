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
from typing import Literal

import numpy as np

from cyclegan_tf.preparation import duplicates
from darkroom import pixels, program
from darkroom.io import images, saving
from darkroom.pixels import Array

Center = Literal["centre", "face"]


@dataclasses.dataclass(frozen=True)
class PortraitOptions:
    """What portraits look like, and which photos are dropped.

    Attributes:
      side: of the square, in pixels.
      center: what the square is cut about.
      kilobytes: files smaller than this are dropped.
      alike: bits by which duplicates may differ; below 0 only equal files are dropped.
      masks: whether masks are made, and photos without a person dropped.
    """

    side: int = 256
    center: Center = "centre"
    kilobytes: int = 100
    alike: int = duplicates.ALIKE
    masks: bool = True


def files(
    photos: list[pathlib.Path], output: pathlib.Path, overwrite: bool
) -> dict[pathlib.Path, pathlib.Path]:
    """Names the file that each photo becomes; photos of one name get numbers.

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
      options: what portraits look like.

    Yields:
      The photo, and why it was dropped; empty if it was not.

    Raises:
      OSError: a portrait cannot be written.
      ValueError: the network that finds persons is not here.
    """
    if options.masks:
        from darkroom.subjects import fetch

        fetch.check(fetch.path())
    known = duplicates.KnownPhotos(options.alike)
    for photo, path in becomes.items():
        try:
            portrait, mask = _portrait(photo, options, known)
        except (ValueError, OSError) as error:
            yield photo, program.sentence(error).removeprefix(f"{photo}: ")
            continue
        images.write(path, portrait)
        if mask is not None:
            images.write(mask_file(path), mask)
        yield photo, ""


def _portrait(
    photo: pathlib.Path, options: PortraitOptions, known: duplicates.KnownPhotos
) -> tuple[Array, Array | None]:
    """Makes the square `[S, S, 3]` uint8 and its mask `[S, S]` uint8, 0 or 255.

    Raises:
      OSError, ValueError: it is to be dropped; the text says why.
    """
    size = photo.stat().st_size
    if size < 1000 * options.kilobytes:
        raise ValueError(f"it has {size / 1000:.0f} kB, below {options.kilobytes} kB")
    if same := known.same_file(photo, str(photo)):
        raise ValueError(f"it is the same file as {same}")
    cut = square(images.read(photo).pixels, options.center)
    portrait = reduced(cut, options.side)
    mask = _mask(portrait) if options.masks else None
    if same := known.similar(portrait, str(photo)):
        raise ValueError(f"it shows the same as {same}")
    return portrait, mask


def _mask(portrait: Array) -> Array:
    from darkroom import subjects

    person = subjects.person(portrait) >= 0.5
    if not person.any():
        raise ValueError("no person was found in it")
    return np.where(person, 255, 0).astype(np.uint8)


def square(photo: Array, center: Center = "centre") -> Array:
    """Cuts the largest square out of `[H, W, 3]`, about the centre or the first face.

    A photo without a face is cut about its centre.
    """
    height, width = photo.shape[:2]
    x, y = width / 2, height / 2
    if center == "face":
        from darkroom import subjects

        for face in subjects.faces(photo)[:1]:
            x, y = face.x + face.width / 2, face.y + face.height / 2
    side = min(height, width)
    left = min(max(0, round(x - side / 2)), width - side)
    top = min(max(0, round(y - side / 2)), height - side)
    return photo[top : top + side, left : left + side]


def reduced(picture: Array, side: int) -> Array:
    """Brings a square to `side`, uint8, bicubic.

    Raises:
      ValueError: it is smaller than that.
    """
    if len(picture) < side:
        raise ValueError(f"its square is {pixels.hxw(picture)}, below {side}x{side}")
    return pixels.to_uint8(pixels.resize_to(picture, (side, side)))


def mask_file(portrait: pathlib.Path) -> pathlib.Path:
    """Names the file of a portrait's mask."""
    folder = portrait.parent
    return folder.with_name(f"{folder.name}_mask") / portrait.name


def report_file(output: pathlib.Path) -> pathlib.Path:
    """Names the file of the report on a folder."""
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
