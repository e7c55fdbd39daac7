"""What is reported of held-out pairs: against a scene whose answer is known."""

import keras
import numpy as np
import pytest

from darkroom.io import images
from monodepth import losses, validation
from monodepth.evaluation import truth

CHANCE = np.random.default_rng(0)
SHIFT = 6  # pixels of 128


def pair(height: int = 64, width: int = 128) -> np.ndarray:
    """A wall at SHIFT pixels: the right picture is the left one, moved to the left."""
    left = CHANCE.random((height, width + SHIFT, 3), np.float32)
    return np.concatenate([left[:, :-SHIFT], left[:, SHIFT:]], axis=-1)


def wall(height: int, width: int, shift: float = SHIFT / 128) -> truth.Truth:
    """What was measured of it; the upper half is not known."""
    valid = np.arange(height)[:, None] * np.ones((1, width)) >= height / 2
    return truth.Truth(np.full((height, width), shift * width), valid, focal_px=1.0)


def answers(disparity: float):
    """A network that gives one disparity, and its loss."""

    def run(picture, both):
        found = np.full((1, *picture.shape[1:3], 2), disparity, np.float32)
        return found, {"loss": np.float32(3.0), "appearance": np.float32(both.mean())}

    return run


def test_scores_beside_the_constant():
    """In pixels of the truth, which is larger than what the network saw."""
    samples = [("a", pair()[..., :3], pair()), ("b", pair()[..., :3], pair())]
    known = {
        "a": lambda: wall(128, 256),
        "b": lambda: wall(128, 256, shift=4 * SHIFT / 128),
    }
    found = validation.evaluate(answers(SHIFT / 128), samples, known)
    assert found.terms["loss"] == 3.0
    assert found.network == pytest.approx({"epe": 3 * 12 / 2, "d1": 50.0}, rel=1e-4)
    # half of all that is known is 12 pixels, half is 48: the median lies between
    assert found.constant == pytest.approx({"epe": 18.0, "d1": 100.0}, rel=1e-4)


def test_without_a_truth_there_is_the_loss():
    picture = pair()
    found = validation.evaluate(answers(0.1), [("a", picture[..., :3], picture)], {})
    assert (found.network, found.constant) == ({}, {})
    assert found.terms["appearance"] == pytest.approx(picture.mean())


def test_what_is_shown():
    """The left picture rebuilt by the true disparity has no error but at its edge."""
    both = pair()
    true, twin = (
        validation.row(both, np.full((64, 128, 1), sign * SHIFT / 128, np.float32))
        for sign in (1, -1)
    )
    assert [picture.shape for picture in true] == 4 * [(64, 128, 3)]
    assert all(picture.dtype == np.uint8 for picture in true)
    left, _, rebuilt, error = true
    inside = slice(SHIFT + 1, None)
    assert np.abs(rebuilt[:, inside].astype(int) - left[:, inside]).max() <= 1
    least = error[:, inside].reshape(-1, 3)[0]
    assert (error[:, inside] == least).all()
    assert (twin[3] != least).any(axis=-1).mean() > 0.9


def test_compiled_is_the_network_and_its_loss():
    """Catches options that get lost on the way to the loss."""
    picture = keras.Input((32, 64, 3))
    outputs = {}
    for scale in range(1, 5):
        pooled = keras.layers.AveragePooling2D(2 ** (scale - 1))(picture)
        disparity = keras.layers.Conv2D(2, 1, activation="sigmoid")(pooled)
        outputs[f"disparity_{scale}"] = 0.3 * disparity
    model = keras.Model(picture, outputs)
    both = CHANCE.random((1, 32, 64, 6)).astype(np.float32)
    run = validation.compiled(model, edges="replicate")
    disparity, terms = run(both[..., :3], both)
    outputs = model(both[..., :3])
    np.testing.assert_allclose(disparity, outputs["disparity_1"], atol=1e-6)
    expected = losses.terms(both, outputs, edges="replicate")
    assert terms.keys() == expected.keys()
    assert float(terms["loss"]) == pytest.approx(float(expected["loss"]), rel=1e-5)


def test_truths_beside_the_pictures(tmp_path):
    """256 times the pixels in 16 bits; a folder without any has none."""
    for side in ("left", "right"):
        images.write(tmp_path / side / "0.png", np.zeros((4, 6, 3), np.uint8))
    assert validation.truths(tmp_path) == {}
    stored = np.full((4, 6), 2.5 * 256, np.uint16)
    images.write(tmp_path / "disp_left" / "0.png", stored)
    ((left, read),) = validation.truths(tmp_path).items()
    assert left == tmp_path / "left" / "0.png"
    assert (read().disparity_px == 2.5).all()
