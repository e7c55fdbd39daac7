"""The program: photos in, lines and pictures out."""

import pathlib
import subprocess
import sys

import numpy as np
import pytest
from skimage import data

from darkroom import cli
from darkroom.io import images
from darkroom.subjects import __main__ as program
from darkroom.subjects import fetch


@pytest.fixture(autouse=True)
def cache(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DARKROOM_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def photo(tmp_path: pathlib.Path) -> str:
    images.write(tmp_path / "photo.png", data.astronaut()[:256, 100:356])
    return str(tmp_path / "photo.png")


def config(*args: str) -> program.Config:
    return cli.parse(program.Config, "--detector=haar", *args)


def test_a_photo_is_described_and_shown(tmp_path, photo, capsys):
    program.main(config(f"--show={tmp_path / 'shown.png'}"), "find", photo)
    assert capsys.readouterr().out.startswith(f"{photo}: 1 face: ")
    shown = images.read(tmp_path / "shown.png").pixels.astype(int)
    before = images.read(photo).pixels
    np.testing.assert_array_equal(shown[130, 122], before[130, 122])  # the nose
    assert shown[60, 20].sum() < 0.5 * before[60, 20].sum()  # the flag


def test_a_bad_photo_does_not_stop_the_others(tmp_path, photo, capsys):
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(b"no photo")
    with pytest.raises(ValueError, match="1 of 2 photos could not be looked at"):
        program.main(config(), "find", str(bad), photo)
    said = capsys.readouterr()
    assert f"{photo}: 1 face" in said.out
    assert f"error: {bad}: it is not a picture" in said.err


def test_fetch_says_where_and_under_what_licence(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(fetch, "download", lambda: tmp_path / "network.tflite")
    program.main(config(), "fetch")
    said = capsys.readouterr().out
    assert str(tmp_path / "network.tflite") in said
    assert "Apache-2.0" in said


@pytest.mark.parametrize("words", [("look",), ("find",), ("fetch", "a.jpg")])
def test_other_words_are_told_what_was_expected(words):
    with pytest.raises(ValueError, match=f"got {' '.join(words)}; expected fetch, or"):
        program.main(config(), *words)


def test_help_needs_no_array_library():
    """Catches an import at the top that makes --help slow; one of TensorFlow too."""
    code = (
        "import sys, darkroom.subjects.__main__\n"
        "print({'numpy', 'cv2', 'PIL', 'tensorflow'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "set()", done.stderr
