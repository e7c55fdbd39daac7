"""The readout that is fitted: closed forms, and its network."""

import keras
import numpy as np
import pytest

from monodepth.evaluation import truth
from monodepth.linear import readout

CELLS = (7, 8)


@pytest.fixture(scope="module")
def seen():
    """Five scenes: three features of noise, then the two channels of the row."""
    features = np.random.default_rng(0).normal(size=(5, *CELLS, 3))
    return np.asarray(readout.Rows()(features.astype("float32"))).astype(float)


@pytest.fixture(scope="module")
def model():
    return readout.network()


def test_rows():
    """By hand: the middles of three rows lie at -2/3, 0 and 2/3."""
    found = np.asarray(readout.Rows()(np.full((2, 3, 4, 1), 7, "float32")))
    assert found.shape == (2, 3, 4, 3)
    expected = np.array([[7, -2 / 3, 4 / 9], [7, 0, 0], [7, 2 / 3, 4 / 9]])
    np.testing.assert_allclose(found[1, :, 3], expected, atol=1e-6)


def test_a_linear_disparity_is_found(seen):
    """Catches a weight that is not scaled back, or a bias without the means."""
    disparity = seen @ [0.02, -0.01, 0, 0.03, 0.005] + 0.1
    weights, bias = readout.fit(seen, disparity, disparity > 0, ridge=1e-9)
    found = seen @ weights + bias
    for each, expected in zip(found, disparity, strict=True):  # its own scale and shift
        assert np.corrcoef(each.ravel(), expected.ravel())[0, 1] > 0.99
    assert np.isclose(
        np.median(found.mean((1, 2))), np.median(disparity.mean((1, 2))), rtol=0.02
    )


def test_scenes_count_alike(seen):
    """Catches scenes that weigh by their depth: one is a hundred times as deep."""
    disparity = seen @ [1, 0, 0, 0, 0]
    scale = np.array([1, 1, 1, 1, 100])[:, None, None]
    valid = np.ones(disparity.shape, bool)
    one, _ = readout.fit(seen, disparity, valid)
    other, _ = readout.fit(seen, disparity * scale, valid)
    np.testing.assert_allclose(one / one[0], other / other[0], rtol=1e-6)


def test_a_large_penalty_leaves_the_row(seen):
    """Catches a penalty on the row itself, or none on the features."""
    disparity = seen @ [1, 1, 1, 2, 0]
    weights, _ = readout.fit(seen, disparity, np.ones(disparity.shape, bool), ridge=1e9)
    assert np.abs(weights[:3]).max() < 1e-6 < 0.5 < weights[3]


def test_what_is_unknown_has_no_part(seen):
    """Catches cells that were not measured; a scene of none is passed over."""
    disparity = seen @ [1, 0, 0, 1, 0]
    valid = np.random.default_rng(1).random(disparity.shape) < 0.7
    valid[0] = False
    expected = readout.fit(seen, disparity, valid)
    found = readout.fit(seen, np.where(valid, disparity, np.nan), valid)
    np.testing.assert_array_equal(found[0], expected[0])
    with pytest.raises(ValueError, match="expected scenes with depth"):
        readout.fit(seen, np.ones_like(disparity), valid)


def test_network(model):
    """Catches a disparity of another size, and one that leaves its range."""
    picture = np.random.default_rng(2).random((1, 48, 64, 3), np.float32)
    found = np.asarray(model(picture)["disparity_1"])
    assert found.shape == (1, 48, 64, 1)
    layer = model.get_layer(readout.READOUT)
    kernel, bias = layer.get_weights()
    for level in (-5.0, 0.1, 5.0):
        layer.set_weights([0 * kernel, bias * 0 + level])
        expected = np.clip(level, *readout.RANGE)
        np.testing.assert_allclose(model(picture)["disparity_1"], expected, rtol=1e-6)


def test_every_other_layer_is_frozen(model):
    assert [v.path for v in model.trainable_variables] == [
        f"{readout.READOUT}/kernel",
        f"{readout.READOUT}/bias",
    ]
    assert isinstance(model, keras.Model)


def test_cells():
    """By hand: means of what is known, over the width; too little is nothing."""
    shift = np.array([[2.0, 4, 6, 0], [2, 0, 0, 0]])
    known = truth.Truth(shift, shift > 0, focal_px=1.0)
    disparity, valid = readout.averaged(known, (1, 2))
    np.testing.assert_allclose(disparity[0], [(2 + 4 + 2) / 3 / 4, 6 / 4], rtol=1e-6)
    assert valid.tolist() == [[True, False]]
