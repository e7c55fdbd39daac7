"""The addresses of the page, and who is answered.

  GET  / /page.css ...             the page's own files
  GET  /about                      the limits, and the folder's photos by name
  GET  /folder/N                   a thumbnail; POST opens that photo
  GET  /samples/N                  a photo to try, small; POST opens it
  POST /photos?name=NAME           opens the photo in the body
  POST /fetch                      brings a depth network, for photos without a depth
  POST /photos/ID/depth?...        a depth map in the body, or another source
  POST /photos/ID/matte?name=NAME  a matte in the body; none, to leave it out again
  GET  /photos/ID/before           the photo itself as JPEG
  POST /photos/ID/preview          settings to a small JPEG; so depth_view
  POST /photos/ID/full             settings to a JPEG at full size
  POST /photos/ID/file             settings and a format to the file to save
  POST /photos/ID/map/KIND         settings to the depth or the matte as PNG
  POST /photos/ID/command          settings to the command line that does the same
  POST /photos/ID/mask/KIND        settings to the brush's mask as PNG
  GET  /aperture?shape=...         a point of light through the opening, as PNG
  GET  /photos/ID/disparity        the depth for a network that the browser runs
  GET  /network/KIND               that network's file: bokeh, or depth
  GET  /litert/NAME                a file of LiteRT.js, which runs it

Where others in the network reach the page, GET /KEY answers with an address of the
device's own, /DEVICE/, under which all of these stand (`keys`).

Settings are JSON, as `settings.read` takes them. An error is JSON, {"error": "..."}.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import pathlib
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import waitress
from werkzeug import Request, Response, exceptions, routing

from darkroom import heap, program
from darkroom.page import depths, drawing, networks, opening, receiving, uploads
from darkroom.page.site import Answer, Site, check_host, check_origin

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from waitress.server import BaseWSGIServer

_STATIC = pathlib.Path(__file__).parent / "static"
_OWN = frozenset(path.name for path in _STATIC.iterdir())
# Not by the system's list: where that is wrong, browsers refuse the scripts.
_KINDS = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}

_HEADERS = {
    "Cache-Control": "no-store",  # the browser, too, is to forget the photos
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        "img-src 'self' blob:; connect-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    # Only a page that is closed to all others may have threads on shared memory.
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def _static(site: Site, request: Request, file: str = "index.html") -> Response:
    if file not in _OWN:
        raise exceptions.NotFound(f"there is no {file} here")
    kind = _KINDS[pathlib.PurePath(file).suffix]
    own = {"Content-Security-Policy": networks.POLICY} if file == "worker.js" else {}
    return Response((_STATIC / file).read_bytes(), headers=own, mimetype=kind)


def _rule(method: str, address: str, answer: Callable[..., Answer]) -> routing.Rule:
    return routing.Rule(address, methods=[method], endpoint=answer)


_ADDRESSES = routing.Map(
    [
        _rule("GET", "/", _static),
        _rule("GET", "/<file>", _static),
        _rule("GET", "/about", opening.about),
        _rule("POST", "/fetch", depths.fetch_network),
        _rule("GET", "/aperture", drawing.aperture),
        _rule("GET", "/folder/<int:number>", opening.thumbnail),
        _rule("POST", "/folder/<int:number>", opening.open_listed),
        _rule("GET", "/samples/<int:number>", opening.sample),
        _rule("POST", "/samples/<int:number>", opening.open_sample),
        _rule("POST", "/photos", opening.open_sent),
        _rule("GET", "/photos/<name>/before", drawing.before),
        _rule("POST", "/photos/<name>/depth", depths.depth),
        _rule("POST", "/photos/<name>/matte", depths.matte),
        _rule("POST", "/photos/<name>/preview", drawing.preview),
        _rule("POST", "/photos/<name>/depth_view", drawing.depth_view),
        _rule("POST", "/photos/<name>/full", drawing.full),
        _rule("POST", "/photos/<name>/file", drawing.file),
        _rule("POST", "/photos/<name>/command", drawing.command_line),
        _rule("POST", "/photos/<name>/mask/<kind>", drawing.mask),
        _rule("POST", "/photos/<name>/map/<kind>", drawing.photo_map),
        _rule("GET", "/photos/<name>/disparity", networks.disparity),
        _rule("GET", "/network/<kind>", networks.network),
        _rule("GET", "/litert/<file>", networks.litert),
    ],
    merge_slashes=False,
)


_THREADS = 24  # most of them wait, for memory or for one another
_AT_WORK = 20  # of them at most; the others answer what takes no time
_LIGHT = (_static, opening.about, networks.network, networks.litert)


def application(site: Site) -> WSGIApplication:
    """Returns the WSGI application of a site."""
    free = threading.Semaphore(_AT_WORK)

    @Request.application
    def respond(request: Request) -> Response:
        try:
            response = _answer(site, request, free)
        except exceptions.HTTPException as error:
            response = _refusal(error.code or 500, error.description or error.name)
            response.headers["Overtaken"] = str(isinstance(error, drawing.Overtaken))
        except program.BAD_INPUT as error:
            response = _refusal(422, program.sentence(error))
        except Exception:  # a bug of ours: the terminal has it, the page a sentence
            traceback.print_exc()
            response = _refusal(500, "the program has a fault; its terminal says more")
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        # Each holds the other: what was sent would stay until Python looks for cycles.
        request.environ.pop("werkzeug.request", None)
        return response

    return respond


def _answer(site: Site, request: Request, free: threading.Semaphore) -> Response:
    host = request.headers.get("Host", "")
    check_host(host, site.hosts)
    if request.method not in receiving.READING:
        check_origin(request.headers.get("Origin"), host)
    if site.keys:
        welcome = site.keys.redeem(request.path) if _is_visit(request) else None
        if welcome:
            return welcome
        inside = site.keys.inside(request.path)
        request.environ["PATH_INFO"] = request.environ["PATH_INFO"][len(inside) :]
    answer, arguments = _ADDRESSES.bind_to_environ(request.environ).match()
    with contextlib.nullcontext() if answer in _LIGHT else _at_work(free):
        content = answer(site, request, **arguments)
    return content if isinstance(content, Response) else _json(content)


@contextlib.contextmanager
def _at_work(free: threading.Semaphore) -> Iterator[None]:
    """Takes one of the places for work; ServiceUnavailable (503) if there is none."""
    if not free.acquire(blocking=False):
        raise exceptions.ServiceUnavailable(
            "the page has more to do than it can at this moment; try again soon"
        )
    try:
        yield
    finally:
        free.release()


def _is_visit(request: Request) -> bool:
    """Tells whether somebody opens an address, and no browser that runs ahead."""
    return request.method == "GET" and "Sec-Purpose" not in request.headers


def _json(content: dict[str, object], status: int = 200) -> Response:
    return Response(json.dumps(content), status, mimetype="application/json")


def _refusal(status: int, sentence: str) -> Response:
    return _json({"error": sentence}, status)


def listen(host: str, port: int) -> socket.socket:
    """Opens a socket at an address; port 0 takes a free one.

    Raises:
      ValueError: the port is in use, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        why = str(error.strerror or error).partition(" (")[0]  # Python adds the address
        raise ValueError(
            f"{host}, port {port}: {why}; name another --port (0 takes a free one), or "
            "another --host"
        ) from None


