"""Answers to what draws in the browser: the networks' files, and LiteRT.js.

The photo is not sent here again: the page's worker (`static/worker.js`) runs the
networks on the visitor's own processor.
"""

from __future__ import annotations

import pathlib

from werkzeug import Request, Response, exceptions

from darkroom import program
from darkroom.depth import networks as depth_networks
from darkroom.litert import card
from darkroom.page import litert_js
from darkroom.page.site import Site
from darkroom.render import network as render_network

# WebAssembly is compiled by the worker and by LiteRT's threads, and by nothing else.
POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"
_KINDS = {".js": "text/javascript", ".wasm": "application/wasm"}


def check(named: str | None) -> pathlib.Path | None:
    """Returns the path that --network names.

    Raises:
      ValueError: it is no file, or none of a network.
    """
    if named is None:
        return None
    if not (named.endswith(".tflite") and pathlib.Path(named).is_file()):
        raise ValueError(
            f"--network {named} is not there, or no .tflite; expected one that "
            "python -m pynet.export wrote"
        )
    return pathlib.Path(named)


def about(site: Site) -> dict[str, str | float | None] | None:
    """Returns what the page must know of the networks; None without one.

    Returns:
      Their names by what they are for; `error`, why they cannot be run here, or empty;
      `radius` of a PyNET that is told the focus (`darkroom.render.network`).
    """
    if site.network is None:
        return None
    told: dict[str, str | float | None] = {"error": "", "radius": None}
    told |= {kind: path.name for kind, path in _networks(site).items()}
    if "depth" in told and not _runs_there(_networks(site)["depth"]):
        del told["depth"]
    try:
        litert_js.check()
        told["radius"] = render_network.radius_of(card.find(site.network))
    except (ValueError, OSError) as error:
        told["error"] = program.sentence(error)
    return told


def _runs_there(path: pathlib.Path) -> bool:
    """Tells whether the worker, which knows of no contracts, runs a network right."""
    try:
        return depth_networks.is_plain(path)
    except program.BAD_INPUT:
        return False


def _networks(site: Site) -> dict[str, pathlib.Path]:
    """Returns the files by what they are for: bokeh, and perhaps depth."""
    named = {"bokeh": site.network, "depth": site.depth}
    paths = {kind: pathlib.Path(path) for kind, path in named.items() if path}
    return {kind: path for kind, path in paths.items() if path.suffix == ".tflite"}


def network(site: Site, request: Request, kind: str) -> Response:
    """Answers with the file of one of the networks."""
    path = _networks(site).get(kind)
    if site.network is None or path is None:
        raise exceptions.NotFound(f"the page was started without a network for {kind}")
    card.read(path)  # refuses a file that is not what its card is of
    return Response(path.read_bytes(), mimetype="application/octet-stream")


def litert(site: Site, request: Request, file: str) -> Response:
    """Answers with a file of LiteRT.js."""
    try:
        content = litert_js.file(file)
    except KeyError:
        raise exceptions.NotFound(f"there is no {file} here") from None
    kind = _KINDS[pathlib.PurePath(file).suffix]
    headers = {"Content-Security-Policy": POLICY}
    return Response(content, headers=headers, mimetype=kind)


def disparity(site: Site, request: Request, name: str) -> Response:
    """Answers with the small disparity, float32 (little endian), row by row.

    Its size is the header `Size`.
    """
    opened = site.memory.get(name)
    if opened.scene is None:
        raise ValueError(f"{opened.file.name}: it has no depth yet; give it one first")
    values = opened.scene.small.disparity.astype("<f4")
    headers = {"Size": "x".join(map(str, values.shape))}
    return Response(
        values.tobytes(), headers=headers, mimetype="application/octet-stream"
    )
