"""A folder without depth becomes one that pynet.train takes."""

import depth_networks as stand_ins
import numpy as np
import pytest

from darkroom import cli
from darkroom.depth import fetch
from darkroom.io import depth_maps, images
from pynet import data, prepare

SIZE = (96, 144)


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(1)
    for name in ("1", "2", "10"):
        photo = rng.integers(0, 256, (6, 9, 3), np.uint8).repeat(16, 0).repeat(16, 1)
        images.write(tmp_path / f"train/original/{name}.jpg", photo)
        images.write(tmp_path / f"train/bokeh/{name}.jpg", photo)
    return tmp_path


def test_every_photo_gets_a_map_and_what_is_there_stays(folder, capsys):
    network = stand_ins.tflite(folder / "midas-v2.tflite", (16, 24))
    kept = np.full((48, 72), 7, np.uint8)
    images.write(folder / "train/original_depth/2.png", kept)
    config = cli.parse(
        prepare.Config, f"--photos={folder / 'train'}", f"--depth={network}"
    )
    prepare.main(config)
    assert "1 maps are there, 2 to make" in capsys.readouterr().out
    pairs = data.pairs(folder, "train")
    assert [pair.name for pair in pairs] == ["1", "2", "10"]
    for pair in pairs:
        map_ = depth_maps.numbers(pair.depth)
        assert map_.shape == (48, 72) and map_.dtype == np.uint8
        assert (map_ == 7).all() == (pair.name == "2")
    rgb_and_depth, target = data.train_sample(pairs, 7, 32)(0)
    assert rgb_and_depth.shape == (32, 32, 4) and target.shape[-1] == 3
    prepare.main(config)
    assert "3 maps are there, 0 to make" in capsys.readouterr().out


def test_what_is_missing_is_one_sentence(folder, monkeypatch):
    monkeypatch.setattr(fetch, "fetched", lambda: None)
    for flags, said in (
        ((), "pass --photos"),
        ((f"--photos={folder}",), "there is no original/ in it"),
        ((f"--photos={folder / 'train'}",), "or bring one: python -m darkroom.depth"),
        (
            (f"--photos={folder / 'train'}", "--depth=map.png"),
            r"--depth is map\.png; expected a depth network",
        ),
    ):
        with pytest.raises(ValueError, match=said):
            prepare.main(cli.parse(prepare.Config, *flags))
