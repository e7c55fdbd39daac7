"""What a weights file says of its network, and what it must not."""

import numpy as np
import pytest

import monodepth.weights
from darkroom.train import checkpoints
from monodepth import network

CARD = {"network": "monodepth", "encoder": "vgg", "stereo": True, "deconv": True}


@pytest.fixture(scope="module")
def model():
    return network.monodepth("vgg", stereo=True, deconv=True, width=1 / 16, seed=3)


@pytest.fixture(scope="module")
def file(model, tmp_path_factory):
    path = tmp_path_factory.mktemp("trained") / "small.weights.h5"
    checkpoints.save_weights(model, path, **CARD, width=1 / 16, size="128x256")
    return str(path)


def test_the_file_says_what_it_holds(model, file):
    found = monodepth.weights.load(file)
    assert (found.encoder, found.stereo, found.size) == ("vgg", True, (128, 256))
    assert all(map(np.array_equal, found.model.get_weights(), model.get_weights()))


def test_a_file_without_a_card_needs_flags(tmp_path):
    path = str(tmp_path / "plain.weights.h5")
    network.monodepth("resnet50", width=1 / 16).save_weights(path)
    for flags, missing in (({}, "encoder"), ({"encoder": "resnet50"}, "width")):
        with pytest.raises(ValueError, match=f"network's {missing}; pass --{missing}"):
            monodepth.weights.load(path, **flags)
    found = monodepth.weights.load(path, "resnet50", 1 / 16)
    assert (found.encoder, found.stereo, found.size) == ("resnet50", False, None)
    with pytest.raises(ValueError, match="does not fit this network"):
        monodepth.weights.load(path, "vgg", 1 / 16)


def test_flags_that_contradict_the_file(file):
    said = "holds a network of encoder vgg, and --encoder is resnet50; leave --encoder"
    with pytest.raises(ValueError, match=said):
        monodepth.weights.load(file, encoder="resnet50")
    with pytest.raises(ValueError, match=r"width 0\.0625, and --width is 1\.0; leave"):
        monodepth.weights.load(file, width=1.0)
    assert monodepth.weights.load(file, "vgg", 1 / 16).stereo


def test_what_is_not_there_or_of_another_network(model, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match="no weights were named, and checkpoints/mono"):
        monodepth.weights.load(None)
    with pytest.raises(FileNotFoundError):
        monodepth.weights.load("absent.weights.h5")
    other = tmp_path / "other.weights.h5"
    checkpoints.save_weights(model, other, network="pynet")
    with pytest.raises(ValueError, match="holds the network pynet; expected monodepth"):
        monodepth.weights.load(str(other))
