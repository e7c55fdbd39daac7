"""Brings a depth network, when it is asked to, from the hub where it is published.

Only networks whose licence lets anybody use them are listed. `HF_ENDPOINT` names
another hub with the same addresses, a mirror say. Nobody has to be logged in, and no
token is sent: urllib would carry it to whatever host the hub redirects to.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import http.client
import importlib.util
import os
import pathlib
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import IO

from darkroom.io import fetching, saving

COMMAND = "python -m darkroom.depth fetch"
HUB = "https://huggingface.co"
_TIMEOUT = 30  # seconds without a byte
_CHUNK = 1 << 20


@dataclasses.dataclass(frozen=True)
class Published:
    """A network as its page describes it.

    Attributes:
      name: what it is fetched by, and called here.
      repo, commit, file: where it is on the hub.
      sha256: of the file.
      megabytes: of it, in millions of bytes.
      licence: of the weights.
      about: what it is, in a few words.
      downloaded: whether the digest is that of a file that we have had; else it was
        read on the hub's page.
    """

    name: str
    repo: str
    commit: str
    file: str
    sha256: str
    megabytes: float
    licence: str
    about: str
    downloaded: bool = False

    def path(self) -> pathlib.Path:
        """Returns where it is kept, or will be."""
        suffix = pathlib.PurePosixPath(self.file).suffix
        return fetching.cache() / "depth" / f"{self.name}{suffix}"

    def address(self) -> str:
        """Returns where it comes from.

        Raises:
          ValueError: HF_ENDPOINT is no address, or holds a password.
        """
        return f"{_hub()}/{self.repo}/resolve/{self.commit}/{self.file}"

    def origin_of_digest(self) -> str:
        """Says how much the digest is worth."""
        if self.downloaded:
            return "digest of the file that we tested"
        return "digest read on a page, not yet downloaded by us"


_ONNX = (
    "onnx-community/depth-anything-v2-small",
    "02504fff2a0de682e3162e5e89bdeab034e1b96d",
)
NETWORKS = (
    Published(
        "depth-anything-v2-small",
        *_ONNX,
        "onnx/model.onnx",
        "afb6a5c28f3b6bf1618c6e43f02073ef9dfdc70e937502d51603e57b0a1df10c",
        99.1,
        "Apache-2.0",
        "Depth Anything V2 Small, any proportions; needs pip install onnxruntime",
    ),
    Published(
        "depth-anything-v2-small-int8",
        *_ONNX,
        "onnx/model_int8.onnx",
        "01aa7a23de3f4a0ee1a2bb9997e6918104c85a9f95dea46d27b9b3fb0c6b9001",
        27.3,
        "Apache-2.0",
        "the same in 8 bits",
    ),
    Published(
        "depth-anything-v2-qualcomm",
        "qualcomm/Depth-Anything-V2",
        "3388c56142d6ea92507a2456155fada5a019edc7",
        "Depth-Anything-V2.tflite",
        "e2f3ce97fd589e29323f8b82d932c7e7da8ec437883fc0b34d08b3efc78abcd9",
        98.9,
        "Apache-2.0",
        "Depth Anything V2 Small at 518x518; needs nothing more",
    ),
    Published(
        "midas-v2-qualcomm",
        "qualcomm/Midas-V2",
        "ad442afc6ded42b7a055c3a8142b6c19000facd1",
        "Midas-V2.tflite",
        "410a1db0f40c45451a48dc703068e67d2a1231b507db23f352f68d0cdf08a54c",
        66.3,
        "MIT",
        "MiDaS v2.1 small at 256x256, fast and coarse; needs nothing more",
    ),
)


def _hub() -> str:
    hub = (os.environ.get("HF_ENDPOINT") or HUB).rstrip("/")
    parts = urllib.parse.urlsplit(hub)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        shown = hub.rpartition("@")[2] or hub  # a password is nobody's to read
        raise ValueError(
            f"HF_ENDPOINT is {shown}; expected an address such as {HUB}, without a name"
        )
    return hub


def named(name: str = "") -> Published:
    """Returns a network of the table; without a name, the first that runs here.

    Raises:
      ValueError: there is no such.
    """
    has_onnx = importlib.util.find_spec("onnxruntime") is not None
    for network in NETWORKS:
        runs = has_onnx or not network.file.endswith(".onnx")
        if network.name == name or (not name and runs):
            return network
    raise ValueError(
        f"there is no network {name} to fetch; expected one of "
        f"{', '.join(network.name for network in NETWORKS)}: {COMMAND} NAME"
    )


def fetched() -> pathlib.Path | None:
    """Returns the network that photos without a depth are given; None without one.

    Of several that were fetched, the first in the table.

    Raises:
      ValueError: the file was changed, or is damaged.
    """
    for network in NETWORKS:
        path = network.path()
        if path.is_file():
            state = path.stat()
            _check(network, path, (state.st_mtime_ns, state.st_size))
            return path
    return None


def is_fetched() -> bool:
    """Returns whether there is a network for photos without a depth."""
    return any(network.path().is_file() for network in NETWORKS)


@functools.cache
def _check(network: Published, path: pathlib.Path, version: tuple[int, int]) -> None:
    """Reads the whole file once; `version` tells it from a newer one."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != network.sha256:
        raise ValueError(
            f"{path} is damaged or was changed: its SHA-256 is {digest}, expected "
            f"{network.sha256}; delete it and fetch it again: {COMMAND} {network.name}"
        )


