"""What the server lets in: which hosts and origins, how many bytes and pixels.

A server on 127.0.0.1 is within reach of every web page that its user visits. Such a
page cannot read what another origin answers, but it can send requests, and a name of
its own that turns out to mean 127.0.0.1 (DNS rebinding) would make it the same origin.
So the Host header must carry a name of ours, and what changes anything must come from
our own page.
"""

from __future__ import annotations

import dataclasses
import pathlib

from werkzeug import exceptions

LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})
JSON_BYTES = 2_000_000  # what the controls and the strokes of a brush may take


@dataclasses.dataclass(frozen=True)
class Limits:
    """What one photo or depth map may have.

    Attributes:
      upload: bytes of the file.
      pixels: pixels in it.
    """

    upload: int = 100_000_000
    pixels: int = 64_000_000


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


def check_bytes(name: str, length: int | None, limit: int) -> None:
    """Raises LengthRequired (411), or RequestEntityTooLarge (413) above the limit."""
    if length is None:
        raise exceptions.LengthRequired(f"{name}: its length was not said")
    if length > limit:
        raise exceptions.RequestEntityTooLarge(
            f"{name}: it has {length / 1e6:.0f} MB; at most {limit / 1e6:.0f} MB are "
            "taken here (--max_megabytes)"
        )


def check_pixels(path: pathlib.Path, limit: int) -> None:
    """Refuses a picture by what its head says, before anything is decoded.

    Raises:
      RequestEntityTooLarge (413): it has more than `limit` pixels.
    """
    from PIL import Image

    from darkroom.io import images

    try:
        with Image.open(path) as image:
            count = image.width * image.height
    except Image.DecompressionBombError:
        count = images.MAX_PIXELS + 1
    except (OSError, ValueError, SyntaxError):
        return  # no picture, which its reader says better
    if count > limit:
        raise exceptions.RequestEntityTooLarge(
            f"{path.name}: it has {count / 1e6:.0f} megapixels; at most "
            f"{limit / 1e6:.0f} are taken here (--max_megapixels)"
        )
