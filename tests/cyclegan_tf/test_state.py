"""One state for two networks that share all their names."""

import keras
import numpy as np
import pytest

from cyclegan_tf import networks, state
from darkroom.train import checkpoints


def made(seed: int):
    options = {"width": 1 / 16, "dropout": True, "norm": "batch", "seed": seed}
    both = {n: networks.resnet_generator(1, **options) for n in ("one", "other")}
    adam = keras.optimizers.Adam()
    adam.build([v for each in both.values() for v in each.trainable_variables])
    entries = [*state.of_networks(both), *state.of_optimizers({"adam": adam})]
    return both, adam, entries


def test_a_round_trip(tmp_path):
    """Catches an entry that is not assigned, and two that share a path."""
    before, adam, entries = made(0)
    for number, entry in enumerate(entries):
        entry.assign(np.full(entry.shape, number))
    checkpoints.save_state(tmp_path / "state.npz", 7, entries)
    after, other, fresh = made(1)
    assert checkpoints.load_state(tmp_path / "state.npz", fresh) == 7
    for name, network in before.items():
        for kept, found in zip(network.variables, after[name].variables, strict=True):
            np.testing.assert_array_equal(kept, found)
    for kept, found in zip(adam.variables, other.variables, strict=True):
        np.testing.assert_array_equal(kept, found)


def test_it_is_complete():
    """With the running statistics of norms, and where each dropout stands."""
    both, adam, entries = made(0)
    every = sum(len(each.variables) for each in (*both.values(), adam))
    assert len({entry.path for entry in entries}) == len(entries) == every
    assert "other/block_1_a_dropout/chance" in {entry.path for entry in entries}


def test_networks_of_another_width_are_refused(tmp_path):
    both, _, _ = made(0)
    checkpoints.save_state(tmp_path / "state.npz", 7, state.of_networks(both))
    options = {"width": 1 / 8, "dropout": True, "norm": "batch"}
    wide = {name: networks.resnet_generator(1, **options) for name in both}
    with pytest.raises(ValueError, match=r"holds one/first/kernel as \(7, 7, 3, 4\)"):
        checkpoints.load_state(tmp_path / "state.npz", state.of_networks(wide))
