"""Weights files: what their card says, and what it must not leave unsaid."""

import pathlib

import keras
import numpy as np
import pytest

import pynet.weights
from darkroom.train import checkpoints
from pynet import network

WIDTH = 1 / 32


@pytest.fixture(scope="module")
def pyramid():
    return network.pynet(WIDTH, seed=5)


def write(folder: pathlib.Path, pyramid, **card: object) -> str:
    path = folder / "pynet.weights.h5"
    checkpoints.save_weights(pyramid, path, **card)
    return str(path)


def test_a_file_says_whether_it_is_told_the_focus(tmp_path, pyramid):
    card = {"network": "pynet", "width": WIDTH, "level": 7}
    for said in (None, 30.72):
        path = write(tmp_path, pyramid, **card, radius=said)
        assert pynet.weights.radius(path, 7) == said
        assert pynet.weights.load_for_photos(path, 7).radius == said


def test_a_level_comes_back_as_it_was_trained(tmp_path, pyramid):
    """Catches weights that are not loaded, and another level's picture."""
    weights = write(tmp_path, pyramid, network="pynet", width=WIDTH, level=5)
    inputs = np.random.Generator(np.random.PCG64(1)).random((1, 32, 64, 4))
    found = pynet.weights.load(weights, 5)(inputs)
    assert found.shape == (1, 4, 8, 3)
    np.testing.assert_array_equal(found, pyramid(inputs)["level_5"])


def test_left_out_filters_are_left_out(tmp_path, pyramid, monkeypatch):
    """Catches the whole network built for the weights of a part."""
    built = []

    def record(*arguments, **options):
        built.append((arguments, options))
        return pyramid

    monkeypatch.setattr(network, "pynet", record)
    card = {"network": "pynet", "level": 1, "without_filters_of": 3}
    pynet.weights.load(write(tmp_path, pyramid, width=WIDTH, **card), 1)
    assert built == [((WIDTH,), {"without_filters_of": 3})]


def test_width_is_asked_for_only_without_a_card(tmp_path, pyramid, monkeypatch):
    path = tmp_path / "plain.weights.h5"
    pyramid.save_weights(path)
    with pytest.raises(ValueError, match=r"does not say how wide .* pass --width"):
        pynet.weights.load(str(path), 7)
    built = []
    monkeypatch.setattr(network, "pynet", lambda w, **_: built.append(w) or pyramid)
    pynet.weights.load(str(path), 7, WIDTH)
    assert built == [WIDTH]


@pytest.mark.parametrize(
    ("card", "level", "width", "said"),
    [
        ({"level": 5}, 4, None, r"trained up to level 5, level 4 is not in it; .*"),
        ({"level": 1}, 1, 0.5, "of width 0.03125, and --width is 0.5; leave"),
        ({"level": 1, "network": "monodepth"}, 1, None, "holds the network monodepth"),
    ],
)
def test_a_card_that_does_not_fit_is_one_sentence(tmp_path, card, level, width, said):
    small = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    weights = write(tmp_path, small, width=WIDTH, **card)
    with pytest.raises(ValueError, match=said):
        pynet.weights.load(weights, level, width)


def test_missing_weights_are_named(tmp_path):
    with pytest.raises(ValueError, match="pass --weights"):
        pynet.weights.load(None, 1)
    with pytest.raises(FileNotFoundError):
        pynet.weights.load(str(tmp_path / "none.weights.h5"), 1)


def test_a_shifted_level_2_is_not_taken_for_a_picture(tmp_path, pyramid):
    card = {"network": "pynet", "width": WIDTH, "level": 1, "start": "identity"}
    with pytest.raises(ValueError, match="take level 2's own weights"):
        pynet.weights.load(write(tmp_path, pyramid, **card), 2)


def test_without_weights_the_trained_ones_are_taken(tmp_path, pyramid, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = pathlib.Path(pynet.weights.DEFAULT.format(5))
    card = {"network": "pynet", "width": WIDTH, "level": 5}
    checkpoints.save_weights(pyramid, path, **card)
    assert pynet.weights.load(None, 5).output.shape == (None, None, None, 3)
    with pytest.raises(ValueError, match=r"level_4/pynet\.weights\.h5 is not there"):
        pynet.weights.load(None, 4)
