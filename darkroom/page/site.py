"""What the server knows whoever asks, and how it reads what was sent."""

from __future__ import annotations

import dataclasses
import pathlib

from werkzeug import Request

from darkroom.page import files, limits, photos, settings


@dataclasses.dataclass(frozen=True)
class Site:
    """What all answers share.

    Attributes:
      shelf: the open photos.
      limits: what one of them may have.
      hosts: the names that the page answers to.
      folder: photos that are offered.
      depth: of photos that bring none: a network, "prior", or a folder of maps.
      network: a PyNET's `.tflite` that the page can run by itself.
    """

    shelf: photos.Shelf
    limits: limits.Limits
    hosts: frozenset[str]
    folder: tuple[pathlib.Path, ...] = ()
    depth: str | None = None
    network: pathlib.Path | None = None


def file(site: Site, request: Request, fallback: str) -> files.File:
    """The file in a request's body, named by its address.

    Raises:
      LengthRequired, RequestEntityTooLarge: its length is not said, or too much.
    """
    name = files.plain(request.args.get("name", "")) or fallback
    limits.check_bytes(name, request.content_length, site.limits.upload)
    return files.File(name, request.get_data())


def wanted(request: Request) -> settings.Settings:
    """The settings in a request's body.

    Raises:
      HTTPException: it is no JSON, or too long.
      ValueError: as `settings.read`.
    """
    request.max_content_length = limits.JSON_BYTES
    return settings.read(request.get_json())
