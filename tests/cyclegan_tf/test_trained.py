"""Weights files: what their card says, and what it must not leave unsaid."""

from __future__ import annotations

import pathlib

import numpy as np
import pytest

from cyclegan_tf import networks, trained
from darkroom.train import checkpoints


@pytest.fixture(scope="module")
def unet():
    return networks.unet_generator(5, "batch", width=1 / 32, outputs=1, seed=5)


def write(folder: pathlib.Path, model, **card: object) -> str:
    path = folder / "some.weights.h5"
    checkpoints.save_weights(model, path, **card)
    return str(path)


def noise() -> np.ndarray:
    return np.random.Generator(np.random.PCG64(1)).uniform(-1, 1, (1, 32, 64, 3))


def test_a_network_comes_back_as_it_was_trained(tmp_path, unet):
    """Catches weights that are not loaded, and an option that the card forgets."""
    file = write(tmp_path, unet, network="cyclegan_tf", task="depth", **unet.card)
    model = trained.load(file)
    assert model.card == unet.card
    np.testing.assert_array_equal(model(noise()), unet(noise()))


def test_options_replace_the_files(tmp_path, unet):
    file = write(tmp_path, unet, network="cyclegan_tf", **unet.card)
    own = trained.load(file, own_statistics=True, precision="float64")
    assert own.card == unet.card | {"own_statistics": True}
    expected = unet(noise(), training=True)
    np.testing.assert_allclose(own(noise()), expected, rtol=0, atol=1e-5)


def test_the_reshape_layout_is_applied(tmp_path, unet):
    """Catches published depth weights that are fed ordinary pictures."""
    card = unet.card | {"network": "cyclegan_tf", "layout": "reshape"}
    x = noise()
    planes = x.reshape(1, 3, 32, 64).transpose(0, 2, 3, 1)
    found = trained.load(write(tmp_path, unet, **card))(x)
    np.testing.assert_allclose(found, unet(planes), rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    ("card", "said"),
    [
        ({"network": "pynet"}, "holds the network pynet; expected cyclegan_tf"),
        ({}, "does not say what network it is of; expected a file that"),
        ({"kind": "diffusion"}, "kind is diffusion; expected one of resnet_generator"),
        (
            {"kind": "unet_generator", "width": 1 / 16},
            "lacks|holds .* this network has",
        ),
    ],
)
def test_a_card_that_does_not_fit_is_one_sentence(tmp_path, unet, card, said):
    with pytest.raises(ValueError, match=said):
        trained.load(write(tmp_path, unet, **card))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError):
        trained.load(str(tmp_path / "none.weights.h5"))
