"""The decoder over the pretrained encoder: its layers, its loss, what it learns."""

import keras
import numpy as np
import pytest

from darkroom.io import images
from monodepth.evaluation import truth
from monodepth.pretrained import decoder


@pytest.fixture(scope="module")
def model(wake_up):
    keras.utils.set_random_seed(0)
    network = decoder.network()
    wake_up(network)
    return network


def scene(path, seed):
    """A noisy photo of which one half, the brighter one, is nearer."""
    rng = np.random.default_rng(seed)
    picture = rng.integers(0, 60, (64, 64, 3), np.uint8)
    near = np.zeros((64, 64), bool)
    near[(np.s_[:32], np.s_[32:], np.s_[:, :32], np.s_[:, 32:])[seed % 4]] = True
    picture[near] += 150
    images.write(path / f"{seed}.png", picture)
    known = truth.Truth(np.where(near, 6.4, 1.6), near | True, focal_px=1.0)
    return truth.Scene(str(seed), path / f"{seed}.png", None, lambda: known)


def test_place():
    """By hand: the middles of three rows lie at -2/3, 0 and 2/3, of four columns."""
    found = np.asarray(decoder.Place()(np.full((2, 3, 4, 1), 7, "float32")))
    assert found.shape == (2, 3, 4, 5)
    expected = [[7, 0.75, 0.5625, y, y * y] for y in (-2 / 3, 0, 2 / 3)]
    np.testing.assert_allclose(found[1, :, 3], expected, atol=1e-6)
    np.testing.assert_allclose(found[1, 0, 1], [7, 0.25, 0.0625, -2 / 3, 4 / 9], 1e-5)
    np.testing.assert_array_equal(found[:, :, ::-1], found)


def test_network(model):
    """Catches a disparity of another size, and one that leaves its range."""
    picture = np.random.default_rng(2).random((1, 64, 96, 3), np.float32)
    layer = model.get_layer(decoder.READOUT)
    before = layer.get_weights()
    for level in (-5.0, 0.1, 5.0):
        layer.set_weights([0 * before[0], before[1] * 0 + level])
        found = np.asarray(model(picture)["disparity_1"])
        assert found.shape == (1, 64, 96, 1)
        np.testing.assert_allclose(found, np.clip(level, *decoder.RANGE), rtol=1e-4)
    layer.set_weights(before)


def test_the_encoder_is_frozen(model):
    names = {variable.path.split("/")[0] for variable in model.trainable_variables}
    assert names == {"coarse", "middle", "fine", "both", "all", decoder.READOUT}


def test_loss():
    """By hand: the truth itself, its negative, and what is unknown."""
    exact = np.array([[-1.0, 1, -1, 1]]).reshape(1, 2, 2)
    target = np.stack([exact, np.ones_like(exact)], -1).astype("float32")
    loss = [float(decoder.relative_loss(target, s * target[..., :1])) for s in (1, -1)]
    np.testing.assert_allclose(loss, [0, 1 + 1 + 2 / 2], atol=1e-5)
    # Twice as deep: the correlation is 1, the mean distance 1.
    np.testing.assert_allclose(decoder.relative_loss(target, 2 * target[..., :1]), 0.5)
    hidden = target.copy()
    hidden[0, 0, 0] = 0  # unknown
    output = target[..., :1].copy()
    output[0, 0, 0] = 99
    changed = output.copy()
    changed[0, 0, 0] = -99
    one, other = (float(decoder.relative_loss(hidden, x)) for x in (output, changed))
    assert one == other


def test_targets():
    """By hand: deviations from the mean of what is known, three at most."""
    disparity = np.array([[1.0, 3, 99]])
    found = decoder.standardised(disparity, np.array([[True, True, False]]))
    np.testing.assert_array_equal(found, [[[-1, 1], [1, 1], [0, 0]]])
    spike = np.zeros((1, 100))
    spike[0, 0] = 1
    assert decoder.standardised(spike, spike < 2)[..., 0].max() == decoder.FARTHEST


def test_samples(model, tmp_path):
    """Catches a mirror image with the depth of the photo; flat scenes are left out."""
    flat = truth.Truth(np.ones((64, 64)), np.ones((64, 64), bool), focal_px=1.0)
    scenes = [scene(tmp_path, 2), scene(tmp_path, 3)]
    dull = truth.Scene("", tmp_path / "3.png", None, lambda: flat)
    found = decoder.samples(model, [*scenes, dull], (64, 64))
    assert [each.shape for each in found.features] == [
        (4, 8, 8, 32),
        (4, 4, 4, 96),
        (4, 2, 2, 160),
    ]
    np.testing.assert_array_equal(found.target[1], found.target[0][:, ::-1])
    np.testing.assert_allclose(found.target[0, 0, :, 0], [1] * 4 + [-1] * 4, rtol=1e-6)
    np.testing.assert_allclose(found.levels[0], [0.0625, 0.0375], rtol=1e-6)
    with pytest.raises(ValueError, match="expected scenes with depth"):
        decoder.samples(model, [dull], (64, 64))


def test_it_learns_what_is_near(model, tmp_path):
    """Bright is near in all of them: held-out halves are told apart.

    With the targets' sign turned, as in its twin, it tells the contrary.
    """
    scenes = [scene(tmp_path, seed) for seed in range(8)]
    seen = decoder.samples(model, scenes, (64, 64))
    picture = images.read(scene(tmp_path, 11).left).pixels[None] / np.float32(255)
    turned = seen._replace(target=seen.target * np.array([-1, 1], "f4"))
    for samples, sign in ((seen, 1), (turned, -1)):
        decoder.fit(model, samples, samples, (0.1, 0.02), steps=40)
        found = np.asarray(model(picture)["disparity_1"])[0, ..., 0]
        assert sign * (found[:, 40:].mean() - found[:, :24].mean()) > 0.02


def test_cells():
    """By hand: means of what is known, over the width; too little is nothing."""
    shift = np.array([[2.0, 4, 6, 0], [2, 0, 0, 0]])
    known = truth.Truth(shift, shift > 0, focal_px=1.0)
    disparity, valid = decoder.averaged(known, (1, 2))
    np.testing.assert_allclose(disparity[0], [(2 + 4 + 2) / 3 / 4, 6 / 4], rtol=1e-6)
    assert valid.tolist() == [[True, False]]
