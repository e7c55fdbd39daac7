"""LiteRT.js, which runs LiteRT files in a browser: brought once, kept, and served.

Google's packages `@litertjs/core` and `@litertjs/wasm-utils` (Apache-2.0): JavaScript
and builds of LiteRT with XNNPACK in WebAssembly, 9 MB each. They are kept packed, as
they came, so that one digest each tells whether they are what was tested.
"""

from __future__ import annotations

import functools
import io
import pathlib
import shutil
import tarfile
import tempfile

from darkroom.io import fetching, saving

COMMAND = "python -m darkroom.page fetch"
_VERSION = "2.5.3"
# Of the registry: npm view @litertjs/core@2.5.3 dist.integrity
_INTEGRITY = {
    "core": "sha512-PlGmbMOq9WitX7FO0jhbdJw9GthatsyuCQXjTt/wJZo0FLaw48q4tz8IwqgqCIkv"
    "iYGr9OFDL1kCnN4nzWoyJQ==",
    "wasm-utils": "sha512-4fJiw6tBQnIs+0jH/OQ16nYOiSl8/+zZnn5h2ul8aTKHi05sVqZW580Tm"
    "k78pC2kT39A9OYBVdFawteZ/sI1kQ==",
}
_BUILDS = ("", "compat_", "threaded_")  # compat: without relaxed SIMD
# What is served, by the name under which it is asked for: its package and place there.
_FILES = {
    "index.js": ("core", "package/dist/index.js"),
    "wasm-utils.js": ("wasm-utils", "package/dist/index.js"),
} | {
    name: ("core", f"package/wasm/{name}")
    for build in _BUILDS
    for name in (f"litert_wasm_{build}internal.js", f"litert_wasm_{build}internal.wasm")
}


def path(package: str) -> pathlib.Path:
    """Returns where a package is, or will be."""
    return fetching.cache() / f"litertjs-{package}-{_VERSION}.tgz"


def check() -> None:
    """Raises ValueError unless the packages are here and those that were tested."""
    for package in _INTEGRITY:
        _read(package)


def _read(package: str) -> bytes:
    file = path(package)
    if not file.is_file():
        raise ValueError(
            f"LiteRT.js, which runs networks in the browser, is not here; fetch it "
            f"once: {COMMAND} (12 MB, Apache-2.0)"
        )
    content = file.read_bytes()
    fetching.check(content, _INTEGRITY[package], str(file), COMMAND)
    return content


def download() -> list[pathlib.Path]:
    """Fetches the packages with npm (12 MB); those that are here are checked.

    Returns:
      Where they are.

    Raises:
      ValueError: npm failed, or what came is not what was expected.
      OSError: they cannot be written.
    """
    for package in _INTEGRITY:
        if not path(package).is_file():
            _bring(package)
    check()
    return [path(package) for package in _INTEGRITY]


def _bring(package: str) -> None:
    to, name = path(package), f"@litertjs/{package}@{_VERSION}"
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        how = ("pack", "--ignore-scripts", f"--pack-destination={folder}")
        came = fetching.download("npm", how, name, folder, f"put its tarball at {to}")
        fetching.check(came.read_bytes(), _INTEGRITY[package], name, COMMAND)
        saving.write(to, functools.partial(shutil.copyfile, came))


@functools.lru_cache(maxsize=8)
def file(name: str) -> bytes:
    """Returns a file of LiteRT.js as browsers take it.

    Raises:
      KeyError: there is no such file.
      ValueError: as `check`.
    """
    package, place = _FILES[name]
    with tarfile.open(fileobj=io.BytesIO(_read(package))) as archive:
        member = archive.extractfile(place)
        assert member
        content = member.read()
    # A browser knows no packages, and a worker has no import map to tell it.
    return content.replace(b'"@litertjs/wasm-utils"', b'"./wasm-utils.js"')
