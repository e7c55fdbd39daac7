"""Opens the page in which a click moves the focus.

  python -m darkroom.page
  python -m darkroom.page --photos holidays --depth network.tflite --port 8080
  python -m darkroom.page fetch
  python -m darkroom.page --network pynet.tflite
  python -m darkroom.page --host 0.0.0.0

It opens the browser and prints the page's address; Ctrl-C ends it. Photos are kept in
memory only. `fetch` brings LiteRT.js (12 MB, once), with which the browser runs
--network by itself. With --host 0.0.0.0 a phone in the same network opens the page by
the address that is shown for it, whose key works once.
"""

from __future__ import annotations

import dataclasses

from darkroom import cli, program


@dataclasses.dataclass(frozen=True)
class Config:
    """Flags of darkroom.page."""

    photos: str | None = cli.flag(None, "a folder whose photos the page offers")
    depth: str | None = cli.flag(
        None, "for photos that bring none: a .tflite, .onnx, prior, none, or a folder"
    )
    network: str | None = cli.flag(
        None, "a .tflite of pynet.export, for the browser to run by itself"
    )
    host: str = cli.flag(
        "127.0.0.1", "the address or name to be reached by; 0.0.0.0 for a phone, too"
    )
    port: int = cli.flag(8000, "0 takes a free one", lower_bound=0, upper_bound=65535)
    open: bool = cli.flag(True, "opens the browser, where there is a screen")
    max_megabytes: int = cli.flag(100, "of one file", lower_bound=1)
    max_megapixels: int = cli.flag(64, "of one photo", lower_bound=1)
    memory: int = cli.flag(
        2000,
        "megabytes for open photos and work on them; the oldest are closed first",
        lower_bound=1,
    )


def main(config: Config, action: str = "serve") -> None:
    """Serves the page until it is stopped, or fetches LiteRT.js."""
    from darkroom.page import (
        addresses,
        keys,
        litert_js,
        memory,
        networks,
        opening,
        server,
        uploads,
    )
    from darkroom.page.site import LOCAL, Site

    if action == "fetch":
        for path in litert_js.download():
            print(f"{path}: runs networks in the browser; LiteRT.js, Apache-2.0")
        return
    if action != "serve":
        raise ValueError(f"got {action}; expected fetch, or flags only")
    opening.check_depth(config.depth)
    own_photos = opening.list_photos(config.photos)
    network = networks.check(config.network)
    hosts = [addresses.spelled(host) for host in addresses.reachable(config.host)]
    socket = server.listen(config.host, config.port)
    places = [f"http://{host}:{socket.getsockname()[1]}" for host in hosts]
    guests, far = None, places[-1]
    if not addresses.is_local(config.host):
        guests = keys.Keys(lambda key: _say(f"another device: {far}/{key}"))
        places = [f"{place}/{guests.new()}" for place in places]
    million = 10**6
    site = Site(
        memory.Memory(config.memory * million),
        uploads.Limits(config.max_megabytes * million, config.max_megapixels * million),
        LOCAL | {host.lower() for host in hosts},
        own_photos,
        config.depth,
        network,
        guests,
    )
    _say(places[0])
    for place in places[1:]:
        _say(f"a phone in the same network: {place}")
    if config.open and addresses.has_screen():
        addresses.open_browser(places[0])
    server.serve(site, socket)


def _say(line: str) -> None:
    print(line, flush=True)


def console() -> None:
    """Starts the program."""
    program.run(main, Config)


if __name__ == "__main__":
    console()
