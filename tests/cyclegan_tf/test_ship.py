"""A generator that is packed for `checkpoints/` is found there by its name."""

import hashlib
import json

import numpy as np
import pytest

import cyclegan_tf
from cyclegan_tf import networks, ship
from darkroom.io import shipped
from darkroom.train import checkpoints


@pytest.fixture
def trained(tmp_path):
    """Saves a small depth network's weights, with more on their card."""

    def save(**card):
        path = tmp_path / "generator.weights.h5"
        model = networks.unet_generator(5, width=1 / 16)
        known = {"network": "cyclegan_tf", "task": "depth", "size": "32x32"}
        checkpoints.save_weights(
            model, path, **model.card, **known, farthest=10, **card
        )
        return path

    return save


@pytest.fixture
def card(tmp_path):
    path = tmp_path / "my.json"
    path.write_text('{"what": "a depth network"}')
    return path


def test_what_is_packed_is_loaded_by_its_name(trained, card, tmp_path, monkeypatch):
    weights, folder = trained(), tmp_path / "packed"
    folder.mkdir()
    ship.main(ship.Config(str(weights), str(card), "mine", str(folder)))
    written = json.loads((folder / "mine.json").read_text())
    assert written["what"] == "a depth network"
    assert "--precision=float16" in written["export"]
    for name, about in written["files"].items():
        content = (folder / name).read_bytes()
        assert about["sha256"] == hashlib.sha256(content).hexdigest()
    assert set(written["files"]) == {
        *("mine.weights.h5", "mine.tflite", "mine.tflite.json"),
    }
    monkeypatch.setenv(shipped.VARIABLE, str(folder))
    photo = np.random.default_rng(0).random((40, 50, 3), np.float32)
    metres = cyclegan_tf.load("mine")(photo)
    np.testing.assert_array_equal(metres, cyclegan_tf.load(weights)(photo))
    assert metres.shape == (40, 50) and 0 <= metres.min() <= metres.max() <= 10


def test_the_way_back_is_not_packed(trained, card, tmp_path):
    weights = trained(direction="B_to_A")
    with pytest.raises(ValueError, match="turns domain B into A"):
        ship.main(ship.Config(str(weights), str(card), "mine", str(tmp_path / "out")))
    assert not (tmp_path / "out").exists()
