"""Asks a web service: not too often, again if it is busy, plain words if it fails."""

from __future__ import annotations

import contextlib
import datetime
import email.utils
import http.client
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable

_LARGEST = 100_000_000  # bytes of one answer
_SECONDS = 60  # without a byte
_TRIES = 5
_LONGEST = 900  # seconds that are waited when a service asks for it
_BUSY = (429, 500, 502, 503, 504)
_AGENT = "darkroom-bokeh (prepares training photos; one request at a time)"


class Refusal(ValueError):
    """The service answered, and will answer the same again."""


class Service:
    """One service, with its pace."""

    def __init__(
        self, name: str, pause: float, sleep: Callable[[float], object] = time.sleep
    ) -> None:
        """Names the service, and the seconds from one request to the next."""
        self._name = name
        self._pause = pause
        self._sleep = sleep
        self._next = 0.0

    def get(self, address: str) -> tuple[str, bytes]:
        """Fetches the content type and the content at an address.

        A busy service (429, 5xx, no connection) is asked again, when its Retry-After
        says, or after 1, 2, 4 and 8 pauses.

        Raises:
          Refusal: it answered with an error, or with too much.
          ValueError: it stayed busy, or there is no connection.
        """
        if urllib.parse.urlsplit(address).scheme not in ("http", "https"):
            raise Refusal(f"{self._name} names a photo that is not on the web")
        outcome, wait = "", 0.0
        for attempt in range(_TRIES):
            if attempt:
                self._sleep(wait)
            self._keep_pace()
            wait = self._pause * 2**attempt
            try:
                return _read(address)
            except urllib.error.HTTPError as error:
                outcome = f"answered {error.code} {error.reason}"
                if error.code not in _BUSY:
                    raise Refusal(f"{self._name} {outcome}") from None
                wait = max(wait, retry_after(error.headers.get("Retry-After", "")))
                if wait > _LONGEST:
                    raise ValueError(
                        f"{self._name} {outcome} and asks to wait {wait / 60:.0f} "
                        "minutes; run the same command again then"
                    ) from None
            except (OSError, http.client.HTTPException) as error:
                why = getattr(error, "reason", error)
                outcome = f"cannot be reached ({why})"
        raise ValueError(
            f"{self._name} {outcome}, {_TRIES} times; check the connection, and run "
            "the same command again later"
        )

    def _keep_pace(self) -> None:
        now = time.monotonic()
        if now < self._next:
            self._sleep(self._next - now)
        self._next = max(now, self._next) + self._pause


def _read(address: str) -> tuple[str, bytes]:
    request = urllib.request.Request(address, headers={"User-Agent": _AGENT})
    with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
        content = answer.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise Refusal(f"an answer is larger than {_LARGEST // 10**6} MB")
        if len(content) < int(answer.headers.get("Content-Length") or 0):
            raise http.client.IncompleteRead(content)
        return answer.headers.get_content_type(), content


def retry_after(header: str) -> float:
    """Reads the seconds to wait from a Retry-After header, or date; 0 without one."""
    with contextlib.suppress(ValueError):
        return max(0.0, float(header))
    with contextlib.suppress(ValueError, TypeError):
        then = email.utils.parsedate_to_datetime(header)
        return max(0.0, (then - datetime.datetime.now(then.tzinfo)).total_seconds())
    return 0.0
