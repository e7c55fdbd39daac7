"""One-time keys: whom a page answers that others in the network can reach.

The address that the terminal shows ends in a key. It opens the page for the first
device that asks for it and is spent; the terminal then shows another one. The device is
sent on to an address nobody can guess, which is all that lets it in: there is no
cookie, and a web page elsewhere that finds out the host's name has nothing to send.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable

from werkzeug import Response, exceptions

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another
_LENGTH = 10  # of a key, to be typed on a phone: 50 bits
_MOST_DEVICES = 100  # the longest unused ones are forgotten


class Keys:
    """Keys that were shown, and the devices that they have let in.

    Args:
      show: is called with each new key that replaces a spent one.
    """

    def __init__(self, show: Callable[[str], None]) -> None:
        self._show = show
        self._keys: list[str] = []
        self._devices: list[str] = []
        self._lock = threading.Lock()

    def new(self) -> str:
        """Returns a key that opens the page once."""
        key = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
        with self._lock:
            self._keys.append(key)
        return key

    def inside(self, path: str) -> str:
        """Returns the start of a path that lets a device in, such as `/Xb8...`.

        Raises:
          Forbidden (403): there is none.
        """
        device = path[1:].partition("/")[0]
        with self._lock:
            known = _found(device, self._devices)
            if known and path.startswith(f"/{device}/"):
                self._devices.remove(known)
                self._devices.append(known)
                return f"/{device}"
        raise exceptions.Forbidden(
            "this page opens with a key that works once; take the address that the "
            "program's terminal shows now"
        )

    def redeem(self, path: str) -> Response | None:
        """Spends the key that a path is: sends its device on; None if it is no key."""
        with self._lock:
            key = _found(path[1:], self._keys)
            if not key:
                return None
            self._keys.remove(key)
            device = secrets.token_urlsafe(18)
            self._devices = [*self._devices, device][-_MOST_DEVICES:]
        self._show(self.new())
        return Response(status=303, headers={"Location": f"/{device}/"})


def _found(text: str, among: list[str]) -> str | None:
    """Finds a text, in a time that tells nothing of how much of it was right."""
    sent = text.encode()
    equal = [one for one in among if secrets.compare_digest(one.encode(), sent)]
    return equal[0] if equal else None