def download(
    network: Published, on_bytes: Callable[[int], object] = lambda count: None
) -> pathlib.Path:
    """Fetches a network, or checks the one that is there already.

    Args:
      network: which.
      on_bytes: is told how many bytes came, as they come.

    Returns:
      Where it is.

    Raises:
      ValueError: the hub cannot be reached or has no such file, or what came is not
        the file that was expected; nothing is left of it.
      OSError: it cannot be written.
    """
    to = network.path()
    if to.is_file():
        state = to.stat()
        _check(network, to, (state.st_mtime_ns, state.st_size))
        return to
    address = network.address()
    request = urllib.request.Request(address, headers={"User-Agent": "darkroom"})
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT) as response:
            saving.write(to, lambda path: _stream(response, path, network, on_bytes))
    except urllib.error.HTTPError as error:
        raise ValueError(
            f"{address} answers {error.code} {error.reason}; {_otherwise(network)}"
        ) from None
    except (urllib.error.URLError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise ValueError(
            f"{address} cannot be reached ({reason}); check the network, or name a "
            f"mirror in HF_ENDPOINT; {_otherwise(network)}"
        ) from None
    return to


def _otherwise(network: Published) -> str:
    return (
        f"or download it in the browser from {HUB}/{network.repo} and put "
        f"{network.file} at {network.path()}"
    )


def _stream(
    response: http.client.HTTPResponse,
    path: pathlib.Path,
    network: Published,
    on_bytes: Callable[[int], object],
) -> None:
    """Writes what comes to a file, and checks it.

    Raises:
      ValueError: it ends too early, does not end, or is another file.
    """
    address = network.address()
    digest, count = hashlib.sha256(), 0
    with path.open("wb") as file:
        while chunk := _read(response, address):
            digest.update(chunk)
            file.write(chunk)
            count += len(chunk)
            on_bytes(len(chunk))
            if count > 2e6 * network.megabytes:
                raise ValueError(
                    f"{address} sends more than {count / 1e6:.0f} MB; expected "
                    f"{network.megabytes} MB: it is another file"
                )
    length = response.headers.get("Content-Length")
    if length and count < int(length):
        raise ValueError(
            f"{address} broke off after {count / 1e6:.1f} of {int(length) / 1e6:.1f} "
            f"MB; fetch it again: {COMMAND} {network.name}"
        )
    if digest.hexdigest() != network.sha256:
        raise ValueError(
            f"{address} is another file than expected: its SHA-256 is "
            f"{digest.hexdigest()}, expected {network.sha256} "
            f"({network.origin_of_digest()}); nothing was kept. If you trust it, "
            "download it in the browser and name it with --depth"
        )


def _read(response: IO[bytes], address: str) -> bytes:
    try:
        return response.read(_CHUNK)
    except (OSError, http.client.HTTPException) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise ValueError(f"{address} broke off ({reason}); fetch it again") from None
