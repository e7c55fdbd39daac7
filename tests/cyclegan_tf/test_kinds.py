"""What weights files say of themselves."""

import pytest

from cyclegan_tf import kinds
from cyclegan_tf.data import encoding
from darkroom.train import checkpoints


@pytest.fixture
def read(monkeypatch):
    """The kind of a file with a card."""

    def read(wanted=None, **card):
        monkeypatch.setattr(checkpoints, "read_card", lambda path: card)
        return kinds.read("x.weights.h5", wanted)

    return read


RESNET = {"kind": "resnet_generator"}


def test_what_training_wrote(read):
    found = read(**RESNET, task="depth", size="64x96", farthest=20.0)
    assert found == kinds.Kind("depth", (64, 96), 4, encoding.Encoding(20.0))


def test_what_convert_wrote(read):
    """Catches metres where the maps held none, and a U-Net at another's size."""
    found = read("depth", **RESNET)
    assert found == kinds.Kind("depth", (256, 256), 4, encoding.Encoding(None))
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
    kind = kinds.Kind("portrait", multiple=multiple)
    text = f"{asked[0]}x{asked[1]}"
    with pytest.raises(ValueError, match=f"--size is {text}, .*; {up} would do"):
        kinds.fitting(kind, asked)
    assert kinds.fitting(kind, (96, 64)) == (96, 64)


def test_a_network_of_one_size():
    kind = kinds.Kind("portrait", (64, 96), None)
    assert kinds.fitting(kind, (64, 96)) == (64, 96)
    with pytest.raises(ValueError, match="64x96 would do"):
        kinds.fitting(kind, (96, 64))
