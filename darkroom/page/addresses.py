"""Where the page is: its names, its addresses, and the browser that opens one."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import socket
import sys
import threading
import webbrowser

EVERYWHERE = ("0.0.0.0", "::")  # as --host: at all of this computer's addresses


def is_local(host: str) -> bool:
    """Tells whether only this computer reaches a host."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def spelled(host: str) -> str:
    """Returns a host as addresses have it: IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host


def reachable(host: str) -> list[str]:
    """Returns the hosts to open the page by, this computer's own first."""
    if host not in EVERYWHERE:
        return [host]
    own = "127.0.0.1" if host == "0.0.0.0" else "::1"
    return [own, *filter(None, [in_network(host)])]


def in_network(host: str) -> str | None:
    """Returns this computer's address in its network, None without one.

    Of the kind of `host`. Nothing is sent: a datagram's socket only looks up its way.
    """
    family, far = (
        (socket.AF_INET6, "2001:db8::1")
        if ":" in host
        else (socket.AF_INET, "192.0.2.1")
    )
    with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as way:
        way.connect((far, 9))
        found = str(way.getsockname()[0])
        return None if ipaddress.ip_address(found).is_loopback else found
    return None


def has_screen() -> bool:
    """Tells whether somebody may sit in front of this computer.

    Not in a test, nor over SSH, nor where Linux has no display: a browser that starts
    there would fill the terminal.
    """
    if "PYTEST_CURRENT_TEST" in os.environ or "SSH_CONNECTION" in os.environ:
        return False
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def open_browser(address: str) -> None:
    """Opens an address in the browser, without waiting for it."""
    threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
