"""Decides on a request by its head, before any of its body is kept.

Waitress hands an application whole requests: what another page sends would lie in
memory before it is refused, and so would all that many visitors send at a time. So its
parser is told whom the page answers and how much each address takes, and all bodies
together have a bound.
"""

from __future__ import annotations

import functools
import json
import threading
from collections.abc import Callable

from waitress import adjustments, channel, parser
from werkzeug import exceptions

from darkroom.page import uploads
from darkroom.page.site import Site, check_host, check_origin

_FILES = ("/depth", "/matte")  # ends of addresses that take a file
READING = ("GET", "HEAD")  # methods that change nothing


class Refusal:
    """An error as Waitress' tasks answer one: as JSON, and with the page's headers."""

    def __init__(self, error: exceptions.HTTPException, headers: dict[str, str]):
        self._status = f"{error.code} {error.name}"
        self._body = json.dumps({"error": error.description}).encode()
        self._headers = [("Content-Type", "application/json"), *headers.items()]

    def to_response(self, ident: str) -> tuple[str, list[tuple[str, str]], bytes]:
        """Returns status, headers and body."""
        return self._status, self._headers, self._body


class Bodies:
    """Counts the bytes of all bodies that have come and are not answered yet.

    Attributes:
      most: that may be held at a time.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._held = 0
        self._lock = threading.Lock()

    def check(self, more: int) -> None:
        """Raises ServiceUnavailable (503) if so much more would be too much."""
        if self._held + more > self.most:
            raise exceptions.ServiceUnavailable(
                "too much is being sent to the page at this moment; try again soon"
            )

    def add(self, count: int) -> None:
        """Counts bytes that have come, or are gone if `count` is negative."""
        with self._lock:
            self._held += count


def bodies_of(site: Site) -> Bodies:
    """Returns the store of a site: a quarter of its memory, and one file at least."""
    return Bodies(max(site.limits.upload + 2**20, site.memory.most // 4))


def check_head(
    site: Site, method: str, path: str, headers: dict[str, str], length: int
) -> None:
    """Refuses a request by its head.

    Args:
      site: what is answered, and to whom.
      method, path: of the request.
      headers: by their names in upper case with `_`.
      length: of the body in bytes.

    Raises:
      HTTPException: it is not for this page, not from it, or its body is too long.
    """
    host = headers.get("HOST", "")
    check_host(host, site.hosts)
    if method not in READING:
        check_origin(headers.get("ORIGIN"), host)
    if site.keys and (length or method not in READING):
        path = path.removeprefix(site.keys.inside(path))
    if method == "POST" and (path == "/photos" or path.endswith(_FILES)):
        uploads.check_bytes("the file", length, site.limits.upload)
    elif length > uploads.JSON_BYTES:
        raise exceptions.RequestEntityTooLarge(
            f"the settings have {length / 1e6:.1f} MB; at most "
            f"{uploads.JSON_BYTES / 1e6:.0f} MB are taken here"
        )


class Parser(parser.HTTPRequestParser):
    """Waitress' parser of one request, which asks `check_head` when the head is there.

    Args:
      site: whom the page answers, and how much it takes.
      bodies: of all requests.
      headers: of every answer.
      adj: Waitress' settings.
    """

    def __init__(
        self,
        site: Site,
        bodies: Bodies,
        headers: dict[str, str],
        adj: adjustments.Adjustments,
    ) -> None:
        super().__init__(adj)
        self._site, self._bodies, self._answer_headers = site, bodies, headers
        self._counted = 0

    def parse_header(self, header_plus: bytes) -> None:
        """Reads the head, and refuses the request if it is not to be answered."""
        super().parse_header(header_plus)
        self._or_refused(self._check)

    def received(self, data: bytes) -> int:
        """Takes what has come; returns how much of it belonged to this request."""
        before = self.body_bytes_received
        used: int = super().received(data)
        came = self.body_bytes_received - before
        self._counted += came
        self._bodies.add(came)
        if came and not self.error:
            self._or_refused(lambda: self._bodies.check(0))
        if self.error:
            self._forget()
        return used

    def close(self) -> None:
        """Drops the body, once the request is answered."""
        super().close()
        self._forget()

    def _check(self) -> None:
        if self.chunked:
            raise exceptions.LengthRequired("the request does not say its length")
        check_head(
            self._site, self.command, self.path, self.headers, self.content_length
        )
        self._bodies.check(self.content_length)

    def _or_refused(self, check: Callable[[], None]) -> None:
        try:
            check()
        except exceptions.HTTPException as error:
            self.error = Refusal(error, self._answer_headers)
            self.completed = True
            self.expect_continue = False  # or the visitor would be told to go on

    def _forget(self) -> None:
        """Counts the body as gone, and lets go of it if it was refused."""
        self._bodies.add(-self._counted)
        self._counted = 0
        if self.error:
            self.body_rcv = None


def channel_class(site: Site, headers: dict[str, str]) -> type[channel.HTTPChannel]:
    """Returns the class of connections whose requests are decided on by their heads."""

    class Channel(channel.HTTPChannel):
        parser_class = functools.partial(Parser, site, bodies_of(site), headers)

        def handle_close(self) -> None:
            """Closes, and drops what a visitor who left had sent of a request."""
            super().handle_close()
            if self.request is not None:
                self.request.close()

    return Channel
