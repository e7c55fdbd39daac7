"""LiteRT.js comes as the packages that were tested, or not at all."""

import base64
import hashlib
import io
import pathlib
import subprocess
import tarfile

import pytest

from darkroom.page import litert_js

CORE = {
    "package/dist/index.js": b'import { a } from "@litertjs/wasm-utils";',
    "package/wasm/litert_wasm_internal.wasm": b"\0asm",
}
UTILS = {"package/dist/index.js": b"export const a = 1;"}


def packed(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return target.getvalue()


def digest(content: bytes) -> str:
    return "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode()


@pytest.fixture
def npm(tmp_path, monkeypatch):
    """An npm that packs what is in `npm.packages`; its calls."""

    class Npm:
        def __init__(self):
            self.packages = {"core": packed(CORE), "wasm-utils": packed(UTILS)}
            self.calls = []

        def __call__(self, line, **_):
            self.calls.append(line)
            (folder,) = (part[19:] for part in line if part.startswith("--pack-d"))
            name = line[-1].split("/")[1].split("@")[0]
            pathlib.Path(folder, f"{name}.tgz").write_bytes(self.packages[name])
            return subprocess.CompletedProcess(line, 0, stderr="")

    fake = Npm()
    known = {name: digest(content) for name, content in fake.packages.items()}
    monkeypatch.setattr(litert_js, "_INTEGRITY", known)
    monkeypatch.setattr(subprocess, "run", fake)
    monkeypatch.setenv("DARKROOM_CACHE", str(tmp_path / "cache"))
    litert_js.file.cache_clear()
    yield fake
    litert_js.file.cache_clear()


def test_both_packages_are_fetched_once_by_version_and_run_nothing(npm):
    paths = litert_js.download()
    assert [path.read_bytes() for path in paths] == list(npm.packages.values())
    litert_js.download()
    assert [line[-1] for line in npm.calls] == [
        "@litertjs/core@2.5.3",
        "@litertjs/wasm-utils@2.5.3",
    ]
    assert all("--ignore-scripts" in line for line in npm.calls)


def test_what_is_served_needs_no_package(npm):
    litert_js.download()
    assert litert_js.file("index.js") == b'import { a } from "./wasm-utils.js";'
    assert litert_js.file("wasm-utils.js") == UTILS["package/dist/index.js"]
    assert litert_js.file("litert_wasm_internal.wasm") == b"\0asm"
    for name in ("package.json", "../index.js", ""):
        with pytest.raises(KeyError):
            litert_js.file(name)


def test_another_package_is_refused_and_not_kept(npm):
    npm.packages = npm.packages | {"core": packed(UTILS)}
    with pytest.raises(ValueError, match=r"core@2\.5\.3 is not the file that"):
        litert_js.download()
    assert not litert_js.path("core").exists()


def test_a_changed_byte_in_the_cache_is_refused_when_it_is_used(npm):
    litert_js.download()
    path = litert_js.path("core")
    content = bytearray(path.read_bytes())
    content[-20] ^= 1
    path.write_bytes(content)
    for use in (
        litert_js.check,
        litert_js.download,
        lambda: litert_js.file("index.js"),
    ):
        with pytest.raises(ValueError, match=f"^{path} is not the file"):
            use()


def test_without_it_a_sentence_names_the_command(npm):
    for use in (litert_js.check, lambda: litert_js.file("index.js")):
        with pytest.raises(ValueError, match=r"once: python -m darkroom\.page"):
            use()
    assert not npm.calls  # nothing is fetched unasked
