"""Weights files: the network in them, what their card says and must say."""

from __future__ import annotations

import pathlib

import numpy as np
import pytest

from cyclegan_tf import networks
from cyclegan_tf.data.encoding import Encoding
from cyclegan_tf.weights import GeneratorCard, check_size, load_network, read_card
from darkroom.train import checkpoints, weights_card


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
    model = load_network(file)
    assert model.card == unet.card
    np.testing.assert_array_equal(model(noise()), unet(noise()))


def test_a_picture_s_own_statistics_are_taken_where_the_file_says_so(tmp_path, unet):
    card = unet.card | {"own_statistics": True}
    own = load_network(write(tmp_path, unet, network="cyclegan_tf", **card))
    assert own.card == card
    expected = unet(noise(), training=True)
    np.testing.assert_allclose(own(noise()), expected, rtol=0, atol=1e-5)


def test_the_reshape_layout_is_applied(tmp_path, unet):
    """Catches published depth weights that are fed ordinary pictures."""
    card = unet.card | {"network": "cyclegan_tf", "layout": "reshape"}
    x = noise()
    planes = x.reshape(1, 3, 32, 64).transpose(0, 2, 3, 1)
    found = load_network(write(tmp_path, unet, **card))(x)
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
        load_network(write(tmp_path, unet, **card))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError):
        load_network(str(tmp_path / "none.weights.h5"))


@pytest.fixture
def read(monkeypatch):
    """Reads a file with a card."""

    def read(wanted=None, **card):
        monkeypatch.setattr(weights_card, "read", lambda path: card)
        return read_card("x.weights.h5", wanted)

    return read


RESNET = {"kind": "resnet_generator"}


def test_what_training_wrote(read):
    found = read(**RESNET, task="depth", size="64x96", farthest=20.0)
    assert found == GeneratorCard("depth", (64, 96), 4, Encoding(20.0))


def test_what_convert_wrote(read):
    """Catches metres where the maps held none, and a U-Net at another's size."""
    found = read("depth", **RESNET)
    assert found == GeneratorCard("depth", (256, 256), 4, Encoding(None))
    found = read(kind="unet_generator", downsamplings=7, task="portrait")
    assert (found.size, found.multiple) == ((128, 128), 128)
    assert read("depth", **RESNET, layout="reshape").multiple is None


@pytest.mark.parametrize(
    ("task", "card", "says"),
    [
        (None, RESNET, "does not say what .* trained for; pass --task depth or"),
        ("depth", {**RESNET, "task": "portrait"}, "the task portrait, and --task is"),
        ("depth", {"kind": "patch_discriminator"}, "a patch_discr.*; expected a gen"),
        ("depth", {**RESNET, "direction": "B_to_A"}, "domain B into A; .* generator_a"),
        (None, {"inputs": 1, "task": "depth"}, "takes pictures of 1 channel; expected"),
    ],
)
def test_bad_files(read, task, card, says):
    with pytest.raises(ValueError, match=rf"^x.weights.h5 .*{says}"):
        read(task, **card)


@pytest.mark.parametrize(
    ("multiple", "asked", "up"),
    [(4, (65, 96), "68x96"), (4, (4, 9), "8x12"), (32, (33, 32), "64x32")],
)
def test_sizes_that_a_network_cannot_take(multiple, asked, up):
    card = GeneratorCard("portrait", multiple=multiple)
    text = f"{asked[0]}x{asked[1]}"
    with pytest.raises(ValueError, match=f"--size is {text}, .*; {up} would do"):
        check_size(card, asked)
    assert check_size(card, (96, 64)) == (96, 64)


def test_a_network_of_one_size():
    card = GeneratorCard("portrait", (64, 96), None)
    assert check_size(card, (64, 96)) == (64, 96)
    with pytest.raises(ValueError, match="64x96 would do"):
        check_size(card, (96, 64))
