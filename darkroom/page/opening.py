"""Answers about where photos and their depths come from."""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Callable
from typing import Any

from werkzeug import Request, Response

from darkroom import cli
from darkroom.page import drawing, files, folder, networks, photos, scenes, site
from darkroom.page.site import Site

_LIKE = {".jpeg": ".jpg", ".tiff": ".tif"}


def about(here: Site, request: Request) -> Any:
    """The most that is taken, the names of the folder's photos, and the networks'."""
    names = [path.name for path in here.folder]
    return {
        "max_bytes": here.limits.upload,
        "folder": names,
        "network": networks.about(here),
    }


def thumbnail(here: Site, request: Request, number: int) -> Response:
    """A small picture of one of the folder's photos."""
    path = folder.path(here.folder, number)
    return Response(folder.thumbnail(path, here.limits), mimetype="image/jpeg")


def open_listed(here: Site, request: Request, number: int) -> Any:
    """Opens one of the folder's photos."""
    path = folder.path(here.folder, number)
    file = folder.read(path, here.limits)
    return _open(here, file, lambda: folder.source(path, here.depth))


def open_sent(here: Site, request: Request) -> Any:
    """Opens the photo in the body."""
    named = here.depth or ""
    source = scenes.Source(name="" if pathlib.Path(named).is_dir() else named)
    return _open(here, site.file(here, request, "photo"), lambda: source)


def _open(here: Site, file: files.File, source: Callable[[], scenes.Source]) -> Any:
    opened = photos.read(file, here.limits)
    wrong = ""
    try:
        photos.give_depth(opened, source(), here.limits)
    except (ValueError, OSError) as error:  # the photo stays, a depth may follow
        wrong = cli.sentence(error)
    name = pathlib.PurePath(file.name)
    ending = _LIKE.get(name.suffix.lower(), name.suffix.lower())
    height, width = opened.photo.pixels.shape[:2]
    return {
        "id": here.shelf.put(opened),
        "name": file.name,
        "stem": name.stem,
        "format": ending if ending in drawing.ENDINGS else ".jpg",
        "width": width,
        "height": height,
        "reduced": opened.small.pixels.shape[0] < height,
        **_depth(opened, wrong),
    }


def depth(here: Site, request: Request, name: str) -> Any:
    """Takes the map in the body, or `source=prior`, or the same with a new `meaning`.

    Raises:
      ValueError: it is a network, which could be anyone's, or no depth map.
    """
    opened = here.shelf.get(name)
    meaning = request.args.get("meaning", "disparity")
    source = dataclasses.replace(
        opened.source,
        invert=meaning == "inverted",
        unit="metres" if meaning == "metres" else "disparity",
    )
    if request.content_length:
        file = site.file(here, request, "depth.png")
        if file.name.lower().endswith(".tflite"):
            raise ValueError(
                f"{file.name}: a network is not taken from a page; start it with "
                f"--depth {file.name}"
            )
        source = dataclasses.replace(source, file=file, name="")
    elif request.args.get("source") == "prior":
        source = scenes.Source(name="prior")
    photos.give_depth(opened, source, here.limits)
    return _depth(opened)


def _depth(opened: photos.Opened, wrong: str = "") -> dict[str, Any]:
    said = opened.scene.said if opened.scene else ""
    # What follows is advice on flags; the page offers what to do itself.
    return {"depth": said, "error": wrong.partition("; pass --depth")[0]}
