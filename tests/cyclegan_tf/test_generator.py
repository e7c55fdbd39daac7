"""Photos of any size through networks that are plain functions."""

import numpy as np
import pytest

from cyclegan_tf import generator
from cyclegan_tf.weights import GeneratorCard
from darkroom import pixels
from darkroom.train import checkpoints


def made(run, task="portrait", size=(64, 64), multiple: int | None = 4):
    return generator.Generator(run, GeneratorCard(task, size, multiple))


def ramp(height: int, width: int) -> np.ndarray:
    """Brighter to the right in red, downwards in green; uint8."""
    picture = np.zeros((height, width, 3), np.uint8)
    picture[..., 0] = np.linspace(0, 255, width)
    picture[..., 1] = np.linspace(0, 255, height)[:, None]
    return picture


class Noted:
    """A network that changes nothing and notes what it was shown."""

    def __call__(self, pictures):
        self.pictures = np.array(pictures)
        return self.pictures


def test_a_portrait_is_seen_as_it_is_but_for_mirrored_edges():
    """Catches a resize, padding in the picture, and edges that are not cut off."""
    network, photo = Noted(), ramp(61, 90)
    found = generator.portrait(made(network), photo)
    np.testing.assert_array_equal(found, pixels.to_float(photo))
    seen = network.pictures
    assert seen.shape == (1, 64, 92, 3)
    assert seen.dtype == np.float32
    np.testing.assert_array_equal(seen[0, 61:, :90], found[59:56:-1])
    np.testing.assert_array_equal(seen[0, :61, 90:], found[:, 88:86:-1])


def test_a_large_portrait_is_seen_smaller_and_keeps_its_size(monkeypatch):
    monkeypatch.setattr(generator, "LONGEST", 40)
    network, photo = Noted(), ramp(120, 80)
    found = generator.portrait(made(network), photo)
    assert network.pictures.shape == (1, 40, 28, 3)  # 27 and one of padding
    assert found.shape == (120, 80, 3)
    np.testing.assert_allclose(found, pixels.to_float(photo), atol=0.01)


def test_what_is_seen_and_at_which_size():
    """Catches a depth network that is shown other sizes than it learnt from."""
    unet = made(None, multiple=32)
    depth = made(None, "depth", (64, 96))
    fixed = made(None, multiple=None)
    photo = (300, 400)
    assert generator.input_size(made(None), photo) == photo
    assert generator.input_size(unet, photo) == (64, 64)
    assert generator.input_size(depth, photo) == (64, 96)
    assert generator.input_size(fixed, photo) == (64, 64)
    assert generator.input_size(unet, photo, (96, 32)) == (96, 32)
    assert generator.input_size(made(None), (3000, 1500)) == (1024, 512)
    assert generator.input_size(made(None), (3, 5)) == (8, 8)
    with pytest.raises(ValueError, match="64x64 would do"):
        generator.input_size(fixed, photo, (96, 96))


def test_grey_is_the_mean_of_the_channels_at_the_photo_s_size():
    """Catches height and width exchanged on the way back."""
    found = generator.grey(made(Noted(), "depth", (32, 32)), ramp(50, 70))
    assert found.shape == (50, 70)
    expected = pixels.to_float(ramp(50, 70)).mean(axis=-1)
    np.testing.assert_allclose(found, expected, atol=0.02)


def test_damaged_weights_are_a_sentence():
    network = made(lambda pictures: pictures * np.float32(np.nan))
    with pytest.raises(ValueError, match=r"not finite; its weights are damaged"):
        generator.portrait(network, ramp(16, 16))


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A small ResNet, and what it makes of a photo, in [-1, 1] as it speaks."""
    from cyclegan_tf import networks

    model = networks.resnet_generator(1, width=1 / 16)
    path = tmp_path_factory.mktemp("weights") / "generator_a.weights.h5"
    card = {"network": "cyclegan_tf", "size": "32x48", "task": "portrait"}
    checkpoints.save_weights(model, path, **model.card, **card)
    return path, model


def test_weights_speak_0_to_1_outside(files):
    """Catches pictures that are not brought to [-1, 1] and back."""
    path, model = files
    loaded = generator.load(str(path))
    assert loaded.card == GeneratorCard("portrait", (32, 48), 4, loaded.card.encoding)
    for size in ((16, 24), (20, 16)):  # one function for all sizes
        photo = pixels.to_float(ramp(*size))
        expected = np.asarray(model(2 * photo[None] - 1))[0] / 2 + 0.5
        found = generator.run_network(loaded, photo, size)
        np.testing.assert_allclose(found, expected, atol=1e-5)
