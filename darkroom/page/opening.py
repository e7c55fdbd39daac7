"""Answers about where photos come from.

The photos of the folder that the page was started with are asked for by number: no
name that a visitor sends becomes part of a path.
"""

from __future__ import annotations

import functools
import pathlib
from collections.abc import Callable

from werkzeug import Request, Response, exceptions

from darkroom import pixels, program
from darkroom.io import companions, files, images
from darkroom.page import (
    depths,
    drawing,
    networks,
    photos,
    pictures,
    presets,
    samples,
    scenes,
    uploads,
)
from darkroom.page.site import Answer, Site, sent_file

_THUMBNAIL = 320  # the longer side in pixels
_LIKE = {".jpeg": ".jpg", ".tiff": ".tif"}


def about(site: Site, request: Request) -> Answer:
    """Answers with the limit, the names of the folder's photos, and what is offered."""
    names = [path.name for path in site.folder]
    return {
        "max_bytes": site.limits.upload,
        "folder": names,
        "network": networks.about(site),
        "fetch": depths.offer(site),
        "samples": [{"name": one.name, "text": one.text} for one in samples.SAMPLES],
        "presets": presets.about(),
    }


def thumbnail(site: Site, request: Request, number: int) -> Response:
    """Answers with a small picture of one of the folder's photos."""
    data = small_jpeg(_listed(site, number), site)
    return Response(data, mimetype="image/jpeg")


def open_listed(site: Site, request: Request, number: int) -> Answer:
    """Opens one of the folder's photos."""
    path = _listed(site, number)
    uploads.check_bytes(path.name, path.stat().st_size, site.limits.upload)
    file = uploads.File(path.name, path.read_bytes())
    return _open(site, file, lambda: listed_source(path, site.depth))


def open_sent(site: Site, request: Request) -> Answer:
    """Opens the photo in the body."""
    return _open(site, sent_file(site, request, "photo"), lambda: _for_all(site))


def _for_all(site: Site) -> scenes.Source:
    """Returns where the depth of photos is that are not of the folder."""
    named = site.depth or ""
    return scenes.Source(name="" if pathlib.Path(named).is_dir() else named)


def sample(site: Site, request: Request, number: int) -> Response:
    """Answers with a small picture of a photo to try."""
    return Response(samples.thumbnail(number), mimetype="image/jpeg")


def open_sample(site: Site, request: Request, number: int) -> Answer:
    """Opens a photo to try."""
    file, depth_map = samples.files(number)
    source = scenes.Source(depth_map) if depth_map else _for_all(site)
    return _open(site, file, lambda: source)


def _open(
    site: Site, file: uploads.File, source: Callable[[], scenes.Source]
) -> Answer:
    count = uploads.check_pixels(file, site.limits.pixels)
    wrong = ""
    with site.memory.opening(file.name, count):
        opened = photos.read(file, site.limits)
        try:
            opened.first = source()
            photos.give_depth(opened, opened.first, site.limits)
        except program.BAD_INPUT as error:  # the photo stays, a depth may follow
            wrong = program.sentence(error)
    key = site.memory.put(opened)
    name = pathlib.PurePath(file.name)
    ending = _LIKE.get(name.suffix.lower(), name.suffix.lower())
    height, width = opened.photo.pixels.shape[:2]
    return {
        "id": key,
        "name": file.name,
        "stem": name.stem,
        "format": ending if ending in drawing.ENDINGS else ".jpg",
        "width": width,
        "height": height,
        "reduced": opened.small.pixels.shape[0] < height,
        **depths.said(opened, wrong),
    }


def list_photos(folder: str | None) -> tuple[pathlib.Path, ...]:
    """Lists the folder's photos by name, without the depth maps that belong to them.

    Raises:
      ValueError: it is no folder, or holds no picture.
    """
    if folder is None:
        return ()
    if not pathlib.Path(folder).is_dir():
        raise ValueError(f"--photos {folder} is not a folder; name one with photos")
    return tuple(files.photos([folder])[0])


def check_depth(named: str | None) -> None:
    """Raises ValueError if --depth cannot be for any photo that comes."""
    if named is None or pathlib.Path(named).is_dir():
        return
    is_there = not companions.is_network(named) or pathlib.Path(named).is_file()
    if not (companions.is_for_all(named) and is_there):
        raise ValueError(
            f"--depth {named} is not there, or for one photo only; expected a folder "
            "of maps, a depth network's .tflite or .onnx, prior, or none"
        )


def _listed(site: Site, number: int) -> pathlib.Path:
    if number >= len(site.folder):
        raise exceptions.NotFound(f"the folder has {len(site.folder)} photos")
    return site.folder[number]


def listed_source(path: pathlib.Path, maps: str | None) -> scenes.Source:
    """Returns where a listed photo's depth is: `NAME_depth` beside it, or in `maps`.

    Raises:
      ValueError: `maps` is a folder without a map for it, or there are two.
    """
    named = companions.Companions(depth=maps or "").of(path).depth or ""
    if companions.is_for_all(named):
        return scenes.Source(name=named)
    file = pathlib.Path(named)
    return scenes.Source(uploads.File(file.name, file.read_bytes()))


@functools.lru_cache(maxsize=500)
def small_jpeg(path: pathlib.Path, site: Site) -> bytes:
    """Returns a small JPEG of a photo.

    Raises:
      RequestEntityTooLarge: it has too many pixels.
      OSError, ValueError: it cannot be read.
    """
    uploads.check_bytes(path.name, path.stat().st_size, site.limits.upload)
    file = uploads.File(path.name, path.read_bytes())
    count = uploads.check_pixels(file, site.limits.pixels)
    with site.memory.opening(path.name, count):
        photo = images.read(path)
        height, width = photo.pixels.shape[:2]
        scale = min(1.0, _THUMBNAIL / max(height, width))
        size = (max(1, round(height * scale)), max(1, round(width * scale)))
        small = pixels.resize_to(photo.pixels, size)
    return pictures.jpeg(small, photo.icc, quality=80)