def create(site: Site, at: socket.socket) -> BaseWSGIServer:
    """Returns a server that answers at a socket; `run()` starts it.

    Nothing that is sent goes through a file, as it would with Waitress' own bounds.
    """
    server = waitress.create_server(
        application(site),
        sockets=[at],
        threads=_THREADS,
        ident="",
        connection_limit=1000,  # slow visitors are not to keep others out
        channel_timeout=30,
        asyncore_use_poll=True,
        max_request_header_size=2**15,
        max_request_body_size=2**62,  # `receiving` decides, with our own sentence
        inbuf_overflow=site.limits.upload + 2**20,
        outbuf_overflow=2**31,
    )
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that one has to wait
    server.channel_class = receiving.channel_class(site, _HEADERS)
    return server


def serve(site: Site, at: socket.socket) -> None:
    """Answers until Ctrl-C, SIGTERM or SIGHUP, which end the process at once."""
    uploads.sweep()
    heap.give_back_what_is_freed()
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number and signal.getsignal(number) != signal.SIG_IGN:  # nohup ignores it
            signal.signal(number, _leave)
    create(site, at).run()


def _leave(number: int, frame: object) -> None:
    """Ends the process, whatever its threads are at, without a visitor's file left.

    An ordinary exit would wait for them, or pull the interpreter from under them. A
    thread may still be writing: what it has begun is swept once more.
    """
    sys.stdout.flush()
    for _ in range(3):
        uploads.sweep()
    os._exit(0)
