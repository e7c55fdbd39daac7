"""The readout that is fitted: closed forms, and its network."""

import keras
import numpy as np
import pytest

from monodepth import linear

CELLS = (7, 8)


@pytest.fixture(scope="module")
def seen():
    """Five scenes: three features of noise, then the two channels of the row."""
    features = np.random.default_rng(0).normal(size=(5, *CELLS, 3))
    return np.asarray(linear.Rows()(features.astype("float32"))).astype(float)


@pytest.fixture(scope="module")
def model():
    return linear.network()


def test_rows():
    """By hand: the middles of three rows lie at -2/3, 0 and 2/3."""
    found = np.asarray(linear.Rows()(np.full((2, 3, 4, 1), 7, "float32")))
    assert found.shape == (2, 3, 4, 3)
    expected = np.array([[7, -2 / 3, 4 / 9], [7, 0, 0], [7, 2 / 3, 4 / 9]])
    np.testing.assert_allclose(found[1, :, 3], expected, atol=1e-6)


def test_a_linear_disparity_is_found(seen):
    """Catches a weight that is not scaled back, or a bias without the means."""
    disparity = seen @ [0.02, -0.01, 0, 0.03, 0.005] + 0.1
    weights, bias = linear.fit(seen, disparity, disparity > 0, ridge=1e-9)
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
    counted = np.ones(disparity.shape, bool)
    one, _ = linear.fit(seen, disparity, counted)
    other, _ = linear.fit(seen, disparity * scale, counted)
    np.testing.assert_allclose(one / one[0], other / other[0], rtol=1e-6)


def test_a_large_penalty_leaves_the_row(seen):
    """Catches a penalty on the row itself, or none on the features."""
    disparity = seen @ [1, 1, 1, 2, 0]
    weights, _ = linear.fit(seen, disparity, np.ones(disparity.shape, bool), ridge=1e9)
    assert np.abs(weights[:3]).max() < 1e-6 < 0.5 < weights[3]


def test_what_is_unknown_has_no_part(seen):
    """Catches cells that were not measured; a scene of none is passed over."""
    disparity = seen @ [1, 0, 0, 1, 0]
    counted = np.random.default_rng(1).random(disparity.shape) < 0.7
    counted[0] = False
    expected = linear.fit(seen, disparity, counted)
    found = linear.fit(seen, np.where(counted, disparity, np.nan), counted)
    np.testing.assert_array_equal(found[0], expected[0])
    with pytest.raises(ValueError, match="expected scenes with depth"):
        linear.fit(seen, np.ones_like(disparity), counted)


def test_network(model):
    """Catches a disparity of another size, and one that leaves its range."""
    picture = np.random.default_rng(2).random((1, 48, 64, 3), np.float32)
    found = np.asarray(model(picture)["disparity_1"])
    assert found.shape == (1, 48, 64, 1)
    readout = model.get_layer(linear.READOUT)
    kernel, bias = readout.get_weights()
    for level in (-5.0, 0.1, 5.0):
        readout.set_weights([0 * kernel, bias * 0 + level])
        expected = np.clip(level, *linear.RANGE)
        np.testing.assert_allclose(model(picture)["disparity_1"], expected, rtol=1e-6)


def test_every_other_layer_is_frozen(model):
    assert [v.path for v in model.trainable_variables] == [
        f"{linear.READOUT}/kernel",
        f"{linear.READOUT}/bias",
    ]
    assert isinstance(model, keras.Model)
