"""The program: flags in, folders and a line out."""

import csv
import subprocess
import sys

import numpy as np
import pytest
from skimage import data

from cyclegan_tf import prepare
from cyclegan_tf.preparation import flickr, nyu, portraits
from darkroom import cli
from darkroom.io import images


def run(*args):
    flags = [arg for arg in args if arg.startswith("--")]
    words = [arg for arg in args if not arg.startswith("--")]
    prepare.main(cli.parse(prepare.Config, *flags), *words)


def test_portraits_are_made_and_the_rest_is_reported(tmp_path, capsys):
    images.write(tmp_path / "coffee.png", data.coffee())
    images.write(tmp_path / "dot.png", np.zeros((4, 4, 3), np.uint8))
    photos = [str(tmp_path / name) for name in ("coffee.png", "dot.png")]
    run("portraits", *photos, f"--output={tmp_path / 'A'}", "--nomasks", "--size=32")
    said = capsys.readouterr().out
    assert "1 of 2 photos became portraits" in said
    assert images.read(tmp_path / "A" / "coffee.png").pixels.shape == (32, 32, 3)
    with portraits.report_file(tmp_path / "A").open() as file:
        (dropped,) = [row["dropped"] for row in csv.DictReader(file) if row["dropped"]]
    assert dropped == "it has 0 kB, below 100 kB"
    with pytest.raises(
        ValueError, match=r"no photo became a portrait; .*B_report\.csv"
    ):
        run("portraits", photos[1], f"--output={tmp_path / 'B'}", "--nomasks")
    assert portraits.report_file(tmp_path / "B").exists()


def test_nyu_is_told_by_its_file(tmp_path, capsys, monkeypatch):
    asked = []
    monkeypatch.setattr(nyu, "prepare", lambda *how: asked.append(how) or iter([2, 2]))
    run("nyu", "--mat=x.mat", f"--output={tmp_path}", "--encoding=compat", "--trim")
    assert asked == [("x.mat", None, tmp_path, "compat", True)]
    assert capsys.readouterr().out == f"{tmp_path}: 2 pairs of photo and depth\n"


def test_flickr_takes_its_key_from_the_environment(tmp_path, capsys, monkeypatch):
    words = ("flickr", "--query=portrait", f"--output={tmp_path}", "--licences=9,4")
    monkeypatch.delenv("FLICKR_API_KEY", raising=False)
    with pytest.raises(ValueError, match="variable FLICKR_API_KEY is not set; get a k"):
        run(*words)
    asked = []

    def download(*how):
        asked.append(how)
        return iter(["", "photo 7: it is gone", ""])

    monkeypatch.setattr(flickr, "download", download)
    monkeypatch.setenv("FLICKR_API_KEY", "mine")
    run(*words, "--count=9")
    query, count, output, key, _, endpoint = asked[0]
    assert (query.text, query.licences, query.size) == ("portrait", (4, 9), "1024")
    assert (count, output, key) == (9, tmp_path, "mine")
    assert endpoint == flickr.ENDPOINT
    said = capsys.readouterr().out
    assert "photo 7: it is gone" in said
    assert said.endswith(
        "2 photos, each with its owner and licence; the search has no more\n"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("paint", "--output=x"), "got paint; expected portraits and photos, or nyu"),
        (("nyu", "a.mat", "--output=x"), "got nyu a.mat; expected portraits"),
        (("nyu",), "no folder was named"),
        (("nyu", "--output=x"), "no data set was named; pass --mat"),
        (("flickr", "--output=x"), "nothing to search for was named"),
        (("portraits", "--output=x"), "no photo was named"),
    ],
)
def test_what_is_missing_is_told(words, said):
    with pytest.raises(ValueError, match=said):
        run(*words)


def test_help_starts_neither_tensorflow_nor_numpy():
    code = (
        "import sys; from cyclegan_tf import prepare; "
        "print({'tensorflow', 'keras', 'numpy', 'cv2', 'h5py'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "set()\n"
