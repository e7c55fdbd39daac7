"""Where a level starts: its own state, named weights, or the level below, exactly."""

import json
import pathlib
import shutil

import h5py
import numpy as np
import pytest

from darkroom.train import checkpoints
from pynet import identity, network, start, train
from pynet.config import WEIGHTS

PHOTO = np.random.default_rng(3).random((1, 64, 96, 4), np.float32)


def weights(pyramid) -> dict[str, np.ndarray]:
    return {v.path: np.array(v) for v in pyramid.weights}


def trained(width: float, level: int, start: str = "paper"):
    """A pyramid whose variables of `level` are no longer the first ones."""
    pyramid = network.pynet(width)
    if start == "identity":
        identity.start(pyramid)
    chance = np.random.default_rng(level)
    for variable in network.one_level(pyramid, level).weights:
        noise = chance.standard_normal(tuple(variable.shape))
        variable.assign(np.array(variable) + 2e-3 * noise.astype(np.float32))
    return pyramid


def leave(weights_of: str, folder: pathlib.Path, level: int, **card) -> pathlib.Path:
    """Makes a finished run of `level`, as pynet.train leaves it."""
    file = folder / f"level_{level}" / WEIGHTS
    file.parent.mkdir(parents=True)
    shutil.copy(weights_of, file)
    with h5py.File(file, "r+") as opened:
        whole = json.loads(opened.attrs["card"])
        whole |= {"level": level, "step": 5, "steps": 5, "start": "paper", **card}
        opened.attrs["card"] = json.dumps(whole)
    return file


def saved(pyramid, factory: pytest.TempPathFactory) -> str:
    file = factory.mktemp("trained") / "pynet.weights.h5"
    checkpoints.save_weights(pyramid, file, network="pynet")
    return str(file)


def begin(pyramid, folder: pathlib.Path, level: int, first: str = "paper", **flags):
    config = train.Config(level=level, start=first, **flags)
    start.begin(pyramid, config, folder / f"level_{level}")


def assert_handed_over(coarse, fine, level: int, but: str = "nothing") -> None:
    """`fine` starts with every weight of `coarse`, and with its very picture."""
    expected, found = weights(coarse), weights(fine)
    assert expected.keys() == found.keys()
    changed = {
        name for name in expected if not np.array_equal(expected[name], found[name])
    }
    assert changed == {name for name in expected if name.startswith(f"{but}/")}
    if but == "nothing":
        below = [network.one_level(p, level + 1)(PHOTO) for p in (coarse, fine)]
        np.testing.assert_array_equal(*below)


@pytest.fixture(scope="module")
def coarse():
    return trained(1 / 8, 2)


@pytest.fixture(scope="module")
def file(coarse, tmp_path_factory):
    return saved(coarse, tmp_path_factory)


@pytest.fixture(scope="module")
def fine():
    return network.pynet(1 / 8, seed=1)


@pytest.fixture(scope="module")
def first(fine):
    return fine.get_weights()


@pytest.fixture(autouse=True)
def fresh(request):
    """Each test finds `fine` with its first weights."""
    if {"fine", "first"} & set(request.fixturenames):
        fine, first = map(request.getfixturevalue, ("fine", "first"))
        fine.set_weights(first)


@pytest.mark.parametrize("level", [6, 5, 4, 3, 2, 1])
def test_a_level_starts_as_the_level_below_ended(tmp_path, coarse, file, fine, level):
    """Catches weights that are skipped, or matched to another layer."""
    leave(file, tmp_path, level + 1)
    begin(fine, tmp_path, level)
    assert_handed_over(coarse, fine, level)


@pytest.mark.parametrize("broken", ["no handoff", "one layer", "two layers swapped"])
def test_a_broken_handoff_is_seen(coarse, fine, broken):
    """The twins of the test above: the same check, which has to fail."""
    if broken != "no handoff":
        fine.set_weights(coarse.get_weights())
    if broken == "one layer":
        layer = fine.get_layer("level_6_up_a")
        layer.set_weights([0.999 * layer.get_weights()[0]])
    elif broken == "two layers swapped":
        twins = [fine.get_layer(f"level_7_up_{twin}") for twin in "ab"]
        values = [twin.get_weights() for twin in twins]
        for twin, value in zip(twins, values[::-1], strict=True):
            twin.set_weights(value)
    with pytest.raises(AssertionError):
        assert_handed_over(coarse, fine, 1)


@pytest.fixture(scope="module")
def photo():
    """Level 2 after an identity start and some training."""
    return trained(1 / 4, 2, "identity")


