"""Answers about how a photo looks: previews, full size, the file, the command."""

from __future__ import annotations

import contextlib
import pathlib
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager

from werkzeug import Request, Response, exceptions

from darkroom.io import images
from darkroom.lens import tiles
from darkroom.page import memory, photos, pictures, settings, strokes
from darkroom.page.site import Answer, Site, sent_settings
from darkroom.pixels import Array
from darkroom.render import look, shot

_LATE = 1000  # turns by which a request may come after a newer one
_LOOK = 0.2  # seconds after which one that waits looks whether it is overtaken
ENDINGS = (".jpg", ".png", ".tif", ".webp")  # that can be saved


class Overtaken(exceptions.Conflict):
    """A newer request for the same photo has come (409)."""


def before(site: Site, request: Request, name: str) -> Response:
    """Answers with the photo as it came, small; at full size with `full=1`."""
    opened = site.memory.get(name)
    photo = opened.photo if request.args.get("full") else opened.small
    with site.memory.drawing(photo.pixels.size // 3, memory.SHOWING):
        data = pictures.jpeg(photo.pixels, opened.photo.icc)
    return Response(data, mimetype="image/jpeg")


def preview(site: Site, request: Request, name: str) -> Response:
    """Answers with the small picture."""
    opened, wanted = site.memory.get(name), sent_settings(request)
    with _newest(opened, opened.quick, wanted), _drawing(site, opened.small, wanted):
        one = pictures.shown(opened, wanted, "small")
        return _picture(opened, wanted, one.focus, shot.draw(one, wanted.look))


def depth_view(site: Site, request: Request, name: str) -> Response:
    """Answers with the small depth, and what is in focus in it."""
    opened, wanted = site.memory.get(name), sent_settings(request)
    small = opened.small.pixels.size // 3
    with _newest(opened, opened.quick, wanted), site.memory.drawing(small):
        one = pictures.shown(opened, wanted, "small")
        view = shot.depth_view(one)
        return _picture(opened, wanted, one.focus, view)


def full(site: Site, request: Request, name: str) -> Response:
    """Answers with the picture at full size, as JPEG."""
    opened, wanted = site.memory.get(name), sent_settings(request)
    with _newest(opened, opened.slow, wanted), _drawing(site, opened.photo, wanted):
        drawing = pictures.full(opened, wanted)
        return _picture(opened, wanted, drawing.focus, drawing.picture)


def _drawing(
    site: Site, photo: images.Photo, wanted: settings.Settings
) -> AbstractContextManager[None]:
    """Counts what is needed to draw a photo as it is wanted; see `Memory.drawing`."""
    height, width = photo.pixels.shape[:2]
    radius = look.blur_radius(wanted.look, (height, width))
    blur = tiles.memory((height, width), radius)
    return site.memory.drawing(height * width, blur=blur)


@contextlib.contextmanager
def _newest(
    opened: photos.Opened, lock: threading.Lock, wanted: settings.Settings
) -> Iterator[None]:
    """Waits for the lock, and leaves once the page has asked for something else.

    A turn that is far behind is that of a page that counts anew: else one wrong turn
    would keep a photo from ever being drawn again.
    """
    if not _is_late(wanted.turn, opened.turn):
        opened.turn = wanted.turn
    has_lock = False
    try:
        while not has_lock:
            has_lock = lock.acquire(timeout=_LOOK)
            if _is_late(wanted.turn, opened.turn):
                raise Overtaken("the page has asked for something newer")
        yield
    finally:
        if has_lock:
            lock.release()


def _is_late(turn: int, newest: int) -> bool:
    return newest - _LATE <= turn < newest


def _picture(
    opened: photos.Opened, wanted: settings.Settings, focus: float, picture: Array
) -> Response:
    data = pictures.jpeg(picture, opened.photo.icc)
    start = opened.scene.start if opened.scene else (0.5, 0.5)
    x, y = wanted.focus_request().point or start
    headers = {"Focus-Point": f"{x:.4f},{y:.4f}", "Focus-Disparity": f"{focus:.4f}"}
    return Response(data, headers=headers, mimetype="image/jpeg")


def file(site: Site, request: Request, name: str) -> Response:
    """Answers with the picture as a file of the ending that is asked for."""
    opened, wanted = site.memory.get(name), sent_settings(request)
    ending = _ending(request)
    with opened.slow, _drawing(site, opened.photo, wanted):
        drawing = pictures.full(opened, wanted)
        data = pictures.encode(opened, drawing.picture, ending)
    return Response(data, mimetype="application/octet-stream")


def command_line(site: Site, request: Request, name: str) -> Answer:
    """Answers with the command that writes the same file, and its masks' names."""
    opened, wanted = site.memory.get(name), sent_settings(request)
    stem = pathlib.PurePath(opened.file.name).stem
    flags = {"sharp": "mask", "blurred": "blur_mask"}
    painted = {stroke.kind for stroke in wanted.strokes}
    masks = {k: f"{stem}_{k}.png" for k in strokes.BRUSHES if k in painted}
    sources = opened.source.flags() | {flags[kind]: masks[kind] for kind in masks}
    to = f"{stem}_bokeh{_ending(request)}"
    line = settings.command_line(wanted, opened.file.name, sources, to)
    return {
        "command": line,
        "masks": [{"kind": kind, "name": mask} for kind, mask in masks.items()],
    }


def mask(site: Site, request: Request, name: str, kind: str) -> Response:
    """Answers with the brush's mask at full size, for the command."""
    opened, wanted = site.memory.get(name), sent_settings(request)
    height, width = opened.photo.pixels.shape[:2]
    brush = next((brush for brush in strokes.BRUSHES if brush == kind), None)
    size = (height, width)
    with site.memory.drawing(opened.pixels, memory.SHOWING):
        painted = strokes.brush_mask(wanted.strokes, brush, size) if brush else None
        if painted is None:
            raise exceptions.NotFound(f"nothing was painted to be {kind}")
        return Response(pictures.png(painted), mimetype="image/png")


def photo_map(site: Site, request: Request, name: str, kind: str) -> Response:
    """Answers with the photo's depth or matte at full size, as a file to save."""
    opened, wanted = site.memory.get(name), sent_settings(request)
    maps = {"depth": pictures.depth_map, "matte": pictures.matte}
    if kind not in maps:
        raise exceptions.NotFound(f"there is no map {kind}; expected depth or matte")
    with site.memory.drawing(opened.pixels, memory.SHOWING):
        data = pictures.png(maps[kind](opened, wanted))
    return Response(data, mimetype="image/png")


def aperture(site: Site, request: Request) -> Response:
    """Answers with a point of light, out of focus."""
    light = pictures.point_of_light(settings.read_look(request.args))
    return Response(pictures.png(light), mimetype="image/png")


def _ending(request: Request) -> str:
    ending = request.get_json().get("format")
    if ending not in ENDINGS:
        raise ValueError(f"the format came as {ending}; expected {', '.join(ENDINGS)}")
    return str(ending)
