"""What comes from a registry is the file that was tested, or a sentence."""

import pathlib
import subprocess

import pytest

from darkroom.io import fetching

# Of the empty file, as the W3C's Subresource Integrity writes it.
EMPTY = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


def test_the_cache_is_the_user_s_unless_told_otherwise(monkeypatch, tmp_path):
    monkeypatch.setenv("DARKROOM_CACHE", str(tmp_path / "own"))
    assert fetching.cache() == tmp_path / "own"
    monkeypatch.delenv("DARKROOM_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert fetching.cache() == tmp_path / "darkroom"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert fetching.cache() == tmp_path / ".cache" / "darkroom"


def test_one_changed_byte_is_refused():
    fetching.check(b"", EMPTY, "a", "fetch")
    with pytest.raises(ValueError, match=r"^a is not the file .* again: fetch$") as one:
        fetching.check(b"\0", EMPTY, "a", "fetch")
    assert EMPTY in str(one.value)


def client(monkeypatch, folder, stderr="", code=0, files=("a.tgz",)):
    """pip or npm, which leaves files in the folder; its calls."""
    calls = []

    def run(line, **_):
        calls.append(line)
        for name in files:
            (folder / name).touch()
        return subprocess.CompletedProcess(line, code, stderr=stderr)

    monkeypatch.setattr(subprocess, "run", run)
    return calls


def bring(folder: pathlib.Path) -> pathlib.Path:
    return fetching.download("npm", ("pack",), "a@1", folder, "put it there")


def test_the_one_file_that_came_is_found(monkeypatch, tmp_path):
    calls = client(monkeypatch, tmp_path)
    assert bring(tmp_path) == tmp_path / "a.tgz"
    assert calls == [["npm", "pack", "a@1"]]


@pytest.mark.parametrize(
    ("stderr", "said"),
    [
        ("npm error code E404\nnpm error 404 Not Found\nnpm error x", "404 Not Found"),
        ("noise\nERROR: No version\nERROR: None\n", "No version"),
        ("", "it does not say why"),
    ],
)
def test_a_failure_is_quoted_in_one_sentence(monkeypatch, tmp_path, stderr, said):
    client(monkeypatch, tmp_path, stderr, code=1, files=())
    with pytest.raises(ValueError, match=r"^npm could not download a@1 \(") as error:
        bring(tmp_path)
    assert f"({said}); check the network, or put it there" in str(error.value)


def test_two_files_are_not_taken_for_one(monkeypatch, tmp_path):
    client(monkeypatch, tmp_path, files=("a.tgz", "b.tgz"))
    with pytest.raises(ValueError, match="could not download"):
        bring(tmp_path)


def test_a_client_that_is_not_installed_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ValueError, match=r"^npm is not here, .*or put it there$"):
        bring(tmp_path)
