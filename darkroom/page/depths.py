"""Answers about a photo's depth: what is offered, what is given, what came of it."""

from __future__ import annotations

import dataclasses
import threading
import urllib.parse

from werkzeug import Request

from darkroom import program
from darkroom.depth import fetch
from darkroom.io import companions
from darkroom.page import boxes, memory, photos, scenes, uploads
from darkroom.page.site import Answer, Site, sent_file

_FETCHING = threading.Lock()


def offer(site: Site) -> dict[str, object] | None:
    """Says which depth network can be fetched from where; None if there is a source."""
    if site.depth is not None or fetch.is_fetched():
        return None
    network = fetch.named()
    try:
        host = urllib.parse.urlsplit(network.address()).netloc
    except ValueError:  # HF_ENDPOINT is none; fetching says so
        host = "HF_ENDPOINT"
    return {
        "name": network.name,
        "megabytes": network.megabytes,
        "licence": network.licence,
        "origin": f"{host}, {network.repo}",
    }


def fetch_network(site: Site, request: Request) -> Answer:
    """Fetches the depth network that `about` offers; a second request waits.

    Raises:
      ValueError: as `fetch.download`.
    """
    with _FETCHING:
        network = fetch.named()
        fetch.download(network)
    return {"fetched": network.name}


def depth(site: Site, request: Request, name: str) -> Answer:
    """Gives a photo the file in the body, or a source, or a new `meaning`.

    The file is a map, or with `source=right` a second photo. The other sources are
    `prior`; `fetched`, the network that was fetched; `box`, with `box=x,y,w,h`; and
    `first`, what the photo was opened with.

    Raises:
      ValueError: it is a network, which could be anyone's, or no depth map.
    """
    opened = site.memory.get(name)
    source = _source(site, request, opened)
    source = dataclasses.replace(source, matte=opened.source.matte)
    return _give(site, opened, source, request.args.get("source") == "first")


def matte(site: Site, request: Request, name: str) -> Answer:
    """Gives a photo the matte in the body, or none where there is no body.

    Raises:
      ValueError: it is no matte of this photo.
    """
    opened = site.memory.get(name)
    file = sent_file(site, request, "matte.png") if request.content_length else None
    source = dataclasses.replace(opened.source, matte=file)
    return _give(site, opened, source, file is None)


def _give(
    site: Site, opened: photos.Opened, source: photos.Source, may_fail: bool
) -> Answer:
    """Finds a photo's depth anew; it has none any more where that may fail."""
    counts = [uploads.check_pixels(f, site.limits.pixels) for f in source.files()]
    with site.memory.drawing(max(opened.pixels, *counts, 0), memory.OPENING):
        try:
            photos.give_depth(opened, source, site.limits)
        except program.BAD_INPUT as error:
            if not may_fail:
                raise
            opened.scene, opened.source = None, source  # as it was before
            return said(opened, program.sentence(error))
    return said(opened)


def _source(site: Site, request: Request, opened: photos.Opened) -> scenes.Source:
    kind = request.args.get("source")
    if kind == "box":
        return scenes.Source(box=boxes.parse(request.args.get("box", "")))
    named = {
        "prior": scenes.Source(name="prior"),
        "fetched": scenes.Source(),
        "first": opened.first,
    }
    if kind in named:
        return named[kind]
    meaning = request.args.get("meaning", "disparity")
    unit = "metres" if meaning == "metres" else ""
    if not request.content_length:
        return dataclasses.replace(
            opened.source, invert=meaning == "inverted", unit=unit
        )
    file = sent_file(site, request, "depth.png")
    if kind == "right":
        return scenes.Source(right=file)
    if companions.is_network(file.name):
        raise ValueError(
            f"{file.name}: a network is not taken from a page; start it with "
            f"--depth {file.name}"
        )
    return scenes.Source(file, invert=meaning == "inverted", unit=unit)


def said(opened: photos.Opened, wrong: str = "") -> dict[str, object]:
    """Returns what the page is told of a photo's depth, and why it has none."""
    scene = opened.scene
    return {
        "depth": scene.origin if scene else "",
        "lens": str(scene.full.lens or "") if scene else "",
        "matte": opened.source.matte.name if opened.source.matte else "",
        "rough": scene is not None and scene.is_rough,
        # What follows is advice on flags; the page offers what to do itself.
        "error": wrong.partition("; draw a box")[0],
    }
