"""What the server knows whoever asks, whom it answers, and how it reads a request.

A server on 127.0.0.1 is within reach of every web page that its user visits. Such a
page cannot read what another origin answers, but it can send requests, and a name of
its own that turns out to mean 127.0.0.1 (DNS rebinding) would make it the same origin.
So the Host header must carry a name of ours, and what changes anything must come from
our own page. Where others in the network reach it, a key is needed besides (`keys`).
"""

from __future__ import annotations

import dataclasses
import pathlib
from typing import TypeAlias

from werkzeug import Request, Response, exceptions

from darkroom.page import keys, memory, photos, settings, uploads

LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})

Answer: TypeAlias = Response | dict[str, object]  # a dict becomes JSON


@dataclasses.dataclass(frozen=True)
class Site:
    """What all answers share.

    Attributes:
      memory: the open photos, and room for work.
      limits: what one of them may have.
      hosts: the names that the page answers to.
      folder: photos that are offered.
      depth: of photos that bring none: a network, "prior", or a folder of maps.
      network: a PyNET's `.tflite` that the page can run by itself.
      keys: of whom is let in from elsewhere; None if only this computer reaches it.
    """

    memory: memory.Memory[photos.Opened]
    limits: uploads.Limits
    hosts: frozenset[str]
    folder: tuple[pathlib.Path, ...] = ()
    depth: str | None = None
    network: pathlib.Path | None = None
    keys: keys.Keys | None = None


def check_host(header: str, names: frozenset[str]) -> None:
    """Raises Forbidden (403) unless the Host `header` is one of `names`, any port."""
    name, colon, port = header.lower().rpartition(":")
    if not colon or not port.isdigit():
        name = header.lower()
    if name not in names:
        raise exceptions.Forbidden(
            f"this page answers to {' or '.join(sorted(names))}, not to "
            f"{header or 'a request without a host'}; start it with --host to name "
            "another"
        )


def check_origin(origin: str | None, host: str) -> None:
    """Raises Forbidden (403) unless a request that changes something is our page's."""
    if origin != f"http://{host}":
        raise exceptions.Forbidden(
            f"the request came from {origin or 'no page'}, not from http://{host}; "
            "open the page itself"
        )


def sent_file(site: Site, request: Request, fallback: str) -> uploads.File:
    """Reads the file in a request's body, named by its address.

    Raises:
      LengthRequired, RequestEntityTooLarge: its length is not said, or too much.
    """
    name = uploads.safe_name(request.args.get("name", "")) or fallback
    uploads.check_bytes(name, request.content_length, site.limits.upload)
    return uploads.File(name, request.get_data(cache=False))


def sent_settings(request: Request) -> settings.Settings:
    """Reads the settings in a request's body.

    Raises:
      HTTPException: it is no JSON, or too long.
      ValueError: as `settings.read`.
    """
    request.max_content_length = uploads.JSON_BYTES
    try:
        return settings.read(request.get_json())
    except RecursionError:
        raise ValueError(
            "the settings are lists in lists without end; expected an object of them"
        ) from None
