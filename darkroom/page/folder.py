"""The photos of the folder that the page was started with.

They are asked for by number: no name that a visitor sends becomes part of a path.
"""

from __future__ import annotations

import functools
import pathlib

from werkzeug import exceptions

from darkroom import pixels
from darkroom.io import companions, images
from darkroom.io import files as photo_files
from darkroom.page import files, limits, pictures, scenes

_THUMBNAIL = 320  # the longer side in pixels


def listed(folder: str | None) -> tuple[pathlib.Path, ...]:
    """The folder's photos by name, without the depth maps that belong to them.

    Raises:
      ValueError: it is no folder, or holds no picture.
    """
    if folder is None:
        return ()
    if not pathlib.Path(folder).is_dir():
        raise ValueError(f"--photos {folder} is not a folder; name one with photos")
    return tuple(photo_files.photos([folder])[0])


def check_depth(named: str | None) -> None:
    """Raises ValueError if --depth cannot be for any photo that comes."""
    if named is None or named == "prior" or pathlib.Path(named).is_dir():
        return
    if not (named.endswith(".tflite") and pathlib.Path(named).is_file()):
        raise ValueError(
            f"--depth {named} is not there, or for one photo only; expected a folder "
            "of maps, a depth network's .tflite, or prior"
        )


def path(listed: tuple[pathlib.Path, ...], number: int) -> pathlib.Path:
    """Raises NotFound (404) for a number that the folder does not have."""
    if number >= len(listed):
        raise exceptions.NotFound(f"the folder has {len(listed)} photos")
    return listed[number]


def read(path: pathlib.Path, allowed: limits.Limits) -> files.File:
    """The file of a photo.

    Raises:
      RequestEntityTooLarge: it has too many bytes.
      OSError: it cannot be read any more.
    """
    limits.check_bytes(path.name, path.stat().st_size, allowed.upload)
    return files.File(path.name, path.read_bytes())


def source(path: pathlib.Path, maps: str | None) -> scenes.Source:
    """Where a photo's depth comes from: `NAME_depth` beside it, or what `maps` names.

    Raises:
      ValueError: `maps` is a folder without a map for it, or there are two.
    """
    named = companions.Companions(depth=maps or "").of(path).depth or ""
    if named in ("", "prior") or named.endswith(".tflite"):
        return scenes.Source(name=named)
    file = pathlib.Path(named)
    return scenes.Source(files.File(file.name, file.read_bytes()))


@functools.lru_cache(maxsize=500)
def thumbnail(path: pathlib.Path, allowed: limits.Limits) -> bytes:
    """A small JPEG of a photo.

    Raises:
      RequestEntityTooLarge: it has too many pixels.
      OSError, ValueError: it cannot be read.
    """
    limits.check_pixels(path, allowed.pixels)
    photo = images.read(path)
    height, width = photo.pixels.shape[:2]
    scale = min(1.0, _THUMBNAIL / max(height, width))
    size = (max(1, round(height * scale)), max(1, round(width * scale)))
    return pictures.jpeg(pixels.resize_to(photo.pixels, size), photo.icc, quality=80)