@pytest.fixture(scope="module")
def photo_file(photo, tmp_path_factory):
    return saved(photo, tmp_path_factory)


@pytest.fixture(scope="module")
def wide():
    return network.pynet(1 / 4, seed=1)


def assert_level_1_begins_as_level_2_enlarged(before, after) -> None:
    """Bilinear, before the tanh; its border sees the padding."""
    raw = before.get_layer("level_2_rgb").output
    raw = np.array(type(before)(before.input, raw)(PHOTO))
    for axis in (1, 2):
        edges = [(0, 0)] * 4
        edges[axis] = (1, 1)
        places = np.arange(2 * raw.shape[axis])
        near = np.repeat(raw, 2, axis)
        # the even ones lie nearer to the pixel before theirs, the odd ones after
        far = np.take(np.pad(raw, edges, "edge"), places // 2 + 2 * (places % 2), axis)
        raw = 0.75 * near + 0.25 * far
    expected = np.tanh(raw) * 0.58 + 0.5
    found = np.array(network.one_level(after, 1)(PHOTO))
    inside = (slice(None), slice(2, -2), slice(2, -2))
    np.testing.assert_allclose(found[inside], expected[inside], rtol=0, atol=1e-5)


def test_level_1_begins_as_level_2_enlarged(tmp_path, photo, photo_file, wide):
    """The one change of a handoff: `raw` is shifted when level 1 goes on from it."""
    leave(photo_file, tmp_path, 2, start="identity")
    begin(wide, tmp_path, 1, "identity")
    assert_handed_over(photo, wide, 1, but="level_2_rgb")
    assert_level_1_begins_as_level_2_enlarged(photo, wide)

    wide.set_weights(photo.get_weights())  # the twin: `raw` not shifted
    with pytest.raises(AssertionError):
        assert_level_1_begins_as_level_2_enlarged(photo, wide)


def test_only_level_1_shifts(tmp_path, photo, photo_file, wide):
    leave(photo_file, tmp_path, 3, start="identity")
    begin(wide, tmp_path, 2, "identity")
    assert_handed_over(photo, wide, 2)


def test_weights_of_level_1_are_not_shifted_again(tmp_path, photo, photo_file, wide):
    named = leave(photo_file, tmp_path, 1, start="identity")
    begin(wide, tmp_path / "new", 1, "identity", from_weights=str(named))
    assert_handed_over(photo, wide, 1)


def test_another_width_is_refused_and_changes_nothing(tmp_path, file, wide):
    leave(file, tmp_path, 7)
    before = wide.get_weights()
    with pytest.raises(ValueError, match="made with another --width"):
        begin(wide, tmp_path, 6)
    assert all(map(np.array_equal, wide.get_weights(), before))


def test_the_order_of_starts(tmp_path, coarse, file, fine, first):
    """--from_weights, then from scratch, then the level below.

    A run's own state comes before all of them: see test_session.py.
    """
    begin(fine, tmp_path, 7)
    assert all(map(np.array_equal, fine.get_weights(), first))

    named = leave(file, tmp_path / "elsewhere", 7)
    begin(fine, tmp_path, 7, from_weights=str(named))
    assert_handed_over(coarse, fine, 6)


def test_joint_needs_no_level_below(tmp_path, fine):
    begin(fine, tmp_path, 1, joint=True)


@pytest.mark.parametrize(
    ("card", "said"),
    [
        (None, "level 6 starts from level 7, whose weights are not at .*level_7.*run "
               "first: python -m pynet.train --level 7, with the same flags"),
        ({"step": 3}, "level 7, which has only 3 of its 5 steps; run first: python -m "
                      "pynet.train --level 7"),
        ({"start": "identity"}, "begun with --start identity, and --start is paper; "
                                "pass --start identity"),
    ],
)  # fmt: skip
def test_what_cannot_be_handed_over(tmp_path, file, fine, card, said):
    if card is not None:
        leave(file, tmp_path, 7, **card)
    with pytest.raises(ValueError, match=said):
        begin(fine, tmp_path, 6)


def test_named_weights_that_are_not_there(tmp_path, fine):
    with pytest.raises(FileNotFoundError, match="no such weights file"):
        begin(fine, tmp_path, 6, from_weights=str(tmp_path / "gone.weights.h5"))


def test_a_half_trained_level_may_be_named(tmp_path, coarse, file, fine):
    named = leave(file, tmp_path, 7, step=3)
    begin(fine, tmp_path, 6, from_weights=str(named))
    assert_handed_over(coarse, fine, 6)
